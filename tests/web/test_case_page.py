"""The page of a case: papers first, then the decision, once, by somebody else."""

from __future__ import annotations

from tests.support.browser import Desk


def test_who_proposed_it_cannot_decide_it(desk: Desk) -> None:
    page = desk.as_("500110-handler")

    page.goto(desk.address("case", desk.key("case")))

    assert page.get_by_role("button", name="同意", exact=True).count() == 0
    assert page.get_by_role("button", name="撤回").count() == 1


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
