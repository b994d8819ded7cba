"""多扣少补: what was paid too much is kept back by a decision alone, never more than the pack allows, and carried on.

Worked example: 2.00 too much for ten months: 20.00 of the next 185.00; 60.00: 36.60, then the rest.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from jubao.benefits.invariants import INVARIANTS as BENEFITS
from jubao.benefits.models import Decrease
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.overpayments import overpaid as overpaid_rows
from jubao.facts.twin import twin_rows
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.payments.invariants import INVARIANTS as PAYMENTS
from jubao.payments.models import PaymentRun
from jubao.services.benefits.back_pay import back_pay_award, paid_or_awarded
from jubao.services.benefits.overpayments import overpayment_propose
from jubao.services.benefits.recalculation import amount_correction_propose
from jubao.services.payments.runs import run_void
from jubao.staff.regions import pack_of
from tests.benefits.county import County
from tests.payments.month import MONTH, NOW, TODAY, a_payee, approved, drafted, paid_month, sent
from tests.staff.browsing import open_browser
from tests.support.residents import Beneficiary, system

_MOVES = """
SELECT t.code, d.kind, c.kind, t.amount_fen FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_account_id
JOIN ledger_account c ON c.id = t.credit_account_id WHERE t.run_id = %s AND t.phase = 'posted' ORDER BY t.id
"""
NINE = [Month(2024, 7) + number for number in range(9)]
APRIL, MAY = MONTH - 2, MONTH - 1


def overpaid(here: County, too_much_fen: int = 200) -> Beneficiary:
    """Ten months up to 2025-04 paid too high, and an objection decided: each month is listed as a decrease."""
    someone = a_payee(village=here.village)
    with unit_of_work(system(), "test"):
        back_pay_award(
            actor=system(), entitlement_id=someone.entitlement_id, months=[one.index for one in NINE], cause="MISSED",
            case_id=uuid4(), pack=pack_of(here.path),
        )  # fmt: skip
    paid_month(here.cast, APRIL)
    case = amount_correction_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, ground="核查申请", today=date(2025, 4, 21),
        changed={"account_balance_fen": 250478 - 139 * too_much_fen},
    )  # fmt: skip
    here.decide(case, on=date(2025, 4, 21))
    return someone


def decided(here: County, someone: Beneficiary, way: str = "deduct") -> Case:
    """Proposed by one, agreed by another."""
    case = overpayment_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, way=way, reason="本人同意", today=TODAY
    )  # fmt: skip
    return here.decide(case, on=TODAY, reason="金额无误")


def moves(run: PaymentRun) -> list[tuple[str, str, str, int]]:
    """What was posted of a run beside the pending payments: code, from, to, fen."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, [run.id])
        return list(cursor.fetchall())


@pytest.mark.requirement("SS-23-4")
def test_two_yuan_too_much_for_ten_months_are_kept_back_after_a_decision(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = County("500110")
    someone = overpaid(here)
    assert [one.state for one in Decrease.objects.all()] == ["open"] * 10
    # Nothing is kept back by itself: May is paid whole.
    may = paid_month(here.cast, MAY)
    assert [(line.amount_fen, line.deducted_fen) for line in may.lines.all()] == [(18102, 0)]

    for view in ("recalculations", "case"):
        monkeypatch.setattr(f"jubao.workbench.views.{view}.today", lambda: TODAY)
    monkeypatch.setattr("jubao.workbench.views.case.now", lambda: NOW)
    handler, reviewer = open_browser(here.cast.handler), open_browser(here.cast.reviewer)
    page = handler.get(reverse("recalculations")).content.decode()
    assert "202407-202504:2.00" in page and "20.00" in page
    form = {
        "do": "overpayment",
        "entitlement": str(someone.entitlement_id),
        "way": "deduct",
        "reason": "本人同意",
        "key": "k",
    }
    case_page = handler.post(reverse("recalculations"), form)["Location"]
    case = Case.objects.get(kind="overpayment")
    assert case_page == reverse("case", args=[case.id])
    answer = {"action": "approve", "version": case.version, "digest": case.digest, "key": "a"}
    reviewer.get(case_page)
    reviewer.post(reverse("case-action", args=[case.id]), answer)
    assert Decrease.objects.filter(state="open").count() == 10, "without a reason nothing is decided"
    reviewer.post(reverse("case-action", args=[case.id]), answer | {"reason": "金额无误", "key": "b"})
    assert Decrease.objects.filter(state="deduct", decided_by=here.cast.reviewer.person.id).count() == 10

    run = paid_month(here.cast)
    line = run.lines.get()
    assert (line.base_pension_fen, line.account_pension_fen, line.amount_fen) == (16500 - 2000, 1602, 16102)
    assert sum(line.deductions.values_list("amount_fen", flat=True)) == line.deducted_fen == 2000
    assert [(row.difference, row.cause) for row in twin_rows(run.id)] == [("amount", "DEDUCTION")]
    assert sum(fen for code, *_road, fen in moves(run) if code == "offset") == 2000
    back = [move for move in moves(run) if move[0] == "recovery"]
    assert sum(fen for *_road, fen in back) == 2000 and {move[1] for move in back} == {"recovery_claim"}
    given = paid_or_awarded(someone.entitlement_id, [MONTH])[MONTH]
    assert sum(given.values()) == 18102, "what was kept back counts as given"
    assert (
        "已扣多发 20.00" in handler.get(reverse("person-payments", args=[someone.person.id])).content.decode()
    )
    july = drafted(here.cast, MONTH + 1, today=date(2025, 7, 10))
    assert july.lines.get().deducted_fen == 0


@pytest.mark.requirement("SS-23-4")
def test_two_yuan_too_little_for_ten_months_are_paid(database: None) -> None:
    here = County("500110")
    overpaid(here, -200)
    run = drafted(here.cast, MAY, today=date(2025, 5, 10))
    lines = run.lines.filter(kind="difference")
    assert (lines.count(), sum(lines.values_list("amount_fen", flat=True))) == (10, 2000)


def test_more_than_a_month_may_bear_is_carried_on(database: None) -> None:
    here = County("500110")
    someone = overpaid(here, 600)
    decided(here, someone)

    amounts = [paid_month(here.cast, month).lines.get() for month in (MAY, MONTH)]
    # 177.02 a month from now on, a fifth of it is 35.40.
    assert [(line.deducted_fen, line.amount_fen) for line in amounts] == [(3540, 14162), (2460, 15242)]
    assert overpaid_rows(here.path, ("deduct",)) == []
    with connection.cursor() as cursor:
        for invariant in (*PAYMENTS, *BENEFITS):
            cursor.execute(invariant.violations)
            assert cursor.fetchall() == [], invariant.id


def test_a_void_run_keeps_nothing_back(database: None) -> None:
    here = County("500110")
    someone = overpaid(here)
    decided(here, someone)
    run = approved(here.cast, drafted(here.cast))
    assert overpaid_rows(here.path, ("deduct",)) == []
    run_void(actor=here.cast.handler.actor, run_id=run.id, reason="名单有误", today=TODAY, now=NOW)
    assert overpaid_rows(here.path, ("deduct",))[0].left_fen == 2000
    again = sent(here.cast, drafted(here.cast))
    assert again.lines.get(is_live=True).deducted_fen == 2000


def test_what_is_let_go_is_not_kept_back_and_nothing_is_decided_twice(database: None) -> None:
    here = County("500110")
    someone = overpaid(here)
    decided(here, someone, "waived")
    assert paid_month(here.cast, MAY).lines.get().deducted_fen == 0
    with pytest.raises(DomainError) as refused:
        decided(here, someone)
    assert refused.value.code == "NOTHING_OVERPAID"
