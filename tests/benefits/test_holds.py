"""A hold has a clock: undecided it releases itself and pays, every missed month once (Q8, Q14).

Worked example: held on 2024-05-10 for ten working days, Saturday the 11th being worked: released after 2024-05-23.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.benefits.models import PaymentStatus
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.services.payments.holds import hold_propose, holds_expire
from jubao.services.payments.runs import run_draft
from tests.benefits.county import County
from tests.support.residents import Beneficiary

DAY = date(2024, 5, 10)


def held(here: County, someone: Beneficiary) -> None:
    """Held by two officers."""
    case = hold_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="DEATH_SUSPECTED",
                        evidence={"sources": ["火化", "医保"]}, today=DAY)  # fmt: skip
    here.decide(case, on=DAY)


def test_an_undecided_hold_releases_itself_and_pays(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    machine = Actor.system("nightly", scope=here.path)
    held(here, someone)
    status = PaymentStatus.objects.get(entitlement_id=someone.entitlement_id, until_month=None)
    assert (status.kind, status.hold_expires_on) == ("held", date(2024, 5, 23))
    run_draft(
        actor=here.cast.handler.actor,
        district_code="500110",
        month=Month(2024, 5).index,
        today=date(2024, 5, 15),
    )

    assert holds_expire(actor=machine, today=date(2024, 5, 23)) == 0
    assert here.lines(Month(2024, 6), someone) == []
    assert holds_expire(actor=machine, today=date(2024, 5, 24)) == 1
    assert holds_expire(actor=machine, today=date(2024, 5, 25)) == 0

    assert here.lines(Month(2024, 6), someone) == [
        ("2024-05", "back_pay", "HOLD_RELEASED"),
        ("2024-06", "monthly", ""),
    ]


@pytest.mark.parametrize("given", [{"reason": "NONE"}, {"evidence": {}}])
def test_a_hold_needs_a_reason_and_a_source(database: None, given: dict[str, Any]) -> None:
    here = County("500110")
    known = {"reason": "DEATH_SUSPECTED", "evidence": {"a": 1}} | given
    with pytest.raises(DomainError):
        hold_propose(
            actor=here.cast.handler.actor, entitlement_id=here.someone().entitlement_id, today=DAY, **known
        )
