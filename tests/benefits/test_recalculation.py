"""Setting the past right: differences paid month by month, decreases listed for a decision, nothing deducted by itself.

Worked example: 2.00 too little for ten months is 20.00; the same too much is a list of ten decreases.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.benefits.models import Decrease, Determination
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.ledger.models import InterestYear
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.benefits.back_pay import back_pay_award
from jubao.services.benefits.recalculation import amount_correction_propose
from jubao.services.benefits.recalculation_after_rate import recalculation_propose
from jubao.staff.regions import pack_of
from tests.benefits.county import County
from tests.support.residents import Beneficiary, system

DAY = date(2024, 7, 8)


def given(here: County, someone: Beneficiary, *months: Month) -> None:
    """Let months have been given at what the person is worth now."""
    case_id = here.suspended(someone, Month(2025, 1))
    with unit_of_work(system(), "test"):
        back_pay_award(actor=system(), entitlement_id=someone.entitlement_id, months=[one.index for one in months],
                       cause="FIRST_PAYMENT", case_id=case_id, pack=pack_of(here.path))  # fmt: skip


def differences(here: County, someone: Beneficiary) -> list[tuple[str, int]]:
    """The differences owed."""
    return [
        (str(Month.from_index(row["benefit_month"])), row["amount_fen"])
        for row in here.dues(Month(2024, 7), someone)
        if row["kind"] == "difference"
    ]


@pytest.mark.parametrize("balance", [250478 + 27800, 250478 - 27800])
def test_ten_months_of_two_yuan(database: None, balance: int) -> None:
    here = County("500110")
    someone = here.someone(start_month=Month(2024, 1).index, birth=date(1963, 12, 5))
    day = date(2024, 11, 11)
    ten = [Month(2024, 1) + number for number in range(10)]
    given(here, someone, *ten)

    case = amount_correction_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id,
                                     changed={"account_balance_fen": balance}, ground="核查申请", today=day)  # fmt: skip
    assert case.due_on is None or case.due_on >= day
    assert differences(here, someone) == []
    here.decide(case, on=day)

    too_little = balance > 250478
    assert differences(here, someone) == ([(str(month), 200) for month in ten] if too_little else [])
    decreases = Decrease.objects.filter(entitlement_id=someone.entitlement_id)
    assert [(one.amount_fen, one.state) for one in decreases] == ([] if too_little else [(200, "open")] * 10)
    last = Determination.objects.filter(entitlement_id=someone.entitlement_id).order_by("-sequence")[0]
    assert last.difference["account_pension_fen"] == (200 if too_little else -200)
    assert last.difference["supersedes"] == 1


def provisional_claim(here: County, weight: int) -> Beneficiary:
    """A pension fixed on a provisional rate of 2.4 % of which the year's own comes later."""
    someone = here.someone(start_month=Month(2024, 4).index, birth=date(1964, 3, 5))
    with unit_of_work(system(), "test"):
        settled = InterestYear.objects.create(
            enrolment=someone.enrolment, year=2024, last_month=3, rate_ppm=24000, is_provisional=True, interest_fen=1500,
            opening_fen=248978, closing_fen=250478, trace={"interest_weight_fen_months": weight},
        )  # fmt: skip
        Determination.objects.create(
            entitlement_id=someone.entitlement_id, sequence=2, month=Month(2024, 4).index, account_balance_fen=250478,
            contribution_months=180, base_pension_fen=13500, account_pension_fen=1802, monthly_pension_fen=15302,
            facts={"interest_year_id": str(settled.id)}, trace=[], pack_code=here.district, pack_hash="",
            is_provisional=True,
        )  # fmt: skip
    return someone


def propose(here: County, **more: Any) -> Any:
    """After the rate came out."""
    rate = GivenRate(60000, "公布文件")
    return recalculation_propose(actor=here.cast.handler.actor, division_path=here.path, year=2024, today=DAY,
                                 given_rate=rate, **more)  # fmt: skip


def test_the_published_rate_brings_differences_with_the_next_payment(database: None) -> None:
    here = County("500110")
    someone = provisional_claim(here, 750_000)
    months = [Month(2024, 4) + number for number in range(4)]
    given(here, someone, *months)

    case = propose(here)
    # 750 000 fen-months at 6 % are 3750 fen instead of 1500: a balance of 252728, an account pension of 1818.
    assert (case.proposal["count"], case.proposal["back_pay_fen"]) == (1, 4 * 16)
    here.decide(case, on=DAY)

    assert differences(here, someone) == [(str(month), 16) for month in months]
    assert (
        not Determination.objects.filter(entitlement_id=someone.entitlement_id)
        .order_by("-sequence")[0]
        .is_provisional
    )
    with pytest.raises(DomainError) as refused:
        propose(here)
    assert refused.value.code == "NOTHING_TO_RECALCULATE"


def test_a_decrease_waits_for_a_decision(database: None) -> None:
    here = County("500110")
    someone = provisional_claim(here, 100)
    given(here, someone, Month(2024, 4))
    here.decide(propose(here), on=DAY)
    assert differences(here, someone) == []
    assert Decrease.objects.get(entitlement_id=someone.entitlement_id).state == "open"
