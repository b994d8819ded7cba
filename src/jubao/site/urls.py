"""All addresses of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jubao.site.health import healthz, readyz
from jubao.workbench.views.home import root

urlpatterns: list[URLPattern | URLResolver] = [
    path("", root, name="root"),
    path("workbench/", include("jubao.workbench.urls")),
    path("", include("jubao.portal.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "jubao.site.errors.bad_request"
handler403 = "jubao.site.errors.permission_denied"
handler404 = "jubao.site.errors.page_not_found"
handler500 = "jubao.site.errors.server_error"
