"""办理 from the person's page to the decision, in a real browser: contact, certification, suspension, the overdue list.

Worked example: the handler records a failed call, is refused a suspension with the article, and after the visit opens one.
"""

from __future__ import annotations

import re

import pytest

from tests.support.browser import Desk


def submit(page, heading: str, **fields: str) -> None:  # type: ignore[no-untyped-def]
    """Fill the form under a heading and send it."""
    form = page.locator("section", has=page.get_by_role("heading", name=heading, exact=True)).locator("form")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button").click()


@pytest.mark.requirement("CQ-09-5")
def test_suspending_wants_two_failed_means_and_leads_to_the_case(desk: Desk) -> None:
    heroine = desk.seeded["heroine"]
    page = desk.as_("500110-handler")
    page.goto(desk.address("benefit-new", heroine.person.id))
    desk.keep(page, "benefit-new")
    submit(page, "联系记录", means="phone", was_reached="0")
    submit(page, "暂停", reason="NOT_CERTIFIED")
    assert "须有 2 种不同方式" in page.locator("main").inner_text()
    submit(page, "联系记录", means="home_visit", was_reached="0")
    submit(page, "暂停", reason="NOT_CERTIFIED")
    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url)
    assert "渝人社办〔2019〕99号" in page.locator("main").inner_text()
    assert desk.faults(page) == []


def test_the_overdue_of_the_district_become_one_case(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("suspension-batch"))
    assert page.locator("tbody tr").count() >= 1
    desk.keep(page, "overdue")
    assert desk.faults(page) == []
    page.select_option("#reason", "NOT_CERTIFIED")
    page.fill("#source", "认证期满名单")
    # 张桂芳 may have been asked for twice by the test before.
    page.locator("tbody tr", has_not_text="张*芳").locator("input[type=checkbox]").first.check()
    page.get_by_role("button", name="提出暂停").click()
    # In this district two means must have failed for each person: whoever has none is named and not suspended.
    assert "没有可以暂停的人" in page.locator("main").inner_text()
    assert desk.problems(page) == []


@pytest.mark.parametrize("route", ["long-suspended", "recalculations"])
def test_the_lists_open_and_are_readable(desk: Desk, route: str) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address(route))
    assert page.locator("h1").is_visible()
    assert desk.faults(page) == []
