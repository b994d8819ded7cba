"""Pensions fixed before the account rate of a year was published: who, up to which month, on which weights.

Worked example: a claim of 2024-03 was settled at 2.4 % because the rate of 2024 was not out: one row with
`until_month` 2024-03, the year 2024, its weight of 750 000 fen-months and the 15.00 yuan that stand in the balance. A
claim for which the region had published no rate at all has no years: nothing was settled, the weights come from the ledger.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

_PENSIONS = """
SELECT d.entitlement_id, d.id, t.enrolment_id, e.division_path, d.account_balance_fen,
       coalesce((d.facts->>'interest_until')::int, d.month), coalesce((d.facts->>'interest_delta_fen')::bigint, 0),
       coalesce(d.facts->'interest_rates', '{}'::jsonb), d.created_at,
       coalesce(nullif(d.facts->>'interest_case_id', '')::uuid, d.case_id), nullif(d.facts->>'interest_year_id', '')::uuid
FROM benefits_determination d
JOIN benefits_entitlement t ON t.id = d.entitlement_id AND t.end_month IS NULL
JOIN people_enrolment e ON e.id = t.enrolment_id AND e.division_path LIKE %(prefix)s
WHERE d.is_provisional AND NOT EXISTS (SELECT FROM benefits_determination x
      WHERE x.entitlement_id = d.entitlement_id AND x.sequence > d.sequence)
ORDER BY d.entitlement_id
"""
_YEARS = """
SELECT DISTINCT ON (asked.id, y.year) asked.id, y.year, y.last_month,
       (y.trace->>'interest_weight_fen_months')::bigint, y.interest_fen
FROM unnest(%(ids)s::uuid[], %(enrolments)s::uuid[], %(cases)s::uuid[], %(years)s::uuid[])
     AS asked (id, enrolment_id, case_id, year_id)
JOIN ledger_interestyear y ON y.enrolment_id = asked.enrolment_id AND y.is_provisional
     AND (y.id = asked.year_id OR y.case_id = asked.case_id)
ORDER BY asked.id, y.year, y.recorded_at DESC, y.id DESC
"""


@dataclass(frozen=True)
class WeighedYear:
    """One year of an account as it stood at the claim: fen-months, and the interest that is in the balance."""

    year: int
    last_month: int
    weight_fen_months: int
    interest_fen: int
    is_posted_since: bool = False


@dataclass(frozen=True)
class ProvisionalPension:
    """The determination in force of a running pension that rests on a rate not yet published.

    `delta_fen` is what earlier recalculations added to the balance, `rates` on which rates (year → ppm).
    """

    entitlement_id: UUID
    determination_id: UUID
    enrolment_id: UUID
    division_path: str
    account_balance_fen: int
    until_month: int
    delta_fen: int
    rates: dict[int, int]
    determined_at: Any
    case_id: UUID | None
    interest_year_id: UUID | None
    years: tuple[WeighedYear, ...]


def provisional_pensions(scope: str) -> list[ProvisionalPension]:
    """Every such pension below a place, in order of entitlement; two queries however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(_PENSIONS, {"prefix": f"{scope}%"})
        rows = cursor.fetchall()
        asked = {
            "ids": [row[1] for row in rows],
            "enrolments": [row[2] for row in rows],
            "cases": [row[9] for row in rows],
            "years": [row[10] for row in rows],
        }
        cursor.execute(_YEARS, asked)
        years: dict[UUID, list[WeighedYear]] = {}
        for determination_id, *about in cursor.fetchall():
            years.setdefault(determination_id, []).append(WeighedYear(*about))
    return [_pension(row, tuple(years.get(row[1], ()))) for row in rows]


def _pension(row: Any, years: tuple[WeighedYear, ...]) -> ProvisionalPension:
    kept = json.loads(row[7]) if isinstance(row[7], str) else row[7]
    return ProvisionalPension(
        entitlement_id=row[0], determination_id=row[1], enrolment_id=row[2], division_path=row[3],
        account_balance_fen=row[4], until_month=row[5], delta_fen=row[6],
        rates={int(year): int(ppm) for year, ppm in kept.items()}, determined_at=row[8], case_id=row[9],
        interest_year_id=row[10], years=years,
    )  # fmt: skip
