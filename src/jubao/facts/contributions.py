"""What tax, agency and finance say about a month of contributions, side by side; what is missing; by which means people paid.

Worked example: for May the tax list has 120 receipts of 60 200.00, we booked 119 of 60 000.00: `differences_sql` gives one row
`only_tax` with the receipt, 20000 fen there and nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from jubao.kernel.month import Month

_TAX = """
    SELECT receipt_number, min(enrolment_id::text)::uuid AS enrolment_id, sum(amount_fen)::bigint AS fen, count(*) AS times
    FROM contributions_taxrecord WHERE district_code = %(district)s AND month = %(month)s AND is_live
    GROUP BY receipt_number
"""
_BOOKED = """
    SELECT c.receipt_number, c.enrolment_id, c.amount_fen AS fen
    FROM contributions_contribution AS c JOIN people_enrolment AS e ON e.id = c.enrolment_id
    WHERE e.division_path LIKE %(path)s AND c.is_live AND c.payer = 'own'
      AND c.treasury_on >= %(first)s AND c.treasury_on <= %(last)s
"""
DIFFERENCES = f"""
    SELECT CASE WHEN t.times > 1 THEN 'doubled' WHEN b.fen IS NULL THEN 'only_tax' WHEN t.fen IS NULL THEN 'only_booked'
                ELSE 'amount' END AS kind,
           coalesce(t.receipt_number, b.receipt_number) AS receipt_number,
           coalesce(b.enrolment_id, t.enrolment_id) AS enrolment_id, t.fen AS tax_fen, b.fen AS booked_fen
    FROM ({_TAX}) AS t FULL JOIN ({_BOOKED}) AS b ON b.receipt_number = t.receipt_number
    WHERE t.times > 1 OR b.fen IS NULL OR t.fen IS NULL OR t.fen <> b.fen
"""
"""Shape: one row per receipt on which the two sides differ; parameters as `month_parameters` gives."""


@dataclass(frozen=True)
class MonthFigures:
    """Counts and fen of a month: the tax list, our books, and how many receipts agree or stand twice."""

    tax_count: int
    tax_fen: int
    booked_count: int
    booked_fen: int
    matched: int
    unmatched: int
    doubled: int


def month_parameters(district_code: str, month: int) -> dict[str, Any]:
    """What the queries of a month need."""
    days = Month.from_index(month)
    return {
        "district": district_code,
        "month": month,
        "path": f"%/{district_code}/%",
        "first": date(days.year, days.month, 1),
        "last": days.last_day,
    }


def month_figures(district_code: str, month: int) -> MonthFigures:
    """Count, sum, matched, unmatched and doubled receipts of a month (B5)."""
    sql = f"""
        WITH t AS ({_TAX}), b AS ({_BOOKED}),
             both_sides AS (SELECT t.times, t.fen AS tax, b.fen AS booked FROM t FULL JOIN b USING (receipt_number))
        SELECT (SELECT coalesce(sum(times), 0) FROM t), (SELECT coalesce(sum(fen), 0) FROM t),
               (SELECT count(*) FROM b), (SELECT coalesce(sum(fen), 0) FROM b),
               count(*) FILTER (WHERE tax = booked AND times = 1),
               count(*) FILTER (WHERE tax IS DISTINCT FROM booked), count(*) FILTER (WHERE times > 1)
        FROM both_sides
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, month_parameters(district_code, month))
        return MonthFigures(*(int(value) for value in cursor.fetchone()))


def means_counts(scope: str, first: date, last: date) -> list[tuple[str, int, int]]:
    """Payments by means in a span of days: (means, count, fen), the most used first (SS-11-2)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.means, count(*), sum(c.amount_fen)::bigint FROM contributions_contribution AS c"
            " JOIN people_enrolment AS e ON e.id = c.enrolment_id WHERE e.division_path LIKE %s AND c.is_live"
            " AND c.payer = 'own' AND c.treasury_on BETWEEN %s AND %s GROUP BY c.means ORDER BY 2 DESC, 1",
            [scope + "%", first, last],
        )
        return [(means, int(count), int(fen)) for means, count, fen in cursor.fetchall()]


def months_without_tax_list(district_code: str, today: date) -> list[int]:
    """Months before today's for which the tax office's list is missing, from the first one we have or booked in."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m FROM generate_series(
                (SELECT min(extract(year FROM c.treasury_on)::int * 12 + extract(month FROM c.treasury_on)::int - 1)
                 FROM contributions_contribution AS c JOIN people_enrolment AS e ON e.id = c.enrolment_id
                 WHERE e.division_path LIKE %(path)s), %(before)s) AS m
            WHERE NOT EXISTS (SELECT 1 FROM contributions_taxrecord AS t
                              WHERE t.district_code = %(district)s AND t.month = m AND t.is_live)
              AND NOT EXISTS (SELECT 1 FROM contributions_contributionmonth AS k
                              WHERE k.district_code = %(district)s AND k.month = m AND k.state = 'closed')
            ORDER BY m
            """,
            {
                "path": f"%/{district_code}/%",
                "district": district_code,
                "before": Month.containing(today).index - 1,
            },
        )
        return [int(row[0]) for row in cursor.fetchall()]
