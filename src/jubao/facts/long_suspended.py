"""Who has been suspended for long, with the months so far and the months left until the account may be sealed.

Worked example: suspended from 2023-03 in a region that seals after two years; in 2024-11 that is 20 months, 4 left (GD-9-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

_SUSPENDED = """
SELECT t.id, e.id, p.id, p.name, e.division_path, s.reason, s.from_month, %(month)s - s.from_month AS months,
       s.reason = 'IN_CUSTODY' OR EXISTS (SELECT 1 FROM people_custodyperiod c
               WHERE c.person_id = p.id AND c.from_on < %(first_day)s
               AND (c.until_on IS NULL OR c.until_on >= %(first_day)s)) AS is_in_custody,
       EXISTS (SELECT 1 FROM cases_case k WHERE k.subject_id = t.id AND k.is_open
               AND k.kind IN ('resumption', 'stop', 'sealing')) OR
       EXISTS (SELECT 1 FROM cases_case k WHERE k.person_id = p.id AND k.is_open
               AND k.kind = 'deregistration') AS has_open_case
FROM benefits_paymentstatus s
JOIN benefits_entitlement t ON t.id = s.entitlement_id AND t.end_month IS NULL
JOIN people_enrolment e ON e.id = t.enrolment_id
JOIN people_person p ON p.id = e.person_id
WHERE s.kind = 'suspended' AND s.until_month IS NULL AND s.from_month <= %(month)s
  AND e.division_path LIKE %(prefix)s
ORDER BY s.from_month, e.division_path, t.id
"""


@dataclass(frozen=True)
class LongSuspended:
    """One suspended person; `months_left` is None where the pack does not seal or the person is exempt."""

    entitlement_id: UUID
    enrolment_id: UUID
    person_id: UUID
    name: str
    division_path: str
    reason: str
    from_month: int
    months: int
    is_in_custody: bool
    has_open_case: bool
    months_left: int | None


def long_suspended(
    *, prefix: str, month: int, first_day: date, seal_after_months: int | None, is_custody_exempt: bool
) -> list[LongSuspended]:
    """Shape: one row per suspended entitlement below `prefix`, the longest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SUSPENDED, {"prefix": f"{prefix}%", "month": month, "first_day": first_day})
        rows = cursor.fetchall()
    left = [_left(row[7], row[8], seal_after_months, is_custody_exempt) for row in rows]
    return [_row((*row, months)) for row, months in zip(rows, left, strict=True)]


def _row(values: tuple[Any, ...]) -> LongSuspended:
    return LongSuspended(*values)


def _left(months: int, in_custody: bool, after: int | None, is_custody_exempt: bool) -> int | None:
    if after is None or (in_custody and is_custody_exempt):
        return None
    return max(0, after - months)
