"""What was paid too much, person by person: waiting for a decision, being kept back, how much of it is left.

Worked example: for 张桂芳 one row `open` with ten months from 2024-01 to 2024-10 and 20.00 yuan; after the decision and
one payment the row says `deduct`, 20.00 of 20.00 kept back, nothing left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.facts.payment_periods import periods_text

WHY = {"CORRECTION": "更正", "RECALCULATION": "利率公布后重算"}

_ROWS = """
SELECT t.id, p.id, p.name, e.division_path, c.state, min(c.cause), sum(c.amount_fen)::bigint,
       coalesce(sum(d.fen), 0)::bigint, array_agg(c.benefit_month ORDER BY c.benefit_month, c.id),
       array_agg(c.amount_fen ORDER BY c.benefit_month, c.id), (array_agg(c.decided_case_id))[1]
FROM benefits_decrease c
JOIN benefits_entitlement t ON t.id = c.entitlement_id
JOIN people_enrolment e ON e.id = t.enrolment_id AND e.division_path LIKE %(prefix)s
JOIN people_person p ON p.id = e.person_id
LEFT JOIN (SELECT k.decrease_id, sum(k.amount_fen) AS fen FROM payments_paymentdeduction k
           JOIN payments_paymentline l ON l.id = k.line_id
           WHERE l.is_live OR EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = l.id)
           GROUP BY k.decrease_id) d ON d.decrease_id = c.id
WHERE c.state = ANY(%(states)s)
GROUP BY t.id, p.id, e.division_path, c.state
HAVING c.state = 'open' OR sum(c.amount_fen) > coalesce(sum(d.fen), 0)
ORDER BY e.division_path COLLATE "C", p.name_key, t.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Overpaid:
    """One person's sum in one state."""

    entitlement_id: UUID
    person_id: UUID
    name: str
    division_path: str
    state: str
    cause: str
    total_fen: int
    kept_back_fen: int
    periods: str
    case_id: UUID | None

    @property
    def left_fen(self) -> int:
        """What is still to be kept back."""
        return self.total_fen - self.kept_back_fen


def why(cause: str) -> str:
    """What found it, in words, with the year of a rate: `RECALCULATION_2024.3` is 利率公布后重算 2024."""
    word, _mark, about = cause.partition(".")[0].partition("_")
    return " ".join(filter(None, (WHY.get(word, word), about)))


def overpaid(scope: str, states: tuple[str, ...] = ("open",), limit: int = 500) -> list[Overpaid]:
    """Everybody below a place with such a sum; of `deduct` only those from whom something is still kept back."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"prefix": f"{scope}%", "states": list(states), "limit": limit})
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Any) -> Overpaid:
    return Overpaid(
        entitlement_id=row[0], person_id=row[1], name=row[2], division_path=row[3], state=row[4],
        cause=why(row[5]), total_fen=row[6], kept_back_fen=row[7],
        periods=periods_text(zip(row[8], row[9], strict=True)), case_id=row[10],
    )  # fmt: skip
