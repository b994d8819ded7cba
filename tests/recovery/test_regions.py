"""What the other regions add, and what the settlement of an account takes for a claim."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case
from jubao.kernel.month import Month
from jubao.payments.models import OneOffPayment
from jubao.people.models import Enrolment
from jubao.recovery.models import Claim
from jubao.services.benefits.stops import stop_propose
from tests.recovery.office import Office
from tests.recovery.world import a_claim, assert_sound, money, paid
from tests.settlement.office import Office as Settling
from tests.support.residents import Beneficiary

NO_INTEREST = {"rates": "2025=0, 2026=0"}


def died(here: Office, someone: Beneficiary, on: date) -> Case:
    """The end of the pension after a death, proposed and not decided."""
    return stop_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="DEATH", happened_on=on, source="火化",
        today=here.day,
    )  # fmt: skip


@pytest.mark.requirement("CQ-01-2")
def test_what_was_paid_after_a_death_is_proposed_when_the_death_is_recorded(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Office(monkeypatch, "500110", date(2024, 3, 25), next_county="440523")
    someone = here.someone(start_month=Month(2023, 12).index, birth=date(1963, 11, 5))
    paid(here, Month(2024, 2), Month(2024, 3), today=here.day)

    stop = died(here, someone, date(2024, 1, 10))

    assert [one["month"] for one in stop.proposal["overpaid"]][-2:] == ["2024-02", "2024-03"]
    page = here.page(here.cast.reviewer, "case", stop.pk)
    assert "2024-02" in page and "2024-03" in page
    here.decide(stop, on=here.day)
    recovery = Case.objects.get(kind="recovery", person_id=someone.person.pk)
    assert {one["month"] for one in recovery.proposal["claimed"]} >= {
        Month(2024, 2).index,
        Month(2024, 3).index,
    }
    assert recovery.number in here.page(here.cast.handler, "recoveries")


@pytest.mark.requirement("XW-2-4-12")
def test_four_months_after_a_death_are_recovered_and_somebody_is_held_liable(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Office(monkeypatch, "360734", date(2024, 7, 20))
    someone = here.someone(start_month=Month(2024, 4).index, birth=date(1964, 3, 5))
    months = [Month(2024, 4) + number for number in range(4)]
    paid(here, *months, today=here.day)
    here.decide(died(here, someone, date(2024, 3, 20)), on=here.day)
    case = Case.objects.get(kind="recovery", person_id=someone.person.pk)

    here.send(here.cast.auditor, case, "find", **here.finding(case, 10_000))
    here.act(here.cast.reviewer, case, "confirm")

    assert (Claim.objects.get(case=case).amount_fen, case.state) == (40_000, "confirmed")
    liability = Case.objects.get(kind="recovery_liability", subject_id=case.pk)
    assert "家属" in here.page(here.cast.reviewer, "case", liability.pk)
    here.act(here.cast.reviewer, liability, "pursued", "家属已退还并具结悔过")
    assert liability.outcome == "pursued"
    assert_sound()


@pytest.fixture
def desk(database: None, monkeypatch: pytest.MonkeyPatch) -> Settling:
    return Settling(monkeypatch)


def paid_out(whom: Enrolment) -> dict[str, int]:
    """What the settlement pays, by kind."""
    return dict(OneOffPayment.objects.filter(enrolment=whom).values_list("kind", "amount_fen"))


@pytest.mark.requirement("SS-28-1")
def test_the_settlement_takes_the_claim_from_the_account_and_pays_the_rest(desk: Settling) -> None:
    someone = desk.someone()
    money(desk, someone, 250_473)
    claim = a_claim(desk, someone, fen=60_000, ground="other_benefit")
    said = desk.applied(someone.enrolment, cause="OTHER_PENSION", relation="本人", **NO_INTEREST)
    assert "已提出" in said, said

    desk.approved(someone.enrolment)

    claim.refresh_from_db()
    assert (claim.cleared_fen, paid_out(someone.enrolment)) == (60_000, {"refund": 190_473})
    assert_sound()


@pytest.mark.requirement("SS-29-2")
def test_the_settlement_takes_the_account_then_the_grant(desk: Settling) -> None:
    someone = desk.someone()
    money(desk, someone, 30_000)
    claim = a_claim(desk, someone, fen=48_906)
    assert "已提出" in desk.applied(someone.enrolment, **NO_INTEREST)

    desk.approved(someone.enrolment)

    taken = {one.account_kind == "grant_fund": one.amount_fen for one in claim.clearings.all()}
    assert taken == {False: 30_000, True: 18_906}
    assert paid_out(someone.enrolment) == {"funeral_grant": 81_094}
    assert "300.00" in desk.page(desk.cast.handler, "recovery", claim.case_id)
    assert_sound()
