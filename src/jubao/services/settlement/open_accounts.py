"""Accounts of deregistered people that still hold money: what no payment is on its way for (C16).

Worked example: 王秀兰's 2519.76 were returned by the bank for a wrong name: they stand here until the payment is mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from jubao.database.unit_of_work import read_scope


@dataclass(frozen=True)
class ToSettle:
    """A deregistered person whose account still holds money that nobody is being paid."""

    person_id: str
    name: str
    division_path: str
    ended_on: date
    balance_fen: int


def accounts_to_settle(*, scope: str) -> list[ToSettle]:
    """Deregistered people below a place with a balance owed to them or their heirs, the oldest first (C16)."""
    with read_scope(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name, e.division_path, e.ended_on, sum(b.balance_fen - b.pending_fen)::bigint"
            " FROM people_enrolment AS e JOIN people_person AS p ON p.id = e.person_id"
            " JOIN ledger_account AS a ON a.enrolment_id = e.id JOIN ledger_balance AS b ON b.account_id = a.id"
            " WHERE e.ended_on IS NOT NULL AND e.division_path LIKE %s AND EXISTS (SELECT 1 FROM cases_case AS c"
            " WHERE c.subject_id = e.id AND c.kind = 'deregistration' AND c.outcome = 'approved')"
            " GROUP BY p.id, p.name, e.division_path, e.ended_on HAVING sum(b.balance_fen - b.pending_fen) > 0"
            " ORDER BY e.ended_on, e.division_path, p.id",
            [f"{scope}%"],
        )
        return [ToSettle(*row) for row in cursor.fetchall()]
