"""The page of a case: papers first, then the decision, once, by somebody else."""

from __future__ import annotations

import pytest

from tests.support.browser import Desk


def test_who_proposed_it_cannot_decide_it(desk: Desk) -> None:
    page = desk.as_("500110-handler")

    page.goto(desk.address("case", desk.key("case")))

    assert page.get_by_role("button", name="同意", exact=True).count() == 0
    assert page.get_by_role("button", name="撤回").count() == 1


@pytest.mark.requirement("QJ-A1-4-6b")
def test_the_progress_of_a_case_is_found_by_the_number_of_the_person(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("home"))

    page.locator("#find").fill(desk.seeded["case_number"])
    page.keyboard.press("Enter")
    page.locator("h1", has_text="张*芬").wait_for()
    assert desk.seeded["case_number"] not in page.url
    page.locator(".lines a", has_text="500110-2026-").first.click()
    page.locator(".step-bar").wait_for()

    steps = page.locator(".step-bar").inner_text()
    assert desk.seeded["maker_name"] in steps and "2026-" in steps and "复核岗" in steps
    assert "待决定" in page.inner_text("h1")


def test_a_decision_waits_until_every_paper_was_opened_and_acts_once(desk: Desk) -> None:
    page = desk.as_("500110-reviewer")
    page.goto(desk.address("case", desk.key("case")))
    approve = page.get_by_role("button", name="同意", exact=True)
    assert approve.is_disabled()
    reject = page.get_by_role("button", name="不同意")
    assert reject.is_disabled()

    page.get_by_role("button", name="证据").click()
    page.locator("#viewer img").wait_for()
    page.locator("#actions button:not([disabled])", has_text="同意").first.wait_for()
    desk.keep(page, "case-evidence")
    assert desk.faults(page) == []
    page.locator("#reason").fill("判决书已核对，自判决生效次月起暂停。")
    approve.dblclick()
    page.locator("h1", has_text="已同意").wait_for()

    assert page.locator(".timeline li", has_text="判决书已核对").count() == 1
    assert desk.problems(page) == []
    with desk.records():
        from jubao.cases.models import CaseEvent

        assert CaseEvent.objects.filter(case_id=desk.key("case"), action="approve").count() == 1
