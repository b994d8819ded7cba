"""Numbers without gaps: case numbers, run numbers, claim numbers, counted per district, year and series.

Worked example: `next_number("500110", 2026, "case")` is "500110-2026-000123" and the next call 000124; a transaction that
rolls back gives its number back, because the counter is a row locked until the end of it.
"""

from __future__ import annotations

from django.db import connection

_NEXT = """
INSERT INTO cases_numbersequence (district_code, year, series, next_number) VALUES (%s, %s, %s, 2)
ON CONFLICT (district_code, year, series)
DO UPDATE SET next_number = cases_numbersequence.next_number + 1
RETURNING next_number - 1
"""


def next_number(district_code: str, year: int, series: str) -> str:
    """The next number of a series. Call it inside the transaction that uses the number."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [district_code, year, series])
        (number,) = cursor.fetchone()
    return f"{district_code}-{year}-{number:06d}"
