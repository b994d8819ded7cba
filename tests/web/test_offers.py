"""No page offers what its reader's post may not do: every link, form and button is held against the permission matrix.

Worked example: the auditor read the list of 注销 and saw the form of 办理注销, which answered her with 403. Here every officer
of the cast opens every page of the matrix, follows the links to the pages of one case, one person, one run, and each address
that a page offers must be a route that her post may use; a page that she may follow must open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from jubao.workbench.access import PORTAL, is_open_to, level_of, permissions
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member
from tests.web.seed import seed_desk

ADDRESSES = ("href", "action", "formaction", "hx-get", "hx-post", "data-href")
FOLLOWED = ("href", "hx-get", "data-href")
EACH = 2
"""So many pages of one route are opened, of different cases or persons; a list is opened once."""


class Offers(HTMLParser):
    """The addresses of a page with the attribute they stand in; a form without an action leads to the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links of the head are files, not offers."""
        if tag == "link":
            return
        given = dict(attrs)
        self.found += [(name, address) for name in ADDRESSES if (address := given.get(name))]


def offers_of(html: str, page: str) -> Iterator[tuple[str, str, str]]:
    """Attribute, address and route of everything a page offers on this desk."""
    reader = Offers()
    reader.feed(html)
    for name, address in dict.fromkeys(reader.found):
        whole = urljoin(page, address)
        parts = urlsplit(whole)
        if (
            parts.scheme in ("", "http", "https")
            and not parts.netloc
            and not parts.path.startswith("/static/")
        ):
            try:
                yield name, whole.partition("#")[0], resolve(parts.path).view_name
            except Resolver404:
                yield name, whole, ""


def starts(member: Member) -> list[str]:
    """Every page without an argument that the officer's post opens."""
    level = level_of(member.actor.scope)
    found = []
    for route in permissions():
        try:
            address = reverse(route)
        except NoReverseMatch:
            continue
        if is_open_to(member.actor.posts, level, route) and route not in ("logout", "login", "root"):
            found.append(address)
    return found


def faults_of(member: Member, client: Client) -> set[str]:
    """What the officer is offered and may not do, and what she may follow and does not open."""
    posts, level = member.actor.posts, level_of(member.actor.scope)
    queue, offered, seen = starts(member), set[str](), set[str]()
    opened, faults = Counter[str](), set[str]()
    while queue:
        page = queue.pop(0)
        here = resolve(urlsplit(page).path).view_name
        if page in seen or opened[here] >= (EACH if resolve(urlsplit(page).path).kwargs else 1):
            continue
        seen.add(page)
        opened[here] += 1
        answer: Any = client.get(page)
        if page in offered and answer.status_code not in (200, 302):
            faults.add(f"{here}: answers {answer.status_code}")
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for name, address, route in offers_of(answer.content.decode(), page):
            if route.startswith(PORTAL) or route == "logout":
                continue
            if not route or not is_open_to(posts, level, route):
                faults.add(f"{here}: offers {route or address}")
            elif name in FOLLOWED:
                queue.append(address)
                offered.add(address)
    return faults


@pytest.fixture
def county(database: None) -> Cast:
    """The cast, a village full of people, one with a whole story, a case that waits."""
    desk: Any = SimpleNamespace(seeded={})
    seed_desk(desk)
    cast: Cast = desk.seeded["cast"]
    return cast


def test_nobody_is_offered_what_the_post_may_not_do(county: Cast) -> None:
    faults = {
        name: sorted(found)
        for name, member in county.members().items()
        if (found := faults_of(member, open_browser(member)))
    }

    assert faults == {}


@pytest.mark.parametrize(
    ("route", "words"), [("deregistrations", "办理注销"), ("recalculations", "重算并提出")]
)
def test_a_form_that_a_page_sends_to_itself_is_for_those_who_may_send_it(
    county: Cast, route: str, words: str
) -> None:
    reader = {"deregistrations": county.auditor, "recalculations": county.approver}[route]

    assert words in open_browser(county.handler).get(reverse(route)).content.decode()
    assert words not in open_browser(reader).get(reverse(route)).content.decode()
