"""The reviewed matrix: every route of the site stands in it, and every post gets exactly what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from jubao.oversight.models import AccessEvent
from jubao.staff.permissions import API, PUBLIC, WORDS, read_permissions
from jubao.staff.posts import POSTS
from jubao.workbench.access import (
    MATRIX,
    PORTAL,
    SESSION_EPOCH,
    SESSION_OFFICER,
    AccessMiddleware,
    level_of,
    may_open,
    permissions,
)
from tests.support.cast import Cast, Member


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route name of the site (with its namespace) and its view; a route without a name gives an empty one."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield (f"{prefix}{pattern.name}" if pattern.name else ""), pattern.callback


ROUTES = dict(routes(get_resolver().url_patterns))


def test_every_route_of_the_site_stands_in_the_file() -> None:
    assert "" not in ROUTES, "a route without a name cannot be permitted"
    desk = {route for route in ROUTES if not route.startswith(PORTAL)}  # the portal's: tests/portal
    assert sorted(desk - set(permissions())) == []


def test_every_page_is_marked_with_the_route_it_is_reached_by() -> None:
    # A view may serve two routes; the longer name then begins with the shorter.
    wrong = {
        route: view.page_route
        for route, view in ROUTES.items()
        if not route.startswith(getattr(view, "page_route", route))
    }

    assert wrong == {}


def door(member: Member | None, route: str) -> HttpResponse | None:
    """What the door says to somebody who asks for a route; None: come in."""
    request: HttpRequest = RequestFactory().get("/")
    request.session = SessionStore()
    request.resolver_match = SimpleNamespace(view_name=route, url_name=route)  # type: ignore[assignment]
    if member is not None:
        request.session[SESSION_OFFICER] = str(member.officer.id)
        request.session[SESSION_EPOCH] = member.officer.session_epoch
    return AccessMiddleware(lambda _request: HttpResponse()).process_view(request, lambda: None, (), {})


def test_each_post_may_open_exactly_what_the_file_says(cast: Cast) -> None:
    levels = {name: level_of(member.actor.scope) for name, member in cast.members().items()}
    wrong = [
        f"{name} {route}"
        for name, member in cast.members().items()
        for route, rule in permissions().items()
        if may_open(member.actor, route) != rule.allows(member.actor.posts, levels[name])
    ]

    assert wrong == []


@pytest.mark.parametrize("name", ["intake", "keeper"])
def test_the_door_lets_through_exactly_whom_the_file_names_and_writes_the_others_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("jubao.workbench.access.forbidden", lambda _request, _said: HttpResponse(status=403))
    member = cast.members()[name]
    refused = []
    for route in permissions():
        answer = door(member, route)
        if answer is not None:
            assert answer.status_code == 403, route
            refused.append(route)

    assert refused == [route for route in permissions() if not may_open(member.actor, route)]
    written = AccessEvent.objects.filter(was_refused=True, officer_id=member.officer.id).order_by("id")
    assert list(written.values_list("fields", flat=True)) == refused


def test_without_log_in_only_public_routes_answer(cast: Cast) -> None:
    for route, rule in permissions().items():
        answer = door(None, route)
        assert (answer is None) == (rule.word in (PUBLIC, API)), route
        assert answer is None or answer.status_code == 302


def test_a_route_that_the_file_does_not_name_is_refused_to_all(cast: Cast) -> None:
    answer = door(cast.keeper, "somebody-forgot-this")

    assert answer is not None and answer.status_code == 403
    assert AccessEvent.objects.get(was_refused=True).fields == "somebody-forgot-this"


def test_the_county_cannot_reach_the_approval_of_permissions(cast: Cast) -> None:
    reaching = [name for name, member in cast.members().items() if may_open(member.actor, "grant-approve")]

    assert reaching == ["keeper"]


def test_each_post_of_the_catalogue_may_open_the_first_page() -> None:
    assert all(permissions()["home"].allows(frozenset({post}), "") for post in POSTS)


@pytest.mark.parametrize(
    "line",
    ["page: everybody", "page: [clerk]", "page: {posts: [handler], levels: [moon]}", "page: []", "page: {}"],
)
def test_a_line_that_makes_no_sense_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "permissions.yaml").write_text(line, encoding="utf-8")

    with pytest.raises(ValueError, match="page"):
        read_permissions(tmp_path / "permissions.yaml")


def test_the_words_of_the_file_are_few() -> None:
    assert {"public", "api", "officer"} == WORDS
    assert MATRIX.name == "permissions.yaml"
