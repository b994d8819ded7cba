"""The end of a pension: from the month after the condition; what was paid beyond is named.

Worked example: death on 2024-05-31: May is due, June is not, and a June line paid already is an overpayment.
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.benefits.models import Entitlement
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.overpaid import overpaid_lines
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import DeathReport, EnrolmentStatus
from jubao.services.benefits.back_pay import back_pay_award
from jubao.services.benefits.stops import stop_propose
from jubao.staff.regions import pack_of
from tests.benefits.county import County
from tests.support.residents import system


@pytest.mark.requirement("SS-18-5")
def test_a_death_ends_the_pension_with_the_month_after(database: None) -> None:
    here = County("150404")
    someone = here.someone()
    day = date(2024, 7, 8)
    case = stop_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="DEATH",
        happened_on=date(2024, 5, 31), source="火化名单", evidence={"row": 17}, today=day,
    )  # fmt: skip
    assert case.proposal["first_unpaid_month"] == "2024-06"

    here.decide(case, on=day)

    assert here.lines(Month(2024, 5), someone) == [("2024-05", "monthly", "")]
    assert here.lines(Month(2024, 6), someone) == []
    entitlement = Entitlement.objects.get(id=someone.entitlement_id)
    assert (entitlement.end_month, entitlement.end_reason) == (Month(2024, 6).index, "DEATH")
    assert DeathReport.objects.get(person=someone.person).is_decisive
    assert EnrolmentStatus.objects.get(enrolment=someone.enrolment, until_month=None).kind == "ended"


@pytest.mark.requirement("GD-7-12")
def test_a_confirmed_loss_builds_no_further_payment(database: None) -> None:
    here = County("440523", next_county="500110")
    someone = here.someone()
    day = date(2024, 5, 10)
    case = stop_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="OTHER_BENEFIT",
                        happened_on=date(2024, 4, 2), evidence={"feed": "机保"}, today=day)  # fmt: skip
    here.decide(case, on=day)
    for month in (Month(2024, 5), Month(2024, 6), Month(2025, 1)):
        assert here.lines(month, someone) == []


def test_unpaid_awards_beyond_the_end_are_taken_back(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    case_id = here.suspended(someone, Month(2024, 3))
    months = [Month(2024, one).index for one in (3, 4, 5, 6)]
    with unit_of_work(system(), "test"):
        back_pay_award(actor=system(), entitlement_id=someone.entitlement_id, months=months, cause="RESUMPTION",
                       case_id=case_id, pack=pack_of(here.path))  # fmt: skip
    day = date(2024, 7, 8)
    case = stop_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="DEATH",
                        happened_on=date(2024, 4, 15), source="公安", evidence={"row": 1}, today=day)  # fmt: skip
    here.decide(case, on=day)
    live = Entitlement.objects.get(id=someone.entitlement_id).dues.filter(is_live=True)
    assert sorted(live.values_list("benefit_month", flat=True)) == months[:2]
    assert overpaid_lines(someone.entitlement_id, Month(2024, 5).index) == []


@pytest.mark.parametrize("day", [date(2024, 8, 1), date(1950, 1, 1), None])
def test_an_impossible_day_of_death_is_refused(database: None, day: date | None) -> None:
    here = County("500110")
    with pytest.raises(DomainError) as refused:
        stop_propose(actor=here.cast.handler.actor, entitlement_id=here.someone().entitlement_id, reason="DEATH",
                     happened_on=day, today=date(2024, 7, 8))  # fmt: skip
    assert refused.value.code in ("DAY_MISSING", "DAY_IMPOSSIBLE")
