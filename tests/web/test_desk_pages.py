"""The pages of the desk in a real browser: seen by those who may, readable, reachable by keyboard, without faults."""

from __future__ import annotations

from tests.support.browser import Desk


def test_home_shows_work_month_and_figures(desk: Desk) -> None:
    page = desk.as_("500110-reviewer")

    page.goto(desk.address("home"))

    assert page.locator("h2", has_text="我的待办").is_visible()
    assert page.locator(".month-grid td[aria-current=date]").count() == 1
    desk.keep(page, "home")
    assert desk.faults(page) == []
    assert page.problems == []  # type: ignore[attr-defined]
