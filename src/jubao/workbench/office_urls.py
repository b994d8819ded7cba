"""The addresses of offices and their people; `workbench.urls` takes them in.

Worked example: `/workbench/assistants/` is `assistants` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import offices, public_notices

urlpatterns: list[URLPattern] = [
    path("assistants/", offices.assistants_page, name="assistants"),
    path("assistants/<uuid:grant_id>/assess/", offices.assess, name="assistant-assess"),
    path("trainings/", offices.trainings, name="trainings"),
    path("liaisons/", offices.liaisons, name="liaisons"),
    path("public-notices/", public_notices.index, name="public-notices"),
    path("public-notices/make/", public_notices.make, name="public-notice-make"),
    path("public-notices/<uuid:notice_id>/post/", public_notices.post, name="public-notice-post"),
    path("public-notices/<uuid:notice_id>/photo/", public_notices.photo, name="public-notice-photo"),
]
