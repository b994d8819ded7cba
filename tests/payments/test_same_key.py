"""Sent twice with the key of the page, a step is taken once and answered alike; another body under the key is refused.

Worked example: 办结 pressed twice ends the run once; the same key with another word for a hold is IDEMPOTENCY_CONFLICT.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from jubao.benefits.models import HoldProposal
from jubao.kernel.errors import DomainError
from jubao.payments.models import PaymentRun
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.hold_proposals import hold_decide
from jubao.services.payments.runs import run_close, run_reconcile
from tests.payments.month import NOW, TODAY, a_payee, answer, drafted, paid_month
from tests.support.cast import Cast


def test_reconciling_and_closing_twice_is_once(database: None, cast: Cast) -> None:
    a_payee()
    run = paid_month(cast)
    finance = cast.finance.actor
    return_book(
        actor=finance, bank_file_id=run.bank_files.get().id, content=answer(run.bank_files.get()), name="r.txt", today=TODAY,
        now=NOW,
    )  # fmt: skip
    steps: list[tuple[str, Callable[..., PaymentRun]]] = [
        ("reconciled", run_reconcile),
        ("closed", run_close),
    ]
    for state, step in steps:
        for _twice in range(2):
            done = step(actor=finance, run_id=run.id, today=TODAY, now=NOW, idempotency_key=f"page-{state}")
            assert done.state == state
    assert [run.case.events.filter(action=action).count() for action in ("reconcile", "close")] == [1, 1]
    with pytest.raises(DomainError) as without:
        run_close(actor=finance, run_id=run.id, today=TODAY, now=NOW)
    assert without.value.code == "STEP_NOT_POSSIBLE"


def test_a_hold_is_decided_once_under_one_key(database: None, cast: Cast) -> None:
    a_payee(certified_on=date(2023, 12, 1))
    drafted(cast)
    proposal = HoldProposal.objects.get()

    def decide(note: str) -> HoldProposal:
        return hold_decide(
            actor=cast.reviewer.actor, proposal_id=proposal.id, is_confirmed=False, note=note, today=TODAY, now=NOW,
            idempotency_key="page-1",
        )  # fmt: skip

    assert [decide("已电话联系本人").state for _twice in range(2)] == ["released"] * 2
    with pytest.raises(DomainError) as refused:
        decide("另一个说法")
    assert refused.value.code == "IDEMPOTENCY_CONFLICT"
