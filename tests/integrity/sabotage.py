"""Ways to cheat with the rights of the database's owner: triggers off, then edit, insert, delete, duplicate, swap, replay.

Worked example: `TAMPERINGS["ledger_transfer edit"]` raises one amount by a fen; the self-audit must name that row.
Kinds of tampering whose tables do not exist yet (bank ciphertext, blind index, receipt, stored policy parameter) are in `LEFT`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

LEFT = {
    "bank ciphertext swap": "account numbers are not encrypted yet",
    "blind index": "identity numbers have no blind index yet",
    "receipt": "citizens get no signed receipts yet",
    "policy parameter": "packs are files; determinations and runs hold their hash",
}


@dataclass(frozen=True)
class Tampering:
    """`apply(row)` cheats on one row and returns what a finding must name; `rows` are ten keys to try."""

    table: str
    kind: str
    candidates: str
    apply: Callable[[str], str]
    times: int = 10


def _run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _value(sql: str, *parameters: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return str(cursor.fetchone()[0])


def _edit(table: str, assignment: str, key: str = "id") -> Callable[[str], str]:
    def apply(row: str) -> str:
        _run(f"UPDATE {table} SET {assignment} WHERE {key}::text = %s", row)
        return row

    return apply


def _delete(table: str, key: str = "id") -> Callable[[str], str]:
    def apply(row: str) -> str:
        _run(f"DELETE FROM {table} WHERE {key}::text = %s", row)
        return row

    return apply


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _copy(table: str, **changed: str) -> Callable[[str], str]:
    """A row that looks like another one under a new key; `changed` keeps unique constraints content."""

    def apply(row: str) -> str:
        columns = _columns(table)
        values = {"id": "uuidv7()"} | changed
        selected = ", ".join(values.get(column, column) for column in columns)
        return _value(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {selected} FROM {table} WHERE id::text = %s RETURNING id",
            row,
        )

    return apply


def _swap(table: str, column: str) -> Callable[[str], str]:
    """Two rows exchange a value, so that no sum changes."""

    def apply(row: str) -> str:
        other = _value(f"SELECT id FROM {table} WHERE id::text <> %s AND {column} IS DISTINCT FROM"
                       f" (SELECT {column} FROM {table} WHERE id::text = %s) LIMIT 1", row, row)  # fmt: skip
        _run(
            f"UPDATE {table} t SET {column} = o.{column} FROM {table} o"
            f" WHERE (t.id::text, o.id::text) IN ((%s, %s), (%s, %s))",
            row, other, other, row,
        )  # fmt: skip
        return row

    return apply


def _forged_time(row: str) -> str:
    return _value(
        "INSERT INTO oversight_auditevent (at, command, table_name, operation, row_ids, row_digests)"
        " SELECT at - interval '30 days', command, table_name, operation, row_ids, row_digests"
        " FROM oversight_auditevent WHERE sequence::text = %s RETURNING sequence",
        row,
    )


def _day_back(row: str) -> str:
    """The database as it was before this event: everything later is gone, the seals too."""
    _run("DELETE FROM oversight_audithead WHERE until_sequence >= %s", int(row))
    _run("DELETE FROM oversight_auditevent WHERE sequence >= %s", int(row))
    return ""


_HEADS = "oversight_audithead"
_OUR_TABLES = "SELECT DISTINCT table_name FROM oversight_auditevent ORDER BY 1 LIMIT 10"
_OUR_CONSTRAINTS = """
    SELECT conrelid::regclass || '.' || conname FROM pg_constraint
    WHERE contype IN ('c', 'x') AND conrelid::regclass::text ~ '^(ledger|payments|cases|benefits)_'
    AND conname !~ '_check$' ORDER BY 1 LIMIT 10
"""


def _alter(change: str) -> Callable[[str], str]:
    def apply(table: str) -> str:
        _run(f"ALTER TABLE {table} {change}")
        return table

    return apply


def _drop_constraint(place: str) -> str:
    table, _dot, constraint = place.partition(".")
    _run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    return constraint


def _made(
    table: str,
    kind: str,
    apply: Callable[[str], str],
    key: str = "id",
    where: str = "true",
    times: int = 10,
) -> Tampering:
    candidates = f"SELECT {key}::text FROM {table} WHERE {where} ORDER BY {key} LIMIT {times}"
    return Tampering(table, kind, candidates, apply, times)


_EDITS = {
    "ledger_transfer": "amount_fen = amount_fen + 1",
    "ledger_account": "district_code = '509999'",
    "payments_paymentline": "base_pension_fen = base_pension_fen + 1, amount_fen = amount_fen + 1",
    "payments_paymentrun": "total_fen = total_fen + 1",
    "payments_paymentoutcome": "bank_reason = bank_reason || 'x'",
    "cases_caseevent": "reason = reason || '同意'",
    "cases_case": "checker_id = uuidv7()",
    "certification_certificationevent": "certified_on = certified_on + 30",
    "people_deathreport": "died_on = died_on + 40",
    "people_payoutaccount": "account_number = account_number || '9'",
    "people_person": "birth_date = birth_date - 365",
    "staff_grant": "until_on = until_on + 365",
    "benefits_determination": "account_pension_fen = account_pension_fen + 1, monthly_pension_fen = monthly_pension_fen + 1",
    "benefits_paymentstatus": "from_month = from_month - 1",
    "contributions_contribution": "amount_fen = amount_fen + 100",
    "archive_document": "sha256 = repeat('0', 64)",
}

SINGLE = {"payments_paymentrun": 1}
"""Tables that hold one row in the county of the tests."""

TAMPERINGS: list[Tampering] = [
    *(
        _made(table, "edit", _edit(table, assignment), times=SINGLE.get(table, 10))
        for table, assignment in _EDITS.items()
    ),
    *(_made(table, "delete", _delete(table), times=SINGLE.get(table, 10)) for table in _EDITS),
    _made(
        "ledger_transfer",
        "insert",
        _copy("ledger_transfer"),
        where="reverses_id IS NULL AND resolves_id IS NULL",
    ),
    _made(
        "payments_paymentline",
        "insert",
        _copy("payments_paymentline", is_live="false", line_number="line_number + 1000"),
        where="repays_id IS NULL",
    ),
    _made("certification_certificationevent", "insert", _copy("certification_certificationevent")),
    _made("cases_caseevent", "insert", _copy("cases_caseevent", sequence="sequence + 1000")),
    _made("contributions_contribution", "insert", _copy("contributions_contribution", is_live="false")),
    _made("ledger_transfer", "orphan", _edit("ledger_transfer", "debit_account_id = -1")),
    _made("ledger_transfer", "reorder", _swap("ledger_transfer", "line_id")),
    _made("payments_paymentline", "reorder", _swap("payments_paymentline", "payout_account_id")),
    _made(
        "certification_certificationevent",
        "reorder",
        _swap("certification_certificationevent", "certified_on"),
    ),
    _made(
        "oversight_auditevent",
        "edit",
        _edit("oversight_auditevent", "command = 'other'", "sequence"),
        "sequence",
    ),
    _made("oversight_auditevent", "delete", _delete("oversight_auditevent", "sequence"), "sequence"),
    _made("oversight_auditevent", "insert with a forged clock", _forged_time, "sequence"),
    _made(
        _HEADS,
        "edit",
        _edit(_HEADS, "head = sha256(head)", "until_sequence"),
        "until_sequence",
        times=1,
    ),
    _made(
        _HEADS,
        "delete",
        _delete(_HEADS, "until_sequence"),
        "until_sequence",
        times=1,
    ),
    _made("oversight_auditevent", "whole day rolled back", _day_back, "sequence"),
    Tampering("audited tables", "trigger off", _OUR_TABLES, _alter("DISABLE TRIGGER ALL")),
    Tampering("audited tables", "owner changed", _OUR_TABLES, _alter("OWNER TO CURRENT_USER")),
    Tampering("audited tables", "constraint dropped", _OUR_CONSTRAINTS, _drop_constraint),
]
