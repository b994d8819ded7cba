"""Lines paid for months that turned out not to be due: what a recovery begins with.

Worked example: paid to 2024-09 after a death in 2024-04 gives five lines, May to September, with amount and run.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month

_OVERPAID = """
SELECT l.benefit_month, l.kind, l.amount_fen, r.number
FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
WHERE l.entitlement_id = %s AND l.benefit_month >= %s AND l.is_live AND r.state NOT IN ('void')
  AND l.kind IN ('monthly', 'back_pay', 'difference', 'repayment')
ORDER BY l.benefit_month, l.kind
"""


def overpaid_lines(entitlement_id: UUID, from_month: int) -> list[dict[str, Any]]:
    """Shape: one dict per live line for a month from `from_month` on (month, kind, amount_fen, run)."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERPAID, [entitlement_id, from_month])
        return [
            {"month": str(Month.from_index(month)), "kind": kind, "amount_fen": fen, "run": run}
            for month, kind, fen, run in cursor.fetchall()
        ]
