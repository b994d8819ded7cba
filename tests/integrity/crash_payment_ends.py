"""Crash trials of what follows the sending of a run: the bank's answer, money paid again, reconciling, closing, and checks.

Worked example: the bank's answer to three lines, one of them returned, killed between outcomes and money books nothing;
repeated, two are paid, one is returned, and the file once more changes nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.integrity.crash_cases import or_refused
from tests.integrity.crash_payments import DISTRICT
from tests.integrity.crash_people import actor
from tests.integrity.crash_points import Command
from tests.payments.month import MONTH, NOW, TODAY

OFFICER = f"{DISTRICT}-finance_officer"


def _sent() -> dict[str, Any]:
    """Three people's month at the bank, and what the bank will answer: the third account is closed."""
    from jubao.database.unit_of_work import read_scope
    from tests.payments.month import a_payee, answer, paid_month
    from tests.support.cast import a_cast

    cast = a_cast()
    for _one in range(3):
        a_payee()
    run = paid_month(cast)
    with read_scope("%"):
        bank_file = run.bank_files.get()
        return {
            "run": str(run.id),
            "file": str(bank_file.id),
            "answer": answer(bank_file, {3: "账户销户"}).hex(),
        }


def _book(given: dict[str, Any]) -> None:
    from jubao.services.payments.bank_returns import return_book

    return_book(
        actor=actor(OFFICER), bank_file_id=UUID(given["file"]), content=bytes.fromhex(given["answer"]), name="r.txt",
        today=TODAY, now=NOW,
    )  # fmt: skip


def _booked() -> dict[str, Any]:
    given = _sent()
    _book(given)
    return given


def _reconcile(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_reconcile

    run_reconcile(actor=actor(OFFICER), run_id=UUID(given["run"]), today=TODAY, now=NOW)


def _reconciled() -> dict[str, Any]:
    given = _booked()
    _reconcile(given)
    return given


def _close(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_close

    run_close(actor=actor(OFFICER), run_id=UUID(given["run"]), today=TODAY, now=NOW)


def _fix(given: dict[str, Any]) -> None:
    from jubao.services.payments.bank_returns import return_cause_fix

    return_cause_fix(actor=actor(OFFICER), line_id=UUID(given["line"]), how="银行已解除")


def _returned() -> dict[str, Any]:
    from jubao.database.unit_of_work import read_scope
    from jubao.payments.models import PaymentLine

    given = _booked()
    with read_scope("%"):
        return given | {"line": str(PaymentLine.objects.get(line_number=3).id)}


def _repayable() -> dict[str, Any]:
    given = _returned()
    _fix(given)
    return given


def _supplementary(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_draft

    run_draft(
        actor=actor(f"{DISTRICT}-handler"), district_code=DISTRICT, month=MONTH, today=TODAY, kind="supplementary",
        idempotency_key="again-1",
    )  # fmt: skip


def _found_dead() -> dict[str, Any]:
    """A draft with one person of whom a cremation became known: a proposed hold."""
    from jubao.benefits.models import HoldProposal
    from jubao.database.unit_of_work import read_scope, unit_of_work
    from jubao.people.models import DeathReport
    from tests.payments.month import a_payee, drafted
    from tests.support.cast import a_cast
    from tests.support.residents import system

    cast = a_cast()
    dead, _other = a_payee(), a_payee()
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(person=dead.person, died_on=TODAY.replace(month=5), source="CREMATION")
    drafted(cast)
    with read_scope("%"):
        return {"proposal": str(HoldProposal.objects.get().id)}


def _hold(given: dict[str, Any]) -> None:
    from jubao.services.payments.hold_proposals import hold_decide

    hold_decide(
        actor=actor(f"{DISTRICT}-reviewer"), proposal_id=UUID(given["proposal"]), is_confirmed=True, note="家属确认",
        today=TODAY, now=NOW,
    )  # fmt: skip


DONE = ("CASE_MOVED", "STEP_NOT_POSSIBLE")
"""What a step without a key answers when it is taken again."""

COMMANDS = {
    "return_book": Command(_sent, _book),
    "return_cause_fix": Command(_returned, _fix),
    "run_draft_supplementary": Command(_repayable, _supplementary),
    "run_reconcile": Command(_booked, or_refused(_reconcile, *DONE)),
    "run_close": Command(_reconciled, or_refused(_close, *DONE)),
    "hold_proposal_decide": Command(_found_dead, or_refused(_hold, "HOLD_DECIDED")),
}
