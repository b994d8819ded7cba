"""A pension's life as a machine: random decisions in random months, checked against a model of one line of months.

Worked example: suspend from 5, resume in 9, stop from 12: the model says which months are normal, suspended, stopped; the
table says the same, no two periods overlap, and what was awarded is exactly the months missed and due.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.services.benefits.statuses import months_in, status_at, status_change
from tests.benefits.county import County
from tests.support.residents import system

START = 2024 * 12
HORIZON = 36
KINDS = ("normal", "held", "suspended", "stopped")
changes = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, HORIZON - 1), st.one_of(st.none(), st.integers(1, 12))),
    max_size=12,
)


class Undo(Exception):
    """Raised to roll one example back."""


@pytest.fixture
def place(database: None) -> tuple[County, UUID]:
    """A county and the case that decided."""
    here = County("500110")
    case = here.suspended(here.someone(), _month(200))
    return here, case


def _month(index: int) -> Any:
    from jubao.kernel.month import Month

    return Month.from_index(START + index)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_any_sequence_of_decisions_keeps_one_status_a_month(
    place: tuple[County, UUID], sequence: list[Any]
) -> None:
    here, case_id = place
    try:
        with transaction.atomic():
            someone = here.someone(start_month=START)
            model = dict.fromkeys(range(HORIZON), "normal")
            for kind, begins, length in sequence:
                _apply(someone.entitlement_id, case_id, kind, begins, length)
                until = HORIZON if length is None else min(HORIZON, begins + length)
                model |= dict.fromkeys(range(begins, until), kind)
            _compare(someone.entitlement_id, model)
            raise Undo
    except Undo:
        pass


def _apply(entitlement_id: UUID, case_id: UUID, kind: str, begins: int, length: int | None) -> None:
    from datetime import date

    case = Case.objects.get(id=case_id)
    with unit_of_work(system(), "test"):
        status_change(
            entitlement_id=entitlement_id, kind=kind, from_month=START + begins,
            until_month=None if length is None else START + begins + length,
            reason="" if kind == "normal" else "TEST", legal_basis="test", proposed_by=case.maker_id,
            decided_by=case.checker_id, case_id=case_id, hold_expires_on=date(2030, 1, 1),
        )  # fmt: skip


def _compare(entitlement_id: UUID, model: dict[int, str]) -> None:
    for index, kind in model.items():
        found = status_at(entitlement_id, START + index)
        assert found is not None and found.kind == kind, (index, kind, found and found.kind)
    for kind in KINDS:
        expected = [START + index for index, one in model.items() if one == kind]
        assert months_in(entitlement_id, frozenset({kind}), START + HORIZON) == expected
    rows = PaymentStatus.objects.filter(entitlement_id=entitlement_id)
    assert sum(1 for row in rows if row.until_month is None) <= 1
