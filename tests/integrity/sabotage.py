"""Ways to cheat with the rights of the database's owner: triggers off, then edit, insert, delete, duplicate, swap, replay.

Worked example: `TAMPERINGS["ledger_transfer edit"]` raises one amount by a fen; the self-audit must name that row.
Kinds whose tables do not exist yet (bank ciphertext, blind index, receipt, stored policy parameter) are in `LEFT`.
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


def _run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _value(sql: str, *parameters: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return str(cursor.fetchone()[0])


def _keys(table: str, key: str = "id", where: str = "true") -> str:
    return f"SELECT {key}::text FROM {table} WHERE {where} ORDER BY {key} LIMIT 10"


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


def _schema(statement: str, named: str) -> Callable[[str], str]:
    def apply(row: str) -> str:
        _run(statement)
        return named

    return apply


def _made(
    table: str, kind: str, apply: Callable[[str], str], key: str = "id", where: str = "true"
) -> Tampering:
    return Tampering(table, kind, _keys(table, key, where), apply)


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

TAMPERINGS: list[Tampering] = [
    *(_made(table, "edit", _edit(table, assignment)) for table, assignment in _EDITS.items()),
    *(_made(table, "delete", _delete(table)) for table in _EDITS),
    _made(
        "ledger_transfer",
        "insert",
        _copy("ledger_transfer"),
        where="reverses_id IS NULL AND resolves_id IS NULL",
    ),
    _made(
        "payments_paymentline",
        "insert",
        _copy("payments_paymentline", is_live="false"),
        where="repays_id IS NULL",
    ),
    _made("certification_certificationevent", "insert", _copy("certification_certificationevent")),
    _made("cases_caseevent", "insert", _copy("cases_caseevent", sequence="sequence + 1000")),
    _made("contributions_contribution", "insert", _copy("contributions_contribution", is_live="false")),
    _made("ledger_transfer", "reorder", _swap("ledger_transfer", "value_date")),
    _made("payments_paymentline", "reorder", _swap("payments_paymentline", "division_path")),
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
    _made("oversight_audithead", "edit", _edit("oversight_audithead", "head = sha256(head)"), "id"),
    _made("oversight_audithead", "delete", _delete("oversight_audithead"), "id"),
    _made("oversight_auditevent", "whole day rolled back", _day_back, "sequence"),
    _made(
        "people_person",
        "trigger off",
        _schema("ALTER TABLE people_person DISABLE TRIGGER ALL", "people_person"),
        where="true",
    ),
    _made(
        "ledger_transfer",
        "constraint dropped",
        _schema("ALTER TABLE ledger_transfer DROP CONSTRAINT transfer_positive", "transfer_positive"),
    ),
    _made(
        "ledger_transfer",
        "owner changed",
        _schema("ALTER TABLE ledger_transfer OWNER TO CURRENT_USER", "ledger_transfer"),
    ),
]
