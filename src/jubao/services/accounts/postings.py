"""The only writer of transfers: post, reverse, answer what was pending. Each happens once, by its id.

Worked example: `post(actor=actor, transfers=[NewTransfer(id, treasury, own_payment, 40000, "contribution", day)])` answers
1; the same call again answers 0, because it is already recorded; with 50000 fen it is refused, naming `amount_fen`.

Credit increases a personal account, debit draws on it. What the law does not let happen is refused by the database
(`ledger.guards`, M1 to M11); this module says so in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import IntegrityError

from jubao.database.actor import Actor
from jubao.database.keys import numbered_keys
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.text import _
from jubao.services.accounts.holders import account_ids, fund_account_id
from jubao.services.accounts.refusals import in_words
from jubao.services.cases.inside_unit import inside_unit

__all__ = [
    "NewTransfer",
    "account_ids",
    "fund_account_id",
    "post",
    "post_selected",
    "resolve",
    "resolve_lines",
    "reverse",
    "reverse_selected",
]

KNOWN = {
    "id": "uuid",
    "debit_account_id": "bigint",
    "credit_account_id": "bigint",
    "amount_fen": "bigint",
    "code": "text",
    "value_date": "date",
    "phase": "text",
    "benefit_month": "integer",
    "case_id": "uuid",
    "run_id": "uuid",
    "line_id": "uuid",
    "pack_hash": "text",
    "reason": "text",
    "reverses_id": "uuid",
    "resolves_id": "uuid",
}
"""Columns of a transfer that a caller may give, with their types."""
REQUIRED = ("id", "debit_account_id", "credit_account_id", "amount_fen", "code", "value_date")
CARRIED = "debit_account_id, credit_account_id, amount_fen, code, benefit_month, case_id, run_id, line_id, pack_hash"


@dataclass(frozen=True)
class NewTransfer:
    """One transfer to be posted; `id` makes it happen once."""

    id: UUID
    debit_account_id: int
    credit_account_id: int
    amount_fen: int
    code: str
    value_date: date
    phase: str = "posted"
    benefit_month: int | None = None
    case_id: UUID | None = None
    run_id: UUID | None = None
    line_id: UUID | None = None
    pack_hash: str = ""
    reason: str = ""


def post(*, actor: Actor, transfers: Iterable[NewTransfer]) -> int:
    """Post transfers; the number that were not recorded yet.

    Raises CheckFailed: TRANSFER_DIFFERS (same id, other content), and what `ledger_refusals` lists.
    """
    rows = list(transfers)
    names = [field.name for field in fields(NewTransfer)]
    columns: list[Any] = (
        list(zip(*[astuple(row) for row in rows], strict=True)) if rows else [()] * len(names)
    )
    arrays = ", ".join(f"%s::{KNOWN[name]}[]" for name in names)
    select = f"SELECT * FROM unnest({arrays}) AS given({', '.join(names)})"
    return post_selected(actor=actor, select_sql=select, params=[list(column) for column in columns])


def post_selected(*, actor: Actor, select_sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Post what a SELECT gives, in one INSERT; the number that were not recorded yet.

    The columns are found by their names: those of `REQUIRED` always, others of `KNOWN` where they are given. Ids
    made from what a row is about (`uuid` of line and part) let the same command run twice.
    """
    names = _columns(select_sql, params)
    insert = f"INSERT INTO ledger_transfer ({', '.join(names)}) SELECT {', '.join(names)} FROM ({select_sql}) AS given"
    with in_words(), inside_unit(actor, "ledger_post"):
        try:
            with transaction.atomic():
                return _run(insert, params)
        except IntegrityError as error:
            if "ledger_transfer_pkey" not in str(error):
                raise
        _refuse_other_content(names, select_sql, params)
        return _run(
            f"{insert} WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer AS t WHERE t.id = given.id)", params
        )


def resolve(
    *,
    actor: Actor,
    phase: str,
    value_date: date,
    ids: Sequence[UUID] | None = None,
    where_sql: str = "",
    params: Sequence[Any] = (),
) -> int:
    """Answer pending transfers, by id or by a condition on `t`: `post` or `void`; how many had no answer yet.

    Raises CheckFailed SECOND_ANSWER where another answer is recorded; an equal one is already recorded.
    """
    if phase not in ("post", "void") or (ids is None) == (not where_sql):
        raise WrongUsage("ANSWER_UNCLEAR", _("请给出 post 或 void，并指明哪些待回盘的转账。"))
    where, given = ("t.id = ANY(%s::uuid[])", [list(ids)]) if ids is not None else (where_sql, list(params))
    insert = (
        f"INSERT INTO ledger_transfer (id, phase, value_date, resolves_id, {CARRIED})"
        f" SELECT uuidv7(), %s, %s, t.id, {_of('t')} FROM ledger_transfer AS t"
        f" WHERE t.phase = 'pending' AND ({where})"
        " AND NOT EXISTS (SELECT 1 FROM ledger_transfer AS r WHERE r.resolves_id = t.id AND r.phase = %s)"
    )
    with in_words(), inside_unit(actor, "ledger_resolve"):
        return _run(insert, [phase, value_date, *given, phase])


def resolve_lines(
    *, actor: Actor, phase: str, value_date: date, lines_sql: str, params: Sequence[Any] = ()
) -> int:
    """Answer the pending transfers of payment lines that have no answer yet; how many. `lines_sql` gives `line_id`.

    A set of a whole bank file: it goes from line to transfer by their keys, however large the ledger is. Raises CheckFailed
    SECOND_ANSWER where one is answered already.
    """
    insert = (
        f"INSERT INTO ledger_transfer (id, phase, value_date, resolves_id, {CARRIED})"
        f" SELECT {numbered_keys()}, %s, %s, t.id, {_of('t')} FROM ({lines_sql}) AS asked"
        f" CROSS JOIN LATERAL (SELECT p.id, {_of('p')} FROM ledger_transfer AS p"
        " WHERE p.line_id = asked.line_id AND p.phase = 'pending' OFFSET 0) AS t"
    )
    with in_words(), inside_unit(actor, "ledger_resolve"):
        return _run(insert, [phase, value_date, *params])


def reverse(
    *, actor: Actor, transfer_id: UUID, reason: str, value_date: date, case_id: UUID | None = None
) -> UUID:
    """Undo one posted transfer by its opposite, which names it; the id of the opposite.

    A pending transfer that the bank confirmed is reversed through its confirmation. Raises CheckFailed: NOT_POSTED,
    ALREADY_REVERSED (for another reason; the same one is already recorded), INSUFFICIENT_BALANCE.
    """
    condition = "(t.id = %s OR t.resolves_id = %s)"
    given = [transfer_id, transfer_id]
    with inside_unit(actor, "ledger_reverse"):
        made = reverse_selected(
            actor=actor,
            where_sql=condition,
            params=given,
            reason=reason,
            value_date=value_date,
            case_id=case_id,
        )
        found = _one(
            "SELECT r.id, r.reason FROM ledger_transfer AS r JOIN ledger_transfer AS t ON t.id = r.reverses_id"
            f" WHERE {condition}",
            given,
        )
    if found is None:
        raise CheckFailed(
            "NOT_POSTED", _("这笔转账没有记账，不能冲正。"), remedy=_("待银行回盘的请先确认或作废。")
        )
    if not made and found[1] != reason:
        message = _("这笔转账已经冲正，原因：{reason}。").format(reason=found[1])
        raise CheckFailed("ALREADY_REVERSED", message, remedy=_("请查看冲正记录；需要的话另记一笔。"))
    return UUID(str(found[0]))


def reverse_selected(
    *,
    actor: Actor,
    where_sql: str,
    params: Sequence[Any],
    reason: str,
    value_date: date | None,
    case_id: UUID | None = None,
) -> int:
    """Reverse every effective transfer `t` that fits the condition and is not reversed yet; how many.

    Without `value_date` each carries the day of what it reverses: the money was never due, and interest forgets it.
    """
    insert = (
        "INSERT INTO ledger_transfer (id, phase, value_date, reverses_id, reason, debit_account_id, credit_account_id,"
        " amount_fen, code, benefit_month, case_id, run_id, line_id, pack_hash)"
        " SELECT uuidv7(), 'posted', coalesce(%s::date, t.value_date), t.id, %s, t.credit_account_id,"
        " t.debit_account_id, t.amount_fen, t.code,"
        " t.benefit_month, coalesce(%s::uuid, t.case_id), t.run_id, t.line_id, t.pack_hash FROM ledger_transfer AS t"
        f" WHERE t.phase IN ('posted', 'post') AND t.reverses_id IS NULL AND ({where_sql})"
        " AND NOT EXISTS (SELECT 1 FROM ledger_transfer AS r WHERE r.reverses_id = t.id)"
    )
    with in_words(), inside_unit(actor, "ledger_reverse"):
        return _run(insert, [value_date, reason, case_id, *params])


def _of(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in CARRIED.split(", "))


def _columns(select_sql: str, params: Sequence[Any] | dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({select_sql}) AS given LIMIT 0", params or None)
        names = [column.name for column in cursor.description]
    wrong = [name for name in names if name not in KNOWN] + [name for name in REQUIRED if name not in names]
    if wrong:
        raise ValueError(f"columns of a transfer: {', '.join(wrong)}")
    return names


def _refuse_other_content(names: list[str], select_sql: str, params: Sequence[Any] | dict[str, Any]) -> None:
    tests = " ".join(
        f"WHEN given.{name}::{KNOWN[name]} IS DISTINCT FROM t.{name} THEN '{name}'"
        for name in names
        if name != "id"
    )
    found = _one(
        f"SELECT * FROM (SELECT given.id, CASE {tests} END AS field FROM ({select_sql}) AS given"
        " JOIN ledger_transfer AS t ON t.id = given.id) AS compared WHERE field IS NOT NULL LIMIT 1",
        params,
    )
    if found is not None:
        message = _("编号 {id} 的转账已经记账，但 {field} 不同。").format(id=found[0], field=found[1])
        raise CheckFailed("TRANSFER_DIFFERS", message, remedy=_("已记的账不改；更正请冲正后另记。"))


def _run(sql: str, params: Sequence[Any] | dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return int(cursor.rowcount)


def _one(sql: str, params: Sequence[Any] | dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        row = cursor.fetchone()
    return tuple(row) if row else None
