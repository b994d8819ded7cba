"""制度衔接 behind its pages, both ways: who may, letters, the account that leaves or comes, months paid twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.contributions.models import FormerYears
from jubao.ledger.balances import balance_of, reserved_of
from jubao.payments.models import OneOffPayment
from jubao.people.models import Enrolment
from jubao.services.oversight.selfaudit import run_selfaudit
from tests.support.portal import words
from tests.transfers.desk import DAY, LETTER, RATE, Desk, scan

MONEY = {"own_payment": 280_000, "subsidy": 40_000}
REFUND = {"overlaps": "2025:5", "refund_bank": "某某银行", "refund_account": "6217003760000002222"}
APPLIED: dict[str, Any] = {
    "place": "赤峰市",
    "agency": "赤峰市社会保险中心",
    "of_age": "1",
    "papers": ("bridging_application",),
}


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def bridging(here: Desk, direction: str, months: str) -> tuple[Enrolment, Case]:
    who = here.contributor(money=MONEY, years=(2024, 2025))
    here.apply("clerk", "bridging", who, direction=direction, employee_months=months, **APPLIED)
    return who, here.case(who, "scheme_bridging")


@pytest.mark.requirement("SS-42-1")
def test_a_bridging_to_the_employees_scheme_sends_the_account_and_blocks_parallel_claims(here: Desk) -> None:
    who, case = bridging(here, "to_employee", "192")
    page = here.page("handler", "transfer", case.pk)
    assert "人社厅发〔2014〕25号" in page and "已受理" in page and "居民养老保险转入职工养老保险" in page
    assert case.due_on == date(2026, 3, 23)
    claim = {"file-id_document": scan(), "payee": "legal_heir"}
    refused = words(here.browser("assistant").post(reverse("claim-new", args=[who.pk]), claim, follow=True))
    assert "PARALLEL_BUSINESS" in refused and case.number in refused

    assert "MATERIAL_MISSING" in here.act("handler", case, "move", **LETTER, **RATE)
    here.act("handler", case, "move", file=scan(), **LETTER, **RATE, **REFUND)
    case.refresh_from_db()
    total = sum(balance_of(who.pk).values())
    assert (case.state, case.proposal["refund_fen"], case.proposal["amount_fen"]) == (
        "handled",
        16_667,
        total - 16_667,
    )
    sheet = here.printed(case, "bridging_sheet")
    assert "城乡居民基本养老保险信息表" in sheet and "不合并计算" in sheet
    assert "已转入职工养老保险" in here.decided(case)

    paid = dict(OneOffPayment.objects.filter(case_id=case.pk).values_list("kind", "amount_fen"))
    assert paid == {"refund": 16_667, "transfer_out": total - 16_667}
    assert sum(reserved_of(who.pk).values()) == total
    assert Enrolment.objects.get(pk=who.pk).ended_on == DAY
    assert [line for line in run_selfaudit(only=["B17", "B18", "B19"], seals=False) if line.violations] == []


def test_a_bridging_from_the_employees_scheme_books_account_and_years(here: Desk) -> None:
    who, case = bridging(here, "to_resident", "104")
    here.act("handler", case, "letter")
    case.refresh_from_db()
    assert (case.state, case.due_on) == ("awaiting_transfer_out", date(2026, 3, 23))
    letter = here.printed(case, "contact_letter")
    assert "制度衔接联系函" in letter and "赤峰市社会保险中心" in letter

    record = {
        "own_payment": "9000",
        "months": "104",
        "money": "9000",
        "money_on": "2026-03-02",
        "receipt": "17",
    }
    here.act("handler", case, "receive", **record | {"money": "8999"}, **REFUND)
    assert "MONEY_DIFFERS" in here.decided(case, "book")
    here.decided(case, "return_record", reason="到账不符")
    here.act("handler", case, "receive", **record, **REFUND)
    assert "已从职工养老保险转入" in here.decided(case, "book")

    assert FormerYears.objects.get(enrolment=who).contribution_months == 99
    assert balance_of(who.pk)["own_payment"] == 280_000 + 900_000
    assert OneOffPayment.objects.get(case_id=case.pk).amount_fen == 16_667
    assert [line for line in run_selfaudit(only=["B17", "B18", "B19"], seals=False) if line.violations] == []


def test_every_reason_against_bridging_is_said_at_once(here: Desk) -> None:
    who = here.contributor()
    page = here.apply(
        "clerk",
        "bridging",
        who,
        direction="to_employee",
        employee_months="100",
        draws="1",
        **APPLIED | {"of_age": "0"},
    )
    assert "不满180个月" in page and "退休年龄的证明" in page and "已在外地或其他制度领取" in page

    enough = here.apply("clerk", "bridging", who, direction="to_resident", employee_months="192", **APPLIED)
    assert "EMPLOYEE_YEARS_ENOUGH" in enough or "应在职工养老保险领取" in enough
    assert not Case.objects.filter(kind="scheme_bridging").exists()


def test_an_overlap_needs_a_year_paid_here_and_an_account_for_the_refund(here: Desk) -> None:
    _who, case = bridging(here, "to_employee", "192")
    given = LETTER | RATE
    assert "OVERLAP_YEAR_UNKNOWN" in here.act(
        "handler", case, "move", file=scan(), **given, **REFUND | {"overlaps": "2020:5"}
    )
    assert "PAYEE_MISSING" in here.act("handler", case, "move", file=scan(), **given, overlaps="2025:5")
    assert "OVERLAP_UNREADABLE" in here.act(
        "handler", case, "move", file=scan(), **given, **REFUND | {"overlaps": "2025:13"}
    )


def test_a_step_of_the_other_direction_is_refused(here: Desk) -> None:
    _who, case = bridging(here, "to_resident", "104")

    assert "OTHER_DIRECTION" in here.act("handler", case, "move", file=scan(), **LETTER, **RATE)
