"""待遇金额异议 in 松山: asked at the counter, checked by the district, confirmed by the person, decided, told (赤松 第二十三条).

Worked example: ten months at 2.00 too little: a new version after the signature, 20.00 of differences; a groundless request is
answered with the calculation.
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.benefits.models import Determination, Due
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.notices.models import OutboxMessage
from jubao.people.numbers import numbers_of
from jubao.services.benefits.back_pay import back_pay_award
from jubao.services.benefits.recalculation import amount_correction_propose
from jubao.staff.regions import pack_of
from tests.benefits.county import County
from tests.support.counter import Counter, a_file, pdf_text
from tests.support.residents import Beneficiary, a_beneficiary, system

INTAKE, HANDLER, REVIEWER = "150404-intake_clerk", "150404-handler", "150404-reviewer"
DAY = date(2024, 11, 11)
TEN = [Month(2024, 1) + number for number in range(10)]


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    desk.on(DAY)
    return desk


def drawing(here: Counter) -> Beneficiary:
    """Somebody who drew ten months."""
    someone = a_beneficiary(
        village=here.world.villages[0], start_month=TEN[0].index, birth=date(1963, 12, 5), name="王秀兰"
    )
    with unit_of_work(system(), "test"):
        earlier = Case.objects.create(
            number="T-1", kind="resumption", district_code="150404", division_path=here.world.cast.reviewer.actor.scope,
            state="done", is_open=False, outcome="done",
        )  # fmt: skip
        back_pay_award(
            actor=system(), entitlement_id=someone.entitlement_id, months=[one.index for one in TEN],
            cause="FIRST_PAYMENT", case_id=earlier.id, pack=pack_of(here.world.cast.reviewer.actor.scope),
        )  # fmt: skip
    return someone


def asked(here: Counter, someone: Beneficiary) -> Case:
    number = numbers_of([someone.person.id])[someone.person.id]
    said = here.post(INTAKE, "checks", number=number, what="amount", asked="账户少记了一笔")
    case = Case.objects.get(kind="amount_objection")
    assert case.number in said
    return case


def redetermined(here: Counter, case: Case, balance: str = "2782.78") -> str:
    return here.post(
        HANDLER, "check", case.pk, account_balance=balance, ground="转入的278元漏记", version=case.version
    )


def confirmed(here: Counter, case: Case) -> str:
    here.post(INTAKE, "case-material-add", case.pk, kind="amount_confirmation", file=a_file("确认书"))
    case.refresh_from_db()
    said = here.post(INTAKE, "case-action", case.pk, action="confirm", version=case.version)
    case.refresh_from_db()
    return said


def differences(someone: Beneficiary) -> int:
    rows = Due.objects.filter(entitlement_id=someone.entitlement_id, kind="difference", is_live=True)
    return sum(rows.values_list("amount_fen", flat=True))


@pytest.mark.requirement("SS-23-1")
def test_a_request_is_a_case_at_the_district(here: Counter) -> None:
    case = asked(here, drawing(here))

    assert case.state == "accepted" and case.number in here.text(HANDLER, "inbox")
    page = here.text(HANDLER, "check", case.pk)
    assert "账户少记了一笔" in page and "重新核定" in page
    again = here.post(INTAKE, "checks", number="150404190001011234", what="amount", asked="x")
    assert "NUMBER_UNKNOWN" in again


@pytest.mark.requirement("SS-23-2", "SS-23-3")
def test_the_new_amount_is_paid_only_after_the_confirmation(here: Counter) -> None:
    someone = drawing(here)
    case = asked(here, someone)
    before = Determination.objects.get(entitlement_id=someone.entitlement_id)

    redetermined(here, case)
    case.refresh_from_db()
    assert case.state == "handled"
    line = case.proposal["lines"][0]
    assert line["recalculated_fen"] - line["budget_fen"] == 200
    letter = pdf_text(here.get(INTAKE, "check-letter", case.pk).content)
    assert f"{line['recalculated_fen'] / 100:.2f}" in letter and "同意按重新核定的金额发放" in letter

    county = _county(here)
    old = county.dues(Month(2024, 11), someone)
    assert [row["account_pension_fen"] for row in old if row["kind"] == "monthly"] == [1802]
    assert "STEP_NOT_POSSIBLE" in here.review(case, by=REVIEWER, points=())
    assert "MATERIAL_MISSING" in here.post(
        INTAKE, "case-action", case.pk, action="confirm", version=case.version
    )
    assert Determination.objects.filter(entitlement_id=someone.entitlement_id).count() == 1

    confirmed(here, case)
    here.review(case, by=REVIEWER, points=())

    newest = Determination.objects.filter(entitlement_id=someone.entitlement_id).order_by("-sequence")[0]
    assert newest.account_pension_fen == before.account_pension_fen + 200
    assert newest.difference["supersedes"] == 1
    new = county.dues(Month(2024, 11), someone)
    assert [row["account_pension_fen"] for row in new if row["kind"] == "monthly"] == [2002]
    assert differences(someone) == 2000
    told = OutboxMessage.objects.get(case_id=case.pk, purpose="enquiry_result")
    assert "20.00" in told.body and "已重新核定" in told.body


def _county(here: Counter) -> County:
    """The queries of `County` over the officers that are there."""
    county = County.__new__(County)
    county.district, county.cast = "150404", here.world.cast
    county.path = here.world.cast.reviewer.actor.scope
    return county


@pytest.mark.requirement("SS-23-5")
def test_a_groundless_request_is_answered_with_the_calculation(here: Counter) -> None:
    someone = drawing(here)
    case = asked(here, someone)

    assert "NOTHING_TO_RECALCULATE" in redetermined(here, case, "2504.78")
    assert "REASON_REQUIRED" in here.post(
        HANDLER, "case-action", case.pk, action="explain", version=case.version
    )
    here.post(
        HANDLER, "case-action", case.pk, action="explain", version=case.version, reason="缴费记录与税票一致"
    )

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("explained", "explained")
    told = OutboxMessage.objects.get(case_id=case.pk, purpose="enquiry_result")
    assert "没有错误" in told.body and "缴费记录与税票一致" in told.body
    assert "2,504.78" in told.body and "139" in told.body and "18.02" in told.body
    assert Determination.objects.filter(entitlement_id=someone.entitlement_id).count() == 1


def test_who_does_not_agree_sends_it_back(here: Counter) -> None:
    someone = drawing(here)
    case = asked(here, someone)
    redetermined(here, case)
    case.refresh_from_db()

    here.post(INTAKE, "case-action", case.pk, action="disagree", version=case.version, reason="还少一年")

    case.refresh_from_db()
    assert case.state == "accepted" and differences(someone) == 0


def test_nobody_goes_round_the_confirmation(here: Counter) -> None:
    from jubao.services.cases.checks import CaseRefused

    someone = drawing(here)

    with pytest.raises(CaseRefused) as refused:
        amount_correction_propose(
            actor=here.world.cast.handler.actor, entitlement_id=someone.entitlement_id, ground="核查", today=DAY,
            changed={"account_balance_fen": 278278},
        )  # fmt: skip

    assert refused.value.code == "CONFIRMATION_NEEDED"
