"""The portal's own page for what went wrong: its look, its large type, the way home and the other ways; no database, no session.

Worked example: `/portal/pensoin/` in 关怀模式 is 没有这个页面 in 24 px with 回首页 and where else one can go; `/q/` without a
code is the same page.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from jubao.portal.access import CARE_COOKIE

OURS = ("/portal/", "/q/")


def is_asked_of_portal(request: HttpRequest) -> bool:
    """Whether an address, known or not, is one of the portal."""
    path = request.path if request.path.endswith("/") else f"{request.path}/"
    return path.startswith(OURS)


def portal_error(
    request: HttpRequest, status: int, *, title: str, message: str, remedy: str, incident: str = ""
) -> HttpResponse:
    """The page; it holds no form, for the session and its token may be what is missing."""
    known = {
        "title": title, "message": message, "remedy": remedy, "incident": incident,
        "is_caring": request.COOKIES.get(CARE_COOKIE) == "1",
    }  # fmt: skip
    answer = HttpResponse(render_to_string("portal/error.html", known), status=status)
    add_never_cache_headers(answer)
    return answer
