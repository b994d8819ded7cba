"""The first page with its tiles, the search box, and the switch to 关怀模式.

Worked example: `/portal/?q=城乡居民养老待遇免申即享` lists that one service; the switch sets a cookie for a year and comes back.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jubao.kernel.text import _
from jubao.portal.access import CARE_COOKIE, CARE_SECONDS, page
from jubao.portal.faces import shown
from jubao.portal.services_offered import OFFERED, found


@page("home")
def home(request: HttpRequest) -> HttpResponse:
    """The tiles; with a text in the box what it finds."""
    asked = request.GET.get("q", "").strip()[:40]
    return shown(
        request, "portal/home.html", title=_("居民养老保险"), offered=OFFERED, asked=asked, found=found(asked)
    )


@page("care")
@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """Large type on or off, remembered for a year."""
    answer = redirect(safe_address(request, request.POST.get("next", "")))
    if request.POST.get("care") == "1":
        answer.set_cookie(CARE_COOKIE, "1", max_age=CARE_SECONDS, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie(CARE_COOKIE)
    return answer


def safe_address(request: HttpRequest, given: str) -> str:
    """Where to go on, inside the portal of this site only; else the first page."""
    is_ours = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_page = given.startswith(("/portal/", "/q/"))
    return given if is_ours and is_page else reverse("portal:home")
