"""What stands in a personal account: now, by part, and on any past day.

Worked example: after 400.00 paid and 60.00 subsidy, `balance_of(enrolment)` is `{"own_payment": 40000, "subsidy": 6000}`;
`balance_at(enrolment, day)` counts what carried a value date up to that day and was answered by the bank.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

_EFFECTIVE = "t.phase IN ('posted', 'post')"


PARTS_SQL = (
    "SELECT a.kind, b.balance_fen, b.pending_fen FROM ledger_account AS a"
    " JOIN ledger_balance AS b ON b.account_id = a.id WHERE a.enrolment_id = %(enrolment)s"
)
"""Kind, fen posted and fen on their way out of each part of one person's account, for `database.together`."""


def balance_of(enrolment_id: UUID) -> dict[str, int]:
    """Fen by kind of the person's parts, posted; parts never opened are left out."""
    return _by_kind(
        "SELECT a.kind, b.balance_fen FROM ledger_account AS a JOIN ledger_balance AS b ON b.account_id = a.id"
        " WHERE a.enrolment_id = %s",
        [enrolment_id],
    )


def reserved_of(enrolment_id: UUID) -> dict[str, int]:
    """Fen by kind on their way out, not yet answered by the bank."""
    return _by_kind(
        "SELECT a.kind, b.pending_fen FROM ledger_account AS a JOIN ledger_balance AS b ON b.account_id = a.id"
        " WHERE a.enrolment_id = %s",
        [enrolment_id],
    )


def balance_at(enrolment_id: UUID, day: date) -> dict[str, int]:
    """Fen by kind at the end of a day, from the transfers themselves, by value date (M3)."""
    return _by_kind(
        f"""
        SELECT a.kind,
               (coalesce((SELECT sum(t.amount_fen) FROM ledger_transfer AS t
                          WHERE t.credit_account_id = a.id AND t.value_date <= %s AND {_EFFECTIVE}), 0)
              - coalesce((SELECT sum(t.amount_fen) FROM ledger_transfer AS t
                          WHERE t.debit_account_id = a.id AND t.value_date <= %s AND {_EFFECTIVE}), 0))::bigint
        FROM ledger_account AS a WHERE a.enrolment_id = %s
        """,
        [day, day, enrolment_id],
    )


def fund_balance(account_id: int) -> int:
    """Fen in an account of a fund, a bank file or a claim: credits less debits, effective."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce((SELECT sum(t.amount_fen) FROM ledger_transfer AS t
                             WHERE t.credit_account_id = %s AND {_EFFECTIVE}), 0)
                 - coalesce((SELECT sum(t.amount_fen) FROM ledger_transfer AS t
                             WHERE t.debit_account_id = %s AND {_EFFECTIVE}), 0)
            """,
            [account_id, account_id],
        )
        return int(cursor.fetchone()[0])


def _by_kind(sql: str, params: list[Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {kind: int(fen) for kind, fen in cursor.fetchall()}
