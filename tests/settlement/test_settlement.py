"""结算: what the account and the grant come to, what stands against it, and that nothing moves before a second person agrees."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.kernel.month import Month
from jubao.ledger.balances import balance_of, reserved_of
from jubao.ledger.models import InterestYear
from jubao.payments.models import OneOffPayment
from jubao.people.models import Enrolment
from jubao.recovery.models import Claim
from jubao.services.cases.checks import CaseRefused
from jubao.services.settlement.grant import GivenGrant, funeral_grant
from jubao.staff.regions import pack_of
from tests.recovery.world import a_claim, paid
from tests.settlement.office import DAY, TERMS, Office, money
from tests.support.portal import words
from tests.support.residents import an_enrolment

NO_TERMS = dict.fromkeys(TERMS, "")


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def payments(whom: Enrolment) -> dict[str, int]:
    return dict(OneOffPayment.objects.filter(enrolment=whom).values_list("kind", "amount_fen"))


@pytest.mark.requirement("SS-03-2-3e", "SS-03-2-3f", "SS-03-2-4d", "SS-03-5-2c")
def test_one_case_from_the_township_settles_account_and_grant_when_another_agrees(here: Office) -> None:
    someone = here.someone()
    money(someone)

    assert "已提出" in here.applied(someone.enrolment)

    case = here.case(someone.enrolment)
    inbox = here.page(here.cast.reviewer, "inbox")
    assert case.number in inbox and not payments(someone.enrolment)
    page = here.page(here.cast.reviewer, "case", case.pk)
    assert "丧葬补助金" in page and "1,000.00" in page and "松政发〔2026〕3号" in page
    with pytest.raises(CaseRefused) as own:
        here.decide(case, on=DAY, by=here.cast.intake.actor)
    assert own.value.code in ("POST_REQUIRED", "LEVEL_REQUIRED", "SELF_APPROVAL")

    here.approved(someone.enrolment)

    paid = payments(someone.enrolment)
    assert paid["funeral_grant"] == 100_000 and paid["refund"] > 250_473
    assert set(OneOffPayment.objects.values_list("case_id", flat=True)) == {case.pk}
    assert sum(balance_of(someone.enrolment.pk).values()) == sum(reserved_of(someone.enrolment.pk).values())


def test_every_year_is_settled_on_its_rate_and_the_last_for_good(here: Office) -> None:
    someone = here.someone()
    money(someone)
    here.applied(someone.enrolment, rates="2025=2.4, 2026: 3.6%")

    here.approved(someone.enrolment)

    years = InterestYear.objects.filter(enrolment=someone.enrolment, is_live=True).order_by("year")
    assert [(one.year, one.last_month, one.rate_ppm, one.is_final) for one in years] == [
        (2025, 12, 24_000, False), (2026, 3, 36_000, True),
    ]  # fmt: skip
    assert payments(someone.enrolment)["refund"] == 250_473 + sum(one.interest_fen for one in years)


@pytest.mark.requirement("SS-20-7")
def test_the_grant_goes_to_who_drew_and_to_nobody_else(here: Office) -> None:
    young = an_enrolment(village=here.village, birth=date(1980, 5, 5))
    drawn = here.someone().enrolment

    here.applied(young, **NO_TERMS)
    here.approved(young)
    assert payments(young) == {}

    here.applied(drawn, **{**TERMS, "grant": "", "grant_source": ""})
    with pytest.raises(CaseRefused) as missing:
        here.approved(drawn)
    assert (
        missing.value.code == "SETTLEMENT_NOT_POSSIBLE" and "funeral_grant_fixed_fen" in missing.value.message
    )
    assert Enrolment.objects.get(pk=drawn.pk).ended_on is None

    revised = here.browser(here.cast.intake).post(
        reverse("deregistration-settlement", args=[here.case(drawn).pk]),
        {"version": here.case(drawn).version, **TERMS, "payee_name": ""}, follow=True,
    )  # fmt: skip
    assert "已按新的内容重新计算" in words(revised)
    here.approved(drawn)
    assert payments(drawn) == {"funeral_grant": 100_000}


@pytest.mark.requirement("SS-20-8")
@pytest.mark.parametrize("cause", ["OTHER_PENSION", "LOST_NATIONALITY"])
def test_other_causes_pay_the_account_to_the_person_and_no_grant(here: Office, cause: str) -> None:
    someone = here.someone()
    money(someone)

    assert "ID_DOCUMENT_EXPIRED" in here.applied(
        someone.enrolment, cause=cause, relation="本人", valid_until="2026-03-01"
    )
    here.applied(someone.enrolment, cause=cause, relation="本人")
    here.approved(someone.enrolment)

    assert list(payments(someone.enrolment)) == ["refund"]


@pytest.mark.requirement("SS-18-5")
def test_the_month_of_the_cause_is_due_and_no_later_one(here: Office) -> None:
    someone = here.someone()
    here.applied(someone.enrolment, happened_on="2026-01-31")

    here.approved(someone.enrolment)

    assert here.lines(Month(2026, 1), someone) == [("2026-01", "monthly", "")]
    assert here.lines(Month(2026, 2), someone) == []


def test_a_claim_takes_account_then_grant_and_the_rest_is_paid(here: Office) -> None:
    someone = here.someone()
    money(someone)
    a_claim(here, someone, fen=300_000)
    here.applied(someone.enrolment)
    account = 250_473 + _interest(here.case(someone.enrolment))

    here.approved(someone.enrolment)

    assert payments(someone.enrolment) == {"funeral_grant": 100_000 - (300_000 - account)}
    assert sum(balance_of(someone.enrolment.pk).values()) == 0


def test_figures_that_moved_since_are_not_decided(here: Office) -> None:
    someone = here.someone()
    money(someone)
    here.applied(someone.enrolment)
    a_claim(here, someone, fen=30_000)

    with pytest.raises(Exception, match="结算金额已经不同"):
        here.approved(someone.enrolment)

    assert Enrolment.objects.get(pk=someone.enrolment.pk).ended_on is None and not payments(someone.enrolment)


@pytest.mark.requirement("SS-20-2")
def test_who_was_not_informed_cannot_apply(here: Office) -> None:
    someone = here.someone().enrolment

    assert "NOT_INFORMED" in here.applied(someone, informed_on="", informed_by="")
    both = here.applied(someone, informed_on="", promise_made="0")
    assert "PROMISE_MISSING" in both and "没有告知" in both
    assert not Case.objects.filter(kind="deregistration").exists()

    here.applied(someone)
    assert here.case(someone).proposal["informed"] == "2026-02-26 由协办员林晓告知"


def test_where_the_pack_has_an_amount_none_is_asked_for(database: None) -> None:
    someone = an_enrolment(birth=date(1950, 1, 1))
    jiangxi, died_on = pack_of("360000/360700/360734/"), date(2024, 5, 31)

    known = funeral_grant(enrolment=someone, died_on=died_on, pack=jiangxi, given=GivenGrant(5, "x"))

    assert (known.is_due, known.fen, known.missing) == (False, 0, "")


def _interest(case: Case) -> int:
    row = next(one for one in case.proposal["settlement"] if one["what"] == "结算利息")
    return int(row["amount_fen"])


def test_what_was_paid_beyond_the_death_is_claimed_with_the_application(here: Office) -> None:
    april = Month(2024, 4)
    someone = here.someone(start_month=april.index, birth=date(1964, 3, 5))
    paid(here, april, april + 1, today=date(2024, 7, 10))

    page = here.applied(someone.enrolment, happened_on="2024-04-20")
    assert "已提出" in page, page[:900]

    claim = Claim.objects.get(enrolment=someone.enrolment)
    assert (claim.ground, claim.confirmed_on, claim.first_month) == ("death", None, Month(2024, 5).index)
    with pytest.raises(CaseRefused) as waits:
        here.approved(someone.enrolment)
    assert claim.case.number in waits.value.message
