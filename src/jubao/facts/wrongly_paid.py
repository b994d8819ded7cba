"""Paid lines that a claim may still ask back: of months not due, sent and not returned, and in no other claim.

Worked example: died on 2024-03-02 and paid April to June gives three lines of 163.02; once they are in a confirmed claim
there are none. A line that the bank has not answered yet is listed, and marked, because the money may still come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_LINES = """
SELECT l.id, l.benefit_month, l.kind, l.amount_fen, l.account_pension_fen,
       coalesce((SELECT r.number FROM payments_paymentrun r WHERE r.id = l.run_id), ''),
       EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = l.id AND o.is_last AND o.state = 'paid')
FROM payments_paymentline l
WHERE l.enrolment_id = %s AND l.benefit_month >= %s AND l.is_live AND l.is_in_run AND l.amount_fen > 0
  AND EXISTS (SELECT FROM ledger_transfer t WHERE t.line_id = l.id)
  AND l.kind IN ('monthly', 'back_pay', 'difference', 'repayment')
  AND NOT EXISTS (SELECT FROM recovery_claimmonth m WHERE m.payment_line_id = l.id)
ORDER BY l.benefit_month, l.kind, l.id
"""
"""A line is sent once the ledger has its transfers; the run itself belongs to the district, and no township sees it."""


@dataclass(frozen=True)
class PaidLine:
    """One line of one month."""

    line_id: UUID
    benefit_month: int
    kind: str
    amount_fen: int
    account_part_fen: int
    run: str
    is_answered: bool


def wrongly_paid(enrolment_id: UUID, from_month: int) -> list[PaidLine]:
    """Shape: one row per line, in order of month. Unit: fen."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [enrolment_id, from_month])
        return [PaidLine(*row) for row in cursor.fetchall()]
