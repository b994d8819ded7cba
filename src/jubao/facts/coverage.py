"""Who lives here and is not enrolled: residents of sixteen and over by place, the rate of enrolment, the names still missing.

Worked example: of 1 000 residents who may enrol 930 are enrolled: 70 names and a rate of 93.00 %. The dead and members of other
schemes are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

_RESIDENTS = """
    WITH living AS (
        SELECT x.person_id, v.path FROM people_address x JOIN people_division v ON v.id = x.division_id
        WHERE x.kind = 'register' AND x.until_on IS NULL AND starts_with(v.path, %(scope)s)
        UNION
        SELECT e.person_id, e.division_path FROM people_enrolment e
        WHERE e.scheme = 'resident_pension' AND e.ended_on IS NULL AND starts_with(e.division_path, %(scope)s)
    ), residents AS (
        SELECT p.id, p.name, p.name_key, p.birth_date, min(l.path) AS path,
               EXISTS (SELECT FROM people_enrolment e WHERE e.person_id = p.id AND e.scheme = 'resident_pension'
                       AND e.ended_on IS NULL) AS is_enrolled
        FROM living l JOIN people_person p ON p.id = l.person_id
        WHERE p.birth_date <= %(born_until)s
        AND NOT EXISTS (SELECT FROM people_deathreport d WHERE d.person_id = p.id AND d.is_decisive)
        AND NOT EXISTS (SELECT FROM people_otherschemerecord o WHERE o.person_id = p.id AND o.until_month IS NULL
                        AND o.scheme IN ('employee_pension', 'civil_pension'))
        GROUP BY p.id)"""


@dataclass(frozen=True)
class Coverage:
    """How many may enrol and how many are; the rate in hundredths of a per cent."""

    eligible: int
    enrolled: int

    @property
    def rate(self) -> str:
        """93.00 %, cut and not rounded up, so that 100.00 % means everybody."""
        hundredths = self.enrolled * 10000 // self.eligible if self.eligible else 0
        return f"{hundredths // 100}.{hundredths % 100:02d} %"


@dataclass(frozen=True)
class NotEnrolled:
    """One resident who may enrol and has not."""

    person_id: UUID
    name: str
    birth_date: date
    path: str


def _parameters(scope: str, on: date, youngest: int) -> dict[str, Any]:
    try:
        born_until = on.replace(year=on.year - youngest)
    except ValueError:
        born_until = on.replace(year=on.year - youngest, day=28)
    return {"scope": "" if scope == "%" else scope, "born_until": born_until}


def coverage(scope: str, *, on: date, youngest: int) -> Coverage:
    """The rate of enrolment of a place; `youngest` is the pack's age of enrolment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_RESIDENTS} SELECT count(*), count(*) FILTER (WHERE is_enrolled) FROM residents",
            _parameters(scope, on, youngest),
        )
        return Coverage(*cursor.fetchone())


def not_enrolled(scope: str, *, on: date, youngest: int, limit: int = 100_000) -> list[NotEnrolled]:
    """Who is still missing, in the order of village and name."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_RESIDENTS} SELECT id, name, birth_date, path FROM residents WHERE NOT is_enrolled"
            " ORDER BY path, name_key, id LIMIT %(limit)s",
            {**_parameters(scope, on, youngest), "limit": limit},
        )
        return [NotEnrolled(*row) for row in cursor.fetchall()]
