"""Numbers without gaps: case numbers, run numbers, claim numbers, counted per district, year and series.

Worked example: `next_number("500110", 2026, "case")` is "500110-2026-000123" and the next call 000124; a transaction that
rolls back gives its number back, because the counter is a row locked until the end of it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_NEXT = """
INSERT INTO cases_numbersequence (district_code, year, series, next_number)
VALUES (%(district)s, %(year)s, %(series)s, 1 + %(count)s)
ON CONFLICT (district_code, year, series)
DO UPDATE SET next_number = cases_numbersequence.next_number + %(count)s
RETURNING next_number - %(count)s
"""


def next_number(district_code: str, year: int, series: str) -> str:
    """The next number of a series. Call it inside the transaction that uses the number."""
    return next_numbers(district_code, year, series, 1)[0]


def next_numbers(district_code: str, year: int, series: str, count: int) -> list[str]:
    """The next so many numbers of a series, in order."""
    if not count:
        return []
    given: dict[str, str | int] = {"district": district_code, "year": year, "series": series, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, given)
        (first,) = cursor.fetchone()
    return [f"{district_code}-{year}-{number:06d}" for number in range(first, first + count)]


def fresh_ids(count: int) -> list[UUID]:
    """So many keys of the database, in rising order: rows written together may name each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s) ORDER BY 1", [count])
        return [row[0] for row in cursor.fetchall()]
