"""The invariants of cases and benefits hold after a whole story, and find what breaks them.

Worked example: suspended, resumed, stopped by death: nothing is found; an award beyond the end of the entitlement is.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from jubao.benefits import invariants as benefits
from jubao.benefits.models import Due
from jubao.cases import invariants as cases
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.stops import stop_propose
from jubao.services.benefits.suspensions import suspension_propose
from tests.benefits.county import County
from tests.support.residents import system

ALL = {one.id: one for one in (*benefits.INVARIANTS, *cases.INVARIANTS)}


def broken() -> set[str]:
    """The ids of the invariants with a violation."""
    found = set()
    with connection.cursor() as cursor:
        for one in ALL.values():
            cursor.execute(one.checked)
            assert cursor.fetchone()[0] >= 0
            cursor.execute(one.violations)
            if cursor.fetchall():
                found.add(one.id)
    return found


def test_a_whole_story_breaks_nothing(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    given = {"actor": here.cast.handler.actor, "entitlement_id": someone.entitlement_id}
    day = date(2024, 5, 10)
    here.decide(
        suspension_propose(reason="DEATH_SUSPECTED", evidence={"feed": 1}, today=day, **given), on=day
    )
    day = date(2024, 8, 12)
    here.decide(resumption_propose(ground="健在", evidence={"visit": 1}, today=day, **given), on=day)
    day = date(2025, 2, 10)
    here.decide(
        stop_propose(
            reason="DEATH",
            happened_on=date(2025, 1, 8),
            source="公安",
            evidence={"row": 1},
            today=day,
            **given,
        ),
        on=day,
    )
    assert broken() == set()


@pytest.mark.parametrize("month", [Month(2023, 8), Month(2040, 1)])
def test_an_award_outside_the_entitlement_is_found(database: None, month: Month) -> None:
    here = County("500110")
    someone = here.someone()
    case_id = here.suspended(someone, Month(2024, 6))
    with unit_of_work(system(), "test"):
        someone.enrolment.entitlements.update(end_month=Month(2039, 1).index)
        Due.objects.create(
            entitlement_id=someone.entitlement_id, benefit_month=month.index, kind="back_pay", cause="RESUMPTION",
            determination_id=someone.determination_id, base_pension_fen=1, amount_fen=1, case_id=case_id,
        )  # fmt: skip
    assert broken() & {"B2"} == {"B2"}
