"""The pages of the desk in a real browser: they open for the right posts, show no number, and axe-core finds nothing.

Every page is kept as a screenshot at 1280 and 1024 pixels, and none scrolls sideways.
"""

from __future__ import annotations

import re

import pytest

from tests.support.browser import Desk

NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
OF_THE_PERSON = ("person", "person-account", "person-payments", "person-history")
PAGES = [
    ("500110-reviewer", "home", ()),
    ("500110-intake_clerk", "home", ()),
    ("500110-reviewer", "inbox", ()),
    ("500110-reviewer", "cases", ()),
    ("500110-reviewer", "help", ()),
    ("500110-handler", "people", ()),
    *(("500110-handler", route, ("heroine",)) for route in OF_THE_PERSON),
    ("500110-reviewer", "case", ("case",)),
    ("500110-finance_officer", "payment-runs", ()),
    ("500110-handler", "standing-lists", ()),
    ("500110-handler", "standing-list", ("owes-years",)),
    ("500110-handler", "standing-list", ("held",)),
    ("500110-handler", "policy", ()),
    ("500110-handler", "policy-parameter", ("base_pension_fen",)),
    ("500110-auditor", "oversight", ()),
    ("500110-auditor", "access-log", ()),
    ("500110-auditor", "jobs", ()),
]


@pytest.mark.parametrize(
    ("officer", "route", "names"),
    PAGES,
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value,
)
def test_a_page_is_readable_by_everybody(
    desk: Desk, officer: str, route: str, names: tuple[str, ...]
) -> None:
    page = desk.as_(officer)

    answer = page.goto(desk.address(route, *(desk.key(name) for name in names)))

    assert answer is not None and answer.status == 200
    desk.keep(page, "-".join((route, *names, officer.partition("-")[2])))
    assert desk.faults(page) == []
    assert desk.problems(page) == []
    assert NUMBER.findall(page.inner_text("body")) == []


@pytest.mark.parametrize(("query", "words"), [("tab=choices", "依据"), ("tab=documents", "号")])
def test_the_law_is_readable(desk: Desk, query: str, words: str) -> None:
    page = desk.as_("500110-handler")

    page.goto(desk.address("policy", query=f"?{query}"))

    assert words in page.inner_text("main")
    desk.keep(page, f"policy-{query[4:]}")
    assert desk.faults(page) == []


def test_an_outsider_sees_nothing_of_the_district(desk: Desk) -> None:
    page = desk.as_("440523-handler")

    person = page.goto(desk.address("person", desk.key("heroine")))
    case = page.goto(desk.address("case", desk.key("case")))

    assert person is not None and person.status == 404
    assert case is not None and case.status == 404


def test_a_page_of_another_post_is_refused_and_written_down(desk: Desk) -> None:
    page = desk.as_("500110-reviewer")

    answer = page.goto(desk.address("access-log"))

    assert answer is not None and answer.status == 403
    assert "没有权限" in page.inner_text("h1")
    assert desk.faults(page) == []


def test_the_pages_speak_english_when_asked(desk: Desk) -> None:
    page = desk.as_("500110-reviewer")

    page.goto(desk.address("home", query="?lang=en"))

    assert page.get_attribute("html", "lang") == "en"
    page.goto(desk.address("home", query="?lang=zh"))
    assert page.get_attribute("html", "lang") == "zh-CN"


def test_the_first_view_is_light(desk: Desk) -> None:
    """What a clerk's first page of the day costs on the wire, apart from what the browser keeps."""
    page = desk.as_("500110-reviewer")
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: sizes.__setitem__(answer.url, int(answer.headers.get("content-length", "0"))),
    )

    page.goto(desk.address("home"))
    page.wait_for_load_state("networkidle")

    assert len(page.content()) < 60_000
    assert sum(sizes.values()) < 100_000
