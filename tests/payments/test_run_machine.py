"""Any order of steps, by anybody, in any state: a run only ever is where a simple model says, and every invariant holds (B10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jubao.kernel.errors import DomainError
from jubao.payments.models import PaymentRun
from jubao.services.cases.engine import case_view
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.runs import (
    funds_record,
    run_approve,
    run_check,
    run_close,
    run_fund,
    run_reconcile,
    run_send,
    run_void,
)
from tests.payments.month import DISTRICT, NOW, TODAY, a_payee, answer, drafted
from tests.payments.test_returns import violations
from tests.support.cast import Cast

AT: dict[str, Any] = {"today": TODAY, "now": NOW}
MODEL = {
    ("draft", "check"): "checked",
    **{
        (state, "check"): state for state in ("checked", "approved", "funded", "sent", "reconciled", "closed")
    },
    ("checked", "approve"): "approved",
    ("approved", "fund"): "funded",
    ("funded", "send"): "sent",
    ("sent", "send"): "sent",
    ("reconciled", "send"): "reconciled",
    ("closed", "send"): "closed",
    ("sent", "answer"): "sent",
    ("reconciled", "answer"): "reconciled",
    ("sent", "reconcile"): "reconciled",
    ("reconciled", "close"): "closed",
    **{(state, "void"): "void" for state in ("draft", "checked", "approved", "funded")},
}
"""(state, step) → the next state; what is not in it is refused and changes nothing."""
STEPS = ("check", "approve", "approve_self", "fund", "send", "answer", "reconcile", "close", "void")
ROAD = ["check", "approve", "fund", "send", "answer", "reconcile", "close"]


def _fund(cast: Cast, run: PaymentRun) -> None:
    funds_record(
        actor=cast.finance.actor, district_code=DISTRICT, benefit_month=run.benefit_month, received_on=TODAY,
        amount_fen=run.total_fen or 1, reference=f"拨-{run.number}",
    )  # fmt: skip
    run_fund(actor=cast.finance.actor, run_id=run.id, **AT)


def _approve(cast: Cast, run: PaymentRun, who: str) -> None:
    actor = getattr(cast, who).actor
    case = case_view(actor=actor, case_id=run.case_id, now=NOW)
    run_approve(actor=actor, run_id=run.id, digest_seen=case.digest, **AT)


def _answer(cast: Cast, run: PaymentRun) -> None:
    for file in run.bank_files.all():
        return_book(actor=cast.finance.actor, bank_file_id=file.id, content=answer(file), name="r.txt", **AT)


ACTS: dict[str, Callable[[Cast, PaymentRun], object]] = {
    "check": lambda cast, run: run_check(actor=cast.handler.actor, run_id=run.id, **AT),
    "approve": lambda cast, run: _approve(cast, run, "reviewer"),
    "approve_self": lambda cast, run: _approve(cast, run, "handler"),
    "fund": _fund,
    "send": lambda cast, run: run_send(actor=cast.finance.actor, run_id=run.id, **AT),
    "answer": _answer,
    "reconcile": lambda cast, run: run_reconcile(actor=cast.finance.actor, run_id=run.id, **AT),
    "close": lambda cast, run: run_close(actor=cast.finance.actor, run_id=run.id, **AT),
    "void": lambda cast, run: run_void(actor=cast.handler.actor, run_id=run.id, reason="试", **AT),
}


@pytest.fixture
def county(database: None, cast: Cast) -> Cast:
    """Two people who draw, and the officers."""
    a_payee()
    a_payee()
    return cast


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(steps=ROAD)
@example(steps=[step for each in ROAD for step in (each, each)])
@example(steps=["check", "approve_self", "send", "void", "check"])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=9))
def test_run_is_where_the_model_says(county: Cast, steps: list[str]) -> None:
    with transaction.atomic():
        run, state, is_answered = drafted(county), "draft", False
        for step in steps:
            wanted = MODEL.get((state, step))
            if step == "reconcile" and not is_answered:
                wanted = None
            try:
                with transaction.atomic():
                    ACTS[step](county, run)
            except DomainError:
                assert wanted is None or wanted == state, (state, step)
            else:
                assert wanted is not None or step == "answer", (state, step)
                is_answered = is_answered or (step == "answer" and state == "sent")
                state = wanted or state
            run = PaymentRun.objects.get(id=run.id)
            assert run.state == state
        assert violations() == []
        transaction.set_rollback(True)
