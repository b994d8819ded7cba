"""Large runs go in lanes: two connections at once, killed with kill -9 and gone on with, and the same as one after the other.

Worked example: 12 people in pieces of 2 are six planned pieces; the worker dies after the first one told; the next call
takes what is left, and every line has its transfers once.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.payments.models import PaymentStep
from jubao.people.models import PayoutAccount
from jubao.services.payments import lanes
from jubao.services.payments.runs import run_draft, run_send, run_void
from tests.payments.month import DISTRICT, MONTH, NOW, TODAY, a_payee, approved, drafted, funded, sent
from tests.payments.test_killed import killed_after
from tests.payments.test_returns import violations
from tests.support.cast import a_cast
from tests.support.database import OwnDatabase
from tests.support.residents import a_village, system

PEOPLE = 12


@pytest.fixture
def lanes_from_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is a large one."""
    monkeypatch.setattr(lanes, "LARGE", 1)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with read_scope(""), connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


@pytest.mark.usefixtures("lanes_from_one_line")
def test_killed_lanes_go_on(own_database: OwnDatabase) -> None:
    cast, village = a_cast(), a_village()
    people = {a_payee(village=village).enrolment.id for _one in range(PEOPLE)}

    killed_after(own_database, cast.handler.actor, "draft in lanes", pieces=1)
    run = run_draft(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=TODAY, piece_size=2)
    with read_scope(""):
        lines = list(run.lines.order_by("line_number").values_list("line_number", "enrolment_id"))
        run = funded(cast, approved(cast, run))
    killed_after(own_database, cast.finance.actor, "send in lanes", run=str(run.id), pieces=1)
    with read_scope(""):
        assert PaymentStep.objects.filter(step="transfers_main_plan").count() == PEOPLE // 2
    with pytest.raises(CheckFailed, match="已经开始发放"):
        run_void(actor=cast.handler.actor, run_id=run.id, reason="x", today=TODAY, now=NOW)
    again = run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW, piece_size=5)

    assert [number for number, _who in lines] == list(range(1, PEOPLE + 1))
    assert {who for _number, who in lines} == people
    assert again.state == "sent"
    assert _rows(
        "SELECT count(DISTINCT line_id), count(*), sum(amount_fen)::bigint FROM ledger_transfer WHERE phase = 'pending'"
    ) == [(PEOPLE, 2 * PEOPLE, again.total_fen)]
    with read_scope(""):
        assert violations() == []


@pytest.mark.usefixtures("lanes_from_one_line")
def test_who_gets_a_month_and_back_pay_draws_on_the_account_once(own_database: OwnDatabase) -> None:
    cast, village = a_cast(), a_village()
    late, *_others = [a_payee(village=village) for _one in range(4)]
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.filter(id=late.account.id).update(usable_on="2025-06-20")
    sent(cast, drafted(cast))

    run = run_draft(
        actor=cast.handler.actor,
        district_code=DISTRICT,
        month=MONTH + 1,
        today=TODAY.replace(day=30),
        piece_size=1,
    )
    with read_scope(""):
        run = funded(cast, approved(cast, run))
    run = run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW, piece_size=1)

    with read_scope(""):
        kinds = list(run.lines.order_by("line_number").values_list("kind", flat=True))
        steps = set(run.steps.values_list("step", flat=True))
        assert violations() == []
    assert kinds == ["monthly"] * 4 + ["back_pay"]
    assert {"monthly_plan", "transfers_main_plan", "transfers_main", "transfers"} <= steps
