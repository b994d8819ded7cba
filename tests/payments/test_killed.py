"""kill -9 in the middle of drafting and sending: the next start goes on, nothing is lost and nothing comes twice (F1, F16)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.payments.models import PaymentLine, PaymentRun, PaymentStep
from jubao.services.payments.runs import run_draft, run_send
from tests.payments.month import DISTRICT, MONTH, NOW, TODAY, a_payee, approved, funded
from tests.payments.test_returns import violations
from tests.support.cast import Cast, a_cast
from tests.support.database import OwnDatabase
from tests.support.residents import a_village

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 12


def killed_after(
    own_database: OwnDatabase, actor: Actor, command: str, run: str = "", pieces: int = 3
) -> None:
    """Start the worker and kill it when it has told of so many pieces."""
    given = {
        "officer": str(actor.officer_id), "person": str(actor.natural_person_id), "scope": actor.scope,
        "posts": sorted(actor.posts), "run": run,
    }  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.payments.worker", command, json.dumps(given)],
        cwd=ROOT, env=own_database.env(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    seen = 0
    for line in worker.stdout:
        seen += line.startswith("piece")
        assert not line.startswith("done"), "the worker ended before it was killed"
        if seen == pieces:
            worker.send_signal(signal.SIGKILL)
            break
    worker.wait()
    assert worker.returncode == -signal.SIGKILL


def test_killed_draft_and_killed_sending_go_on(own_database: OwnDatabase) -> None:
    cast: Cast = a_cast()
    village = a_village()
    people = [a_payee(village=village) for _one in range(PEOPLE)]

    killed_after(own_database, cast.handler.actor, "draft")
    with read_scope(""):
        partial = PaymentLine.objects.count()
    run = run_draft(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=TODAY, piece_size=2)

    assert 0 < partial < PEOPLE
    with read_scope(""):
        assert PaymentRun.objects.count() == 1
        lines = list(run.lines.order_by("line_number").values_list("line_number", "enrolment_id"))
    assert [number for number, _who in lines] == list(range(1, PEOPLE + 1))
    assert {who for _number, who in lines} == {one.enrolment.id for one in people}

    with read_scope(""):
        run = funded(cast, approved(cast, run))
    killed_after(own_database, cast.finance.actor, "send", run=str(run.id))
    with read_scope(""):
        assert PaymentRun.objects.get().state == "funded"
        assert PaymentStep.objects.filter(step="transfers").exists()
    run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW, piece_size=2)
    again = run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)

    assert again.state == "sent"
    with read_scope(""), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT line_id), count(*), sum(amount_fen) FROM ledger_transfer WHERE phase = 'pending'"
        )
        distinct, transfers, total = cursor.fetchone()
        assert (distinct, transfers, total) == (PEOPLE, 2 * PEOPLE, again.total_fen)
        assert violations() == []
