"""多扣少补 in the browser: what was paid too much is seen, proposed with a reason, decided by another with a word.

Worked example: three months of 2.00 too much for 张桂芳: 办理岗 chooses 从后续待遇中扣减; 复核岗 reads how long it takes.
"""

from __future__ import annotations

from uuid import uuid4

from jubao.benefits.models import Decrease
from jubao.database.unit_of_work import unit_of_work
from tests.support.browser import Desk
from tests.support.residents import system


def test_what_was_paid_too_much_is_decided_by_two(desk: Desk) -> None:
    heroine = desk.seeded["heroine"]
    with desk.records(), unit_of_work(system("%"), "test"):
        for month in (24300, 24301, 24302):
            Decrease.objects.create(
                entitlement_id=heroine.entitlement_id, benefit_month=month, amount_fen=200, cause="CORRECTION", case_id=uuid4()
            )  # fmt: skip

    handler = desk.as_("500110-handler")
    handler.goto(desk.address("recalculations"))
    desk.keep(handler, "recalculations")
    assert desk.faults(handler) == []
    row = handler.locator("tr", has_text="202501-202503:2.00")
    row.get_by_label("理由").fill("本人同意扣减")
    row.get_by_role("button", name="提出").click()
    handler.locator("h1", has_text="多发处理").wait_for()
    desk.keep(handler, "overpayment-case")
    assert desk.faults(handler) == []
    case = handler.url

    reviewer = desk.as_("500110-reviewer")
    reviewer.goto(case)
    text = reviewer.locator("main").inner_text()
    assert "从后续待遇中扣减" in text and "6.00" in text
    desk.keep(reviewer, "overpayment-decide")
    with desk.records():
        assert Decrease.objects.filter(entitlement_id=heroine.entitlement_id, state="open").count() == 3
    assert desk.problems(reviewer) == []
