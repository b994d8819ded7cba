"""The door of every page: session → officer → posts of today → permission of the route; refusals are written down.

Worked example: an officer whose grant ended at midnight asks for `/workbench/grants/` at 00:00:01: no live post, so the
session ends and the log-in page answers. An intake clerk who types the address of a payment run gets 403, and one
`AccessEvent` says so.

The middleware asks the matrix for every route, with or without `@page`; the decorator names the route of a view and runs
it inside the officer's scope, so that row security sees the same place as the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jubao.database.actor import Actor
from jubao.database.together import Plain, together
from jubao.database.unit_of_work import request_scope
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.access.log import AccessRefused, refusal_note, refusal_record
from jubao.staff.permissions import API, PUBLIC, Permission, read_permissions
from jubao.staff.standings import ACCOUNT, GRANTS, Standing, actor_of, by_place

MATRIX = Path(__file__).resolve().parent / "permissions.yaml"
SESSION_OFFICER, SESSION_EPOCH, SESSION_PLACE = "officer_id", "session_epoch", "place"
SESSION_SEEN = "seen_at"
IDLE_SECONDS, NOTED_SECONDS = 3600, 300
"""An idle hour ends a session; when it was last used is written at most every five minutes."""
PORTAL = "portal:"
"""Routes of the portal have a door of their own; nobody is an officer behind it."""
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


_PLACES = Plain(
    "SELECT path, name, level FROM people_division WHERE valid_until IS NULL"
    " AND path IN (SELECT division_path FROM staff_grant WHERE officer_id = %(officer)s)"
)


@dataclass(frozen=True)
class Place:
    """Where an officer works: its name and its level, empty when the place is no more."""

    name: str = ""
    level: str = ""


@lru_cache(maxsize=1)
def permissions() -> Mapping[str, Permission]:
    """The reviewed matrix of routes."""
    return read_permissions(MATRIX)


def may_open(actor: Actor | None, route: str) -> bool:
    """Whether the actor may open a route; the menu asks this too."""
    rule = permissions().get(route)
    if rule is None:
        return False
    if rule.word in (PUBLIC, API):
        return True
    if actor is None:
        return False
    return rule.allows(actor.posts, level_of(actor.scope) if rule.levels else "")


def is_open_to(posts: frozenset[str], level: str, route: str) -> bool:
    """The same for posts at a level that is known."""
    rule = permissions().get(route)
    return rule is not None and rule.allows(posts, level)


def level_of(division_path: str) -> str:
    """The level of a place; nothing when it is not known."""
    found = Division.objects.filter(path=division_path, valid_until__isnull=True)
    return found.values_list("level", flat=True).first() or ""


def page(route: str) -> Callable[[View], View]:
    """Marks the view of a route and runs it inside the officer's scope."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return view(request, *args, **kwargs)
            with request_scope(actor.scope):
                return view(request, *args, **kwargs)

        inside.page_route = route  # type: ignore[attr-defined]
        return cast(View, inside)

    return wrap


def client_address(request: HttpRequest) -> str:
    """Where a request comes from; behind the proxy that ends TLS, the last address that the proxy itself has seen."""
    if settings.IS_ENCRYPTED and (passed := request.headers.get("X-Forwarded-For", "")):
        return passed.rpartition(",")[2].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def client_device(request: HttpRequest) -> str:
    """What the browser says it is."""
    return str(request.META.get("HTTP_USER_AGENT", ""))[:100]


class AccessMiddleware:
    """Sets `request.actor` and `request.officer`, and lets only those through whom the matrix names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nobody is known before the session was read."""
        request.actor = request.officer = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the view and outside its transaction, so that a refusal stays written."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route.startswith(PORTAL):
            return None
        rule = permissions().get(route)
        _recognise(request)
        if rule is not None and rule.word in (PUBLIC, API):
            return None
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None:
            return _to_login(request)
        place: Place = request.place  # type: ignore[attr-defined]
        if not is_open_to(actor.posts, place.level, route):
            refusal_record(actor=actor, what=route)
            return forbidden(request, _("您的岗位没有“{route}”的权限，这次访问已记录。").format(route=route))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A service refused: its transaction is gone, so the refusal is written here."""
        if not isinstance(error, AccessRefused):
            return None
        refusal_note(actor=request.actor, error=error, what=error.what)  # type: ignore[attr-defined]
        return forbidden(request, f"{error.message}{error.remedy}")


def _recognise(request: HttpRequest) -> None:
    """Read the session: the officer must be active, not be logged out since, and hold a live post today (A5)."""
    request.actor = request.officer = None  # type: ignore[attr-defined]
    officer_id = request.session.get(SESSION_OFFICER)
    if officer_id is None:
        return
    values = {"officer": officer_id, "today": timezone.localdate()}
    accounts, grants, places = together(values, ACCOUNT, GRANTS, _PLACES)
    officer, held = next(iter(accounts), None), by_place(grants)
    epoch = request.session.get(SESSION_EPOCH)
    if officer is None or officer.session_epoch != epoch or not held or _is_idle(request):
        request.session.flush()
        return
    standing = _chosen(held, str(request.session.get(SESSION_PLACE, "")))
    known = {path: Place(name, level) for path, name, level in places}
    request.officer = officer  # type: ignore[attr-defined]
    request.place = known.get(standing.division_path, Place())  # type: ignore[attr-defined]
    request.actor = actor_of(  # type: ignore[attr-defined]
        officer, standing, device=client_device(request), session=request.session.session_key or ""
    )


def _is_idle(request: HttpRequest) -> bool:
    """Whether nobody has used this session for an hour; notes now and then that somebody does."""
    now = int(timezone.now().timestamp())
    seen = int(request.session.get(SESSION_SEEN, now))
    if now - seen > NOTED_SECONDS or SESSION_SEEN not in request.session:
        request.session[SESSION_SEEN] = now
    return now - seen > IDLE_SECONDS


def _chosen(held: list[Standing], place: str) -> Standing:
    return next((standing for standing in held if standing.division_path == place), held[0])


def _to_login(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def forbidden(request: HttpRequest, message: str) -> HttpResponse:
    """403 as a page, as a fragment or as JSON."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "NOT_PERMITTED", "message": message}, status=403)
    return render(request, "workbench/forbidden.html", {"message": message}, status=403)
