"""What a decision did, seen in the drafted payment itself: who is in it, with which months.

Worked example: suspended from June, resumed on 10 August: the August draft holds August, June and July (CQ-21-4).
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.kernel.month import Month
from jubao.payments.models import PaymentLine
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.stops import stop_propose
from jubao.services.benefits.suspensions import suspension_propose
from jubao.services.payments.runs import run_draft
from tests.benefits.county import County
from tests.support.residents import Beneficiary


def drafted(here: County, month: Month, today: date) -> dict[str, list[tuple[str, str, int]]]:
    """The lines of a draft by enrolment: month, kind, amount."""
    run = run_draft(
        actor=here.cast.handler.actor, district_code=here.district, month=month.index, today=today
    )
    found: dict[str, list[tuple[str, str, int]]] = {}
    for line in PaymentLine.objects.filter(run=run).order_by("benefit_month", "kind"):
        row = (str(Month.from_index(line.benefit_month)), line.kind, line.amount_fen)
        found.setdefault(str(line.enrolment_id), []).append(row)
    return found


def of(lines: dict[str, list[tuple[str, str, int]]], someone: Beneficiary) -> list[tuple[str, str, int]]:
    """The lines of one person."""
    return lines.get(str(someone.enrolment.id), [])


@pytest.mark.requirement("CQ-21-2", "CQ-21-4")
def test_suspended_is_not_drafted_and_resumed_comes_with_its_months(database: None) -> None:
    here = County("500110")
    someone, other = here.someone(), here.someone()
    given = {"actor": here.cast.handler.actor, "entitlement_id": someone.entitlement_id}
    day = date(2024, 5, 10)
    drafted(here, Month(2024, 5), date(2024, 5, 6))
    case = suspension_propose(reason="ELIGIBILITY_LOST", evidence={"field_check": 1}, today=day, **given)
    assert case.proposal["first_month"] == "2024-06"
    here.decide(case, on=day)

    june = drafted(here, Month(2024, 6), date(2024, 6, 5))
    assert (of(june, someone), len(of(june, other))) == ([], 1)
    drafted(here, Month(2024, 7), date(2024, 7, 5))

    day = date(2024, 8, 10)
    here.decide(resumption_propose(ground="健在", evidence={"visit": 1}, today=day, **given), on=day)
    august = drafted(here, Month(2024, 8), date(2024, 8, 12))
    assert of(august, someone) == [
        ("2024-06", "back_pay", 15302),
        ("2024-07", "back_pay", 18302),
        ("2024-08", "monthly", 18302),
    ]
    assert of(drafted(here, Month(2024, 9), date(2024, 9, 5)), someone) == [("2024-09", "monthly", 18302)]


@pytest.mark.requirement("SS-18-5")
def test_a_month_paid_after_a_death_is_named_as_overpaid(database: None) -> None:
    here = County("150404")
    someone = here.someone(start_month=Month(2024, 1).index, birth=date(1963, 12, 5))
    for month in (5, 6):
        drafted(here, Month(2024, month), date(2024, month, 6))
    day = date(2024, 7, 1)
    case = stop_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="DEATH", today=day,
                        happened_on=date(2024, 5, 31), source="火化名单", evidence={"row": 1})  # fmt: skip
    assert [(one["month"], one["kind"]) for one in case.proposal["overpaid"]] == [("2024-06", "monthly")]
    here.decide(case, on=day)
    assert of(drafted(here, Month(2024, 7), date(2024, 7, 5)), someone) == []
