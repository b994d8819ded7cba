"""The bank's answer to a file: checked as a whole, then booked as a set; a doubtful file is put aside and books nothing.

Worked example: 5 000 answers, 12 of them 户名不符: 4 988 outcomes `paid`, their pending transfers posted, the clearing account
of the file settled with 已发放; 12 `returned`, their transfers void, the lines no longer live, so that each can be paid
again once its cause is fixed. One answer for a line that is not ours, or a fen too much: quarantine, nothing booked (F23).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.kernel.text import _
from jubao.payments.models import BankFile, BankReturn, PaymentLine, PaymentRun, ReturnCause
from jubao.services.accounts.postings import (
    NewTransfer,
    fund_account_id,
    post,
    resolve_lines,
    reverse_selected,
)
from jubao.services.documents.store import document_store
from jubao.services.payments.bank_answers import Answer, read_answer
from jubao.services.payments.bank_profiles import profile
from jubao.services.payments.bank_return_sql import (
    BOOK_OUTCOMES,
    COUNTS,
    END_FORMER,
    IS_ANSWERED,
    MATCHED,
    OVERTURN,
    PROBLEMS,
    RETURN_LINES,
    SETTLED,
    STAGE,
)
from jubao.services.payments.case import FINANCE, MAKERS, require_post
from jubao.services.payments.pieces import one_row

_RUN_NUMBER = re.compile(r"\b[0-9]{6}-[0-9]{4}-[0-9]{6}\b")
PART_SIZE = 10_000
ANSWERS = {"paid": "post", "returned": "void"}
SHOWN = 100
"""So many problems of a quarantined file are kept; more tell nothing new."""


def return_book(
    *, actor: Actor, bank_file_id: UUID, content: bytes, name: str, today: date, now: datetime
) -> BankReturn:
    """Take a return file of one of our files. The same file again is already recorded and answers the same (F21).

    Raises CheckFailed RUN_NOT_SENT, RETURN_OF_OTHER_RUN; InputRefused where it is no return file at all.
    """
    require_post(actor, FINANCE)
    digest = hashlib.sha256(content).hexdigest()
    with unit_of_work(actor, "return_book"):
        bank_file = BankFile.objects.select_for_update().get(id=bank_file_id)
        # Shared: the answers of two banks may be taken at the same time; a reconciliation waits for both.
        one_row("SELECT count(*) FROM (SELECT 1 FROM payments_paymentrun WHERE id = %(run)s FOR SHARE) AS held",
                {"run": bank_file.run_id})  # fmt: skip
        run = PaymentRun.objects.get(id=bank_file.run_id)
        former = BankReturn.objects.filter(sha256=digest, bank_file=bank_file).first()
        if former is not None:
            return former
        _require_own_answer(run, bank_file, content, digest)
        if run.state not in ("sent", "reconciled"):
            raise CheckFailed("RUN_NOT_SENT", _("这批发放还没有送出，没有回盘。"))
        _stage(read_answer(content, name, profile(bank_file.profile)))
        kept = document_store(
            actor=actor, content=content, name=name, content_type="application/octet-stream",
            document_class="bank_return", district_code=run.district_code, case_id=run.case_id,
        )  # fmt: skip
        made = BankReturn(bank_file=bank_file, sha256=digest, document=kept, received_at=now)
        problems = _problems(bank_file)
        if problems:
            made.state, made.problems = "quarantined", problems
            made.save(force_insert=True)
            _put_away("staged", "matched")
            return made
        return _booked(actor, run, bank_file, made, today)


def _require_own_answer(run: PaymentRun, bank_file: BankFile, content: bytes, digest: str) -> None:
    """Last month's answer fits this month's lines to the fen: a run number in it must be ours, a copy must name ours."""
    text = content[:4000].decode("gb18030", "ignore")
    named = set(_RUN_NUMBER.findall(text))
    is_copy = BankReturn.objects.filter(sha256=digest).exclude(bank_file=bank_file).exists()
    if named - {run.number} or (is_copy and run.number not in named):
        raise CheckFailed(
            "RETURN_OF_OTHER_RUN",
            _("这个回盘文件属于另一批发放，或与另一批的回盘完全相同。"),
            remedy=_("请核对批次；相同内容的回盘须写明批次号 {number}。").format(number=run.number),
        )


def _stage(answers: Iterable[Answer]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")
        cursor.execute(STAGE)
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for answer in answers:
                copy.write_row(answer)
        cursor.execute("ANALYZE staged")


def _without_loops() -> None:
    """Lines and transfers of this very run are not in the planner's figures yet: it would loop over all of them.

    Said again before each statement, because the guards of the ledger set it back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET LOCAL enable_seqscan = off")


def _problems(bank_file: BankFile) -> list[dict[str, Any]]:
    _without_loops()
    with connection.cursor() as cursor:
        cursor.execute(MATCHED, _given(bank_file))
        cursor.execute("ANALYZE matched")
        cursor.execute(PROBLEMS, {"shown": SHOWN})
        found = [
            {"row": row, "line": line, "problem": problem, "ours": ours, "theirs": theirs}
            for row, line, problem, ours, theirs in cursor.fetchall()
        ]
        cursor.execute("SELECT count(*) FROM staged")
        if not cursor.fetchone()[0]:
            found.append({"row": 0, "line": None, "problem": "EMPTY", "ours": "", "theirs": ""})
    return found


def _given(bank_file: BankFile) -> dict[str, Any]:
    return {
        "run": bank_file.run_id, "file": bank_file.id, "bank": bank_file.bank_name, "first": bank_file.first_line,
        "last": bank_file.last_line,
    }  # fmt: skip


def _booked(actor: Actor, run: PaymentRun, bank_file: BankFile, made: BankReturn, today: date) -> BankReturn:
    given = {**_given(bank_file), "today": today, "part_size": PART_SIZE}
    paid, returned, unknown = one_row(COUNTS, given)
    made.state, made.paid_count, made.returned_count, made.unknown_count = "booked", paid, returned, unknown
    made.save(force_insert=True)
    given["return"] = made.id
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE fresh ON COMMIT DROP AS " + OVERTURN, given)
        cursor.execute("ANALYZE fresh")
        # From what was just counted to the rows named, by key.
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute(END_FORMER)
        cursor.execute(BOOK_OUTCOMES, given)
        cursor.execute(RETURN_LINES, given)
    _move_money(actor, run, bank_file, made, today)
    _without_loops()
    if paid + returned == bank_file.line_count or one_row(IS_ANSWERED, given)[0]:
        BankFile.objects.filter(id=bank_file.id).update(state="answered")
    _put_away("staged", "matched", "fresh")
    return made


def _put_away(*tables: str) -> None:
    """What follows in the same transaction plans as usual, and may take another file."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute(f"DROP TABLE {', '.join(tables)}")


def _answer_pending(actor: Actor, today: date) -> None:
    """Paid: posted; returned: void; a part of the file at a time, so that sorting for the audit stays in memory.

    A line that was paid before is left to the reversal. Lines newly answered have no answer in the ledger yet.
    """
    with connection.cursor() as cursor:
        # The guards of the ledger know how many rows they look at; the selection itself goes by keys.
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute(
            "SELECT DISTINCT part, state FROM fresh WHERE former IS DISTINCT FROM 'paid' ORDER BY 1, 2"
        )
        parts = cursor.fetchall()
    for part, state in parts:
        if state in ANSWERS:
            resolve_lines(
                actor=actor, phase=ANSWERS[state], value_date=today, params=[part, state],
                lines_sql="SELECT line_id FROM fresh WHERE part = %s AND state = %s AND former IS DISTINCT FROM 'paid'",
            )  # fmt: skip


def _take_back(actor: Actor, run: PaymentRun, today: date) -> None:
    """Returned after it was paid: reversed, and the settlement with it."""
    lines = "SELECT line_id FROM fresh WHERE state = 'returned' AND former = 'paid'"
    if not one_row(f"SELECT EXISTS ({lines})", {})[0]:
        return
    _without_loops()
    reverse_selected(
        actor=actor, value_date=today, reason=_("银行更正：先报成功后退票"),
        where_sql=f"t.run_id = %s AND t.line_id IN ({lines})", params=[run.id],
    )  # fmt: skip


def _move_money(actor: Actor, run: PaymentRun, bank_file: BankFile, made: BankReturn, today: date) -> None:
    """What the answers do to the ledger: the pending transfers are answered, the clearing account is settled."""
    _answer_pending(actor, today)
    _take_back(actor, run, today)
    paid_fen, overturned_fen = one_row(SETTLED, {})
    clearing = fund_account_id("bank_file", run.district_code, bank_file.id, actor=actor)
    out = fund_account_id("paid_out", run.district_code, actor=actor)
    moves = [
        NewTransfer(
            uuid5(made.id, way), debit, credit, int(fen), "settlement", today, benefit_month=run.benefit_month,
            case_id=run.case_id, run_id=run.id,
        )
        for way, debit, credit, fen in (("paid", clearing, out, paid_fen), ("back", out, clearing, overturned_fen))
        if fen
    ]  # fmt: skip
    post(actor=actor, transfers=moves)


def return_cause_fix(*, actor: Actor, line_id: UUID, how: str) -> ReturnCause:
    """Record that the cause of a return is put right although the account stays the same; the next run pays it again (B8).

    Raises DomainError NOT_RETURNED, CAUSE_REQUIRED, SYSTEM_CANNOT_DECIDE.
    """
    if actor.is_system or not how.strip():
        raise DomainError(
            "CAUSE_REQUIRED", _("请写明退票原因是怎样解决的。"), remedy=_("如“银行已解除睡眠户”。")
        )
    require_post(actor, FINANCE | MAKERS)
    with unit_of_work(actor, "return_cause_fix"):
        line = PaymentLine.objects.select_for_update().get(id=line_id)
        if not line.outcomes.filter(is_last=True, state="returned").exists():
            raise DomainError("NOT_RETURNED", _("这一笔没有退票。"))
        found, _made = ReturnCause.objects.get_or_create(
            line=line, defaults={"how": how.strip()[:300], "fixed_by": actor.natural_person_id}
        )
        return found
