"""转入 behind its pages: papers, the township's check, the letter, the wait, record and money, the notice, the objection."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import FormerYears
from jubao.ledger.balances import balance_of
from jubao.notices.models import OutboxMessage
from jubao.pension_transfers.models import PensionTransfer
from jubao.people.models import Enrolment
from jubao.services.oversight.selfaudit import run_selfaudit
from tests.transfers.desk import Desk, scan

BOTH = ("id_document", "household_booklet")
RECORD = {
    "own_payment": "2800.00", "subsidy": "400", "years": "2012-2019", "money": "3,200.00", "money_on": "2026-03-02",
    "receipt": "20260302-17",
}  # fmt: skip


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def applied(here: Desk, **about: object) -> tuple[Enrolment, Case]:
    who = here.contributor(**about)  # type: ignore[arg-type]
    here.apply("intake", "in", who, place="翁牛特旗", agency="翁牛特旗社会保险中心", papers=BOTH)
    return who, here.case(who, "transfer_in")


def waiting(here: Desk, **about: object) -> tuple[Enrolment, Case]:
    who, case = applied(here, **about)
    here.act("intake", case, "check")
    here.act("handler", case, "letter")
    return who, case


def booked(here: Desk) -> tuple[Enrolment, Case]:
    who, case = waiting(here, mobile="13900000017")
    here.act("handler", case, "receive", **RECORD)
    here.decided(case)
    return who, case


@pytest.mark.requirement("SS-34-1")
def test_rights_come_only_while_their_owner_contributes(here: Desk) -> None:
    who = here.contributor()
    page = here.apply("intake", "in", who, place="翁牛特旗", draws="1", papers=BOTH)
    assert "OBSTACLES_FOUND" in page and "只有缴费期间可以转移" in page and "第三十二条" in page

    drawing = here.someone().enrolment
    assert "OBSTACLES_FOUND" in here.apply("intake", "in", drawing, place="翁牛特旗", papers=BOTH)
    assert not Case.objects.filter(kind="transfer_in").exists()


@pytest.mark.requirement("SS-34-2")
def test_card_and_booklet_are_brought_to_the_township(here: Desk) -> None:
    who = here.contributor()
    page = here.apply("intake", "in", who, place="翁牛特旗", papers=("id_document",))
    assert "MATERIAL_MISSING" in page and "户口簿" in page
    assert not Case.objects.filter(kind="transfer_in").exists()

    assert "已提出" in here.apply("intake", "in", who, place="翁牛特旗", papers=BOTH)
    assert here.case(who, "transfer_in").state == "applied"


@pytest.mark.requirement("SS-03-3-2d")
def test_the_village_collects_and_sends_up_and_decides_nothing(here: Desk) -> None:
    who = here.contributor()
    here.apply("assistant", "in", who, place="翁牛特旗", papers=("id_document",))
    case = here.case(who, "transfer_in")
    assert case.state == "collected"
    assert "MATERIAL_MISSING" in here.act("assistant", case, "send_up")

    here.act("assistant", case, "paper", kind="household_booklet", file=scan())
    here.act("assistant", case, "send_up")

    case.refresh_from_db()
    assert case.state == "applied"
    assert set(CaseMaterial.objects.filter(case=case).values_list("kind", flat=True)) == set(BOTH)
    assert "POST_REQUIRED" in here.act("assistant", case, "check")
    here.act("intake", case, "check")
    here.act("handler", case, "letter")
    here.act("handler", case, "receive", **RECORD)
    assert "POST_REQUIRED" in here.act("assistant", case, "approve")


@pytest.mark.requirement("SS-03-2-2b", "SS-34-3", "SS-03-5-1d")
def test_the_letter_waits_for_the_township_and_goes_to_the_district(here: Desk) -> None:
    who, case = applied(here)
    refused = here.act("handler", case, "letter")
    assert "STEP_NOT_POSSIBLE" in refused and "待镇街审核" in refused
    assert not CaseMaterial.objects.filter(case=case, kind="transfer_acceptance_letter").exists()

    here.act("intake", case, "check")
    assert str(case.number) in here.page("handler", "transfers", query="?state=open")
    here.act("handler", case, "letter")

    letter = here.printed(case, "transfer_acceptance_letter")
    assert "关系转入接收函" in letter and "翁牛特旗社会保险中心" in letter and who.person.name in letter
    case.refresh_from_db()
    assert case.proposal["letter_number"] == "JS-150404-2026-000001"
    assert "STEP_NOT_POSSIBLE" in here.decided(case)


@pytest.mark.requirement("SS-34-4")
def test_it_waits_for_the_old_place_and_the_days_are_counted(here: Desk) -> None:
    _who, case = waiting(here)
    here.clock.forward(days=23)
    here.browsers.clear()

    case.refresh_from_db()
    assert (case.state, case.due_on) == ("awaiting_transfer_out", None)
    page = here.page("handler", "transfer", case.pk)
    assert "等待转出地转出" in page and "已等 23 天" in page
    assert case.number in here.page("handler", "transfers", query="?state=waiting")


@pytest.mark.requirement("SS-34-5", "SS-34-6")
def test_record_and_money_are_confirmed_by_source_and_the_applicant_is_told(here: Desk) -> None:
    who, case = waiting(here, mobile="13900000017")
    here.act("handler", case, "receive", **RECORD | {"money": "3199.99"})
    refused = here.decided(case)
    assert "MONEY_DIFFERS" in refused and "0.01" in refused
    assert balance_of(who.pk) == {}

    here.decided(case, "return", reason="到账少一分")
    here.act("handler", case, "receive", **RECORD)
    assert "已转入" in here.decided(case)

    assert balance_of(who.pk) == {"own_payment": 280_000, "subsidy": 40_000}
    assert FormerYears.objects.get(enrolment=who).contribution_months == 96
    moved = PensionTransfer.objects.get(case=case)
    assert (moved.amount_fen, moved.money_fen, moved.contribution_months) == (320_000, 320_000, 96)
    told = OutboxMessage.objects.get(case_id=case.pk, purpose="transfer_result")
    assert "8年" in told.body and "3200.00" in told.body and told.recipient == "13900000017"
    assert [line for line in run_selfaudit(only=["B17", "B18", "B19"], seals=False) if line.violations] == []


def test_years_paid_here_are_not_counted_twice(here: Desk) -> None:
    _who, case = waiting(here, years=(2019,))
    page = here.act("handler", case, "receive", **RECORD)
    assert "YEAR_COUNTED_TWICE" in page and "2019" in page
    assert "YEARS_UNREADABLE" in here.act("handler", case, "receive", **RECORD | {"years": "2019-2012"})
    assert "AMOUNT_UNREADABLE" in here.act("handler", case, "receive", **RECORD | {"own_payment": "abc"})


@pytest.mark.requirement("SS-34-7", "SS-34-8")
def test_an_objection_needs_proof_and_is_answered_after_the_old_place_was_asked(here: Desk) -> None:
    who, case = booked(here)
    moved = PensionTransfer.objects.get(case=case)
    asked: dict[str, Any] = {"transfer": str(moved.pk), "asked": "2011年也缴过"}
    assert "MATERIAL_MISSING" in here.apply("intake", "objection", who, **asked)
    assert not Case.objects.filter(kind="transfer_objection").exists()

    here.apply("intake", "objection", who, papers=("evidence",), **asked)
    objection = here.case(who, "transfer_objection")
    assert objection.due_on == date(2026, 3, 16)
    assert "STEP_NOT_POSSIBLE" in here.act("handler", objection, "explain", reason="无误")

    here.act("handler", objection, "exchange", happened_on="2026-03-02", way="phone", with_whom="翁牛特旗 周同志",
             said="2011年度漏转，已补划")  # fmt: skip
    here.act(
        "handler",
        objection,
        "correct",
        own_payment="100.00",
        months="12",
        money_on="2026-03-02",
        ground="2011年度漏转",
    )
    here.decided(objection)

    assert "翁牛特旗 周同志" in here.page("handler", "transfer", objection.pk)
    assert FormerYears.objects.get(enrolment=who).contribution_months == 108
    assert balance_of(who.pk)["own_payment"] == 290_000
    told = OutboxMessage.objects.get(case_id=objection.pk, purpose="enquiry_result")
    assert "确有遗漏" in told.body and "翁牛特旗 周同志" in told.body
    assert [line for line in run_selfaudit(only=["B18"], seals=False) if line.violations] == []


def test_an_objection_without_ground_is_explained(here: Desk) -> None:
    who, case = booked(here)
    moved = PensionTransfer.objects.get(case=case)
    here.apply("intake", "objection", who, papers=("evidence",), transfer=str(moved.pk), asked="少了")
    objection = here.case(who, "transfer_objection")
    here.act(
        "handler",
        objection,
        "exchange",
        happened_on="2026-03-02",
        way="letter",
        with_whom="翁牛特旗",
        said="记录无误",
    )

    here.act("handler", objection, "explain", reason="与原始凭证一致")

    objection.refresh_from_db()
    assert objection.state == "explained"
    told = OutboxMessage.objects.get(case_id=objection.pk, purpose="enquiry_result")
    assert "记录无误" in told.body and "与原始凭证一致" in told.body
