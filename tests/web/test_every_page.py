"""Every page of the matrix that needs no argument: it opens for each post of its line, in the frame, without a fault.

So that no page of any author slips through: axe-core, the console, sideways scrolling, full numbers of persons.
"""

from __future__ import annotations

import re

import pytest
from django.urls import NoReverseMatch, reverse

from jubao.staff.posts import POSTS
from jubao.workbench.access import permissions
from tests.support.browser import Desk

NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
WITHOUT_FRAME = {"healthz", "readyz", "root", "login", "login-scan", "logout"}


def _pages() -> list[tuple[str, str]]:
    """Route and the first post that may open it."""
    found = []
    for route, rule in permissions().items():
        try:
            reverse(route)
        except NoReverseMatch:
            continue
        posts = sorted(rule.posts) or ["handler"]
        if rule.word in ("public", "api") or route in WITHOUT_FRAME:
            continue
        found.append((route, next((post for post in posts if post in POSTS), posts[0])))
    return sorted(found)


@pytest.mark.parametrize(("route", "post"), _pages(), ids=lambda value: str(value))
def test_a_page_has_no_fault(desk: Desk, route: str, post: str) -> None:
    page = desk.as_(f"500110-{post}")

    status = page.request.get(desk.address(route)).status
    if status == 405:
        return  # an action, which has no page of its own
    assert status == 200
    page.goto(desk.address(route))

    desk.keep(page, f"every-{route}", widths=(1024,))
    assert desk.faults(page) == []
    assert desk.problems(page) == []
    assert NUMBER.findall(page.inner_text("body")) == []


@pytest.mark.parametrize("route", ["login", "login-scan"])
def test_the_door_has_no_fault(desk: Desk, route: str) -> None:
    page = desk.nobody()

    page.goto(desk.address(route))

    desk.keep(page, route)
    assert desk.faults(page) == []
