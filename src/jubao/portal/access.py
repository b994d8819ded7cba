"""The door of the portal: session → account → permission of the route; apart from the officers' door and its sessions.

Worked example: 张桂芳 logged in; `/portal/pension/` opens. An officer of the desk asks for the same page: the portal knows
no account in that session and answers with its own log-in; her log-in there begins a new session in which nobody is an officer.

Pages of the portal are never kept by caches, and are sent compressed: many lines are slow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from jubao.kernel.errors import DomainError
from jubao.kernel.text import _, language
from jubao.portal.words import refusal_of
from jubao.residents.models import Account
from jubao.services.residents.accounts import account_in
from jubao.services.staff.login_answers import Origin

MATRIX = Path(__file__).resolve().parent / "permissions.yaml"
PUBLIC, ACCOUNT = "public", "account"
SESSION_ACCOUNT, SESSION_EPOCH, SESSION_SEEN = "resident_account", "resident_epoch", "resident_seen"
IDLE_SECONDS, NOTED_SECONDS = 2 * 3600, 300
"""Two idle hours end a session: nobody who types slowly is thrown out, and what was begun is kept anyway."""
NAMESPACE = "portal:"
CARE_COOKIE, CARE_SECONDS = "care", 365 * 24 * 3600
STATUS = {1: 409, 2: 400, 3: 422, 4: 422, 5: 503}
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@lru_cache(maxsize=1)
def permissions() -> Mapping[str, str]:
    """The reviewed list: route → `public` or `account`. Raises ValueError for another word."""
    lines: dict[str, str] = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    unknown = {route: word for route, word in lines.items() if word not in (PUBLIC, ACCOUNT)}
    if unknown:
        raise ValueError(f"unknown words in {MATRIX.name}: {unknown}")
    return lines


def page(route: str) -> Callable[[View], View]:
    """Marks the view of a route."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        inside.page_route = NAMESPACE + route  # type: ignore[attr-defined]
        return cast(View, inside)

    return wrap


def account_of(request: HttpRequest) -> Account:
    """Who is logged in; the door let nobody else through."""
    return cast(Account, request.account)  # type: ignore[attr-defined]


def origin_of(request: HttpRequest) -> Origin:
    """Where a request comes from; behind the proxy that ends TLS, the last address that the proxy itself has seen."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.IS_ENCRYPTED and (passed := request.headers.get("X-Forwarded-For", "")):
        address = passed.rpartition(",")[2].strip()
    return Origin(address[:45], str(request.META.get("HTTP_USER_AGENT", ""))[:100])


def open_session(request: HttpRequest, account: Account) -> None:
    """The account is in, under a new session key; whatever was in the session before is gone."""
    request.session.flush()
    request.session[SESSION_ACCOUNT] = str(account.pk)
    request.session[SESSION_EPOCH] = account.session_epoch
    request.session.cycle_key()


class PortalMiddleware:
    """Sets `request.account` on routes of the portal and lets only those through whom the list names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.gzip = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers of the portal are not kept and are compressed."""
        response = self.get_response(request)
        if not is_portal(request):
            return response
        add_never_cache_headers(response)
        return cast(HttpResponse, self.gzip.process_response(request, response))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the view and outside its transaction."""
        if not is_portal(request):
            return None
        request.account = recognised(request)  # type: ignore[attr-defined]
        word = permissions().get(_route(request))
        if word == PUBLIC or (word == ACCOUNT and request.account is not None):  # type: ignore[attr-defined]
            return None
        if word is None:
            known = frame_of(request) | {"title": _("没有这个页面"), "problem": None}
            return render(request, "portal/refused.html", known, status=403)
        where = request.get_full_path() if request.method == "GET" else reverse("portal:home")
        return redirect(f"{reverse('portal:login')}?{urlencode({'next': where})}")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no view caught becomes a page that says what to do."""
        if not isinstance(error, DomainError) or not is_portal(request):
            return None
        known = frame_of(request) | {"title": _("不能办理"), "problem": refusal_of(error)}
        return render(request, "portal/refused.html", known, status=STATUS.get(error.exit_code, 409))


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page knows: who is logged in, the size of the type, the language."""
    return {
        "account": getattr(request, "account", None),
        "is_caring": request.COOKIES.get(CARE_COOKIE) == "1",
        "page_language": "en" if language() == "en" else "zh-CN",
    }


def is_portal(request: HttpRequest) -> bool:
    """Whether the route belongs to the portal."""
    return _route(request).startswith(NAMESPACE)


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def recognised(request: HttpRequest) -> Account | None:
    """The account of the session: live, not logged out since, used within two hours; an officer's session has none."""
    said = request.session.get(SESSION_ACCOUNT)
    if said is None:
        return None
    account = account_in(UUID(said), int(request.session.get(SESSION_EPOCH, 0)))
    now = int(timezone.now().timestamp())
    seen = int(request.session.get(SESSION_SEEN, now))
    if account is None or now - seen > IDLE_SECONDS:
        request.session.flush()
        return None
    if now - seen > NOTED_SECONDS or SESSION_SEEN not in request.session:
        request.session[SESSION_SEEN] = now
    return account
