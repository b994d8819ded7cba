"""Recording contributions: own money and subsidy, tiers, treasury date, what is refused, taking back.

Worked example: 500 yuan for 2025 in a district of the autonomous region whose pack gives 70: two transfers, 50000 and 7000.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from jubao.contributions.models import Contribution
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of
from jubao.ledger.models import Transfer
from jubao.people.models import Enrolment, SpecialGroupPeriod
from jubao.services.contributions.records import contribution_record, contribution_reverse
from tests.support.residents import a_village, an_enrolment, system

TODAY = date(2026, 11, 20)
CASE = UUID(int=7)


@pytest.fixture
def participant(database: None) -> Enrolment:
    return an_enrolment(village=a_village("150404"))


def pay(who: Enrolment, year: int = 2025, yuan: int = 500, **given: Any) -> Contribution:
    about: dict[str, Any] = {
        "tier_fen": yuan * 100,
        "amount_fen": yuan * 100,
        "treasury_on": date(year, 5, 6),
        "receipt_number": f"R{year}{given.get('payer', 'own')}",
        "means": "mobile",
        "today": TODAY,
    }
    return contribution_record(actor=system(), enrolment_id=who.id, year=year, **(about | given))


def refused(code: str, *args: Any, **given: Any) -> None:
    with pytest.raises(DomainError) as error:
        pay(*args, **given)
    assert error.value.code == code
    assert error.value.remedy


@pytest.mark.requirement("SS-12-2", "SS-12-5", "SS-13-1", "SS-13-2", "SS-03-6-1a")
def test_own_money_and_subsidy_are_two_entries_of_the_treasury_date(participant: Enrolment) -> None:
    paid = pay(participant)

    entries = Transfer.objects.filter(line_id=paid.id).order_by("-amount_fen")
    assert [(one.code, one.amount_fen, one.value_date) for one in entries] == [
        ("contribution", 50000, date(2025, 5, 6)),
        ("subsidy", 7000, date(2025, 5, 6)),
    ]
    assert balance_of(participant.id) == {"own_payment": 50000, "subsidy": 7000}


@pytest.mark.requirement("SS-12-3", "SS-12-4")
def test_aid_and_sponsorship_are_kept_apart(participant: Enrolment) -> None:
    pay(participant, payer="collective", yuan=100, receipt_number="A1")
    pay(participant, payer="sponsor", yuan=200, receipt_number="A2")

    assert balance_of(participant.id) == {"collective_aid": 10000, "sponsorship": 20000}


@pytest.mark.requirement("SS-07-1")
def test_a_year_is_paid_once(participant: Enrolment) -> None:
    pay(participant)

    refused("YEAR_PAID", participant, receipt_number="R2")
    assert Contribution.objects.filter(enrolment=participant).count() == 1


@pytest.mark.requirement("SS-07-2")
def test_only_the_tiers_of_the_pack_are_taken(participant: Enrolment) -> None:
    refused("TIER_NOT_OFFERED", participant, yuan=350)
    refused("AMOUNT_IS_NOT_TIER", participant, amount_fen=40000)

    assert pay(participant).tier_fen == 50000


@pytest.mark.requirement("SS-03-6-1d")
def test_the_receipt_is_kept_and_means_one_payment(participant: Enrolment) -> None:
    first = pay(participant)
    again = pay(participant)

    assert again.id == first.id
    assert again.receipt_number == "R2025own"
    refused("RECEIPT_TAKEN", participant, year=2024, receipt_number="R2025own")


def test_the_special_tier_is_for_hardship_groups(participant: Enrolment) -> None:
    refused("HARDSHIP_ONLY", participant, yuan=100)
    with unit_of_work(system(), "test"):
        SpecialGroupPeriod.objects.create(
            person=participant.person, group_code="低保对象", from_month=2025 * 12
        )

    paid = pay(participant, yuan=100, payer="on_behalf")
    assert paid.subsidy_fen == 3000
    assert balance_of(participant.id) == {"paid_on_behalf": 10000, "subsidy": 3000}


def test_what_cannot_be_is_refused(participant: Enrolment) -> None:
    refused("TREASURY_IN_FUTURE", participant, year=2026, treasury_on=date(2026, 11, 21))
    refused("YEAR_IN_FUTURE", participant, year=2026, treasury_on=date(2025, 12, 31))
    refused("MEANS_NOT_OFFERED", participant, means="cash")
    refused("AID_ABOVE_TOP", participant, payer="sponsor", yuan=5001)


def test_a_payment_for_a_past_year_earns_no_subsidy_by_default(participant: Enrolment) -> None:
    paid = pay(participant, year=2024, yuan=500, treasury_on=date(2025, 3, 1))

    assert (paid.is_make_up, paid.subsidy_fen) == (True, 0)


def test_where_the_subsidy_is_not_known_own_money_is_booked_and_the_subsidy_waits(database: None) -> None:
    who = an_enrolment(village=a_village("360734"))

    paid = pay(who, yuan=500)

    assert paid.subsidy_fen is None
    assert balance_of(who.id) == {"own_payment": 50000}


def test_taking_back_reverses_both_entries_and_keeps_the_row(participant: Enrolment) -> None:
    paid = pay(participant)

    contribution_reverse(
        actor=system(), contribution_id=paid.id, reason="重复入库", case_id=CASE, value_date=TODAY
    )

    assert balance_of(participant.id) == {"own_payment": 0, "subsidy": 0}
    assert Transfer.objects.filter(line_id=paid.id).count() == 4
    assert not Contribution.objects.get(id=paid.id).is_live
    assert pay(participant, receipt_number="R3").is_live
