"""The facts of the interest rules: one row per personal account and year, 0 where nothing was booked.

Worked example: 1000.00 on 1 January and 240.00 booked in March up to June give opening 100000, credits 24000, payments 0,
credit fen-months 72000 and payment fen-months 0: what `jubao interest` sums from its file of postings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from jubao.ledger.moves import PERSONAL_KINDS
from jubao.rules import interest as _interest  # noqa: F401  registers the rules
from jubao.rules.evaluate import expression
from jubao.rules.vocabulary import Col

FACTS = ("opening_balance_fen", "credits_fen", "payments_fen", "credit_fen_months", "payment_fen_months")

_SIGNED = """
    SELECT a.enrolment_id, t.value_date, t.code, t.amount_fen * CASE WHEN t.reverses_id IS NULL THEN 1 ELSE -1 END AS fen,
           t.{side}_account_id = a.id AND (t.reverses_id IS NOT NULL) = {is_credit} AS is_payment,
           CASE WHEN o.value_date >= %(first)s THEN o.value_date ELSE t.value_date END AS booked_on,
           {sign} * t.amount_fen AS moved
    FROM ledger_transfer AS t
    JOIN accounts_asked AS a ON a.id = t.{side}_account_id
    LEFT JOIN ledger_transfer AS o ON o.id = t.reverses_id
    WHERE t.phase IN ('posted', 'post') AND t.value_date <= %(last)s
"""


def interest_facts_sql(arguments: Mapping[str, Any], asked_sql: str) -> str:
    """SELECT of `enrolment_id` and FACTS for the year from %(first)s up to the day %(last)s.

    `asked_sql` selects the `enrolment_id`s. A reversal cancels what it reverses in the month that one was booked, or,
    when that was in an earlier year, counts from its own month. Interest of the year itself is left out.
    """
    known = {**arguments, "booked_month": Col.named("booked_month")}
    months = {
        name: expression(name, known).sql(dialect="postgres").replace("%", "%%")
        for name in ("credit_months", "payment_months")
    }
    credit = _SIGNED.format(side="credit", is_credit="true", sign="1")
    debit = _SIGNED.format(side="debit", is_credit="false", sign="-1")
    inside = "value_date >= %(first)s AND code <> 'interest'"
    return f"""
        WITH accounts_asked AS MATERIALIZED (
            SELECT a.id, a.enrolment_id FROM ledger_account AS a
            JOIN ({asked_sql}) AS asked ON asked.enrolment_id = a.enrolment_id),
        moves AS (
            SELECT enrolment_id, value_date, code, fen, moved, is_payment,
                   extract(month FROM booked_on)::bigint AS booked_month
            FROM ({credit} UNION ALL {debit}) AS both_sides)
        SELECT enrolment_id,
               coalesce(sum(moved) FILTER (WHERE value_date < %(first)s), 0)::bigint AS opening_balance_fen,
               coalesce(sum(fen) FILTER (WHERE {inside} AND NOT is_payment), 0)::bigint AS credits_fen,
               coalesce(sum(fen) FILTER (WHERE {inside} AND is_payment), 0)::bigint AS payments_fen,
               coalesce(sum(fen * {months["credit_months"]}) FILTER (WHERE {inside} AND NOT is_payment), 0)::bigint
                   AS credit_fen_months,
               coalesce(sum(fen * {months["payment_months"]}) FILTER (WHERE {inside} AND is_payment), 0)::bigint
                   AS payment_fen_months
        FROM moves GROUP BY enrolment_id
    """


def balances_by_part(scope: str) -> list[tuple[str, int, int, int]]:
    """(kind, accounts, fen, fen on their way out) of all personal accounts below a place, in the order of drawing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, count(*), sum(b.balance_fen)::bigint, sum(b.pending_fen)::bigint FROM ledger_account AS a"
            " JOIN ledger_balance AS b ON b.account_id = a.id JOIN people_enrolment AS e ON e.id = a.enrolment_id"
            " WHERE e.division_path LIKE %s GROUP BY a.kind",
            [scope + "%"],
        )
        found = {row[0]: row for row in cursor.fetchall()}
    return [found[kind] for kind in PERSONAL_KINDS if kind in found]


def interest_years_settled(scope: str) -> list[tuple[int, int, int, int, bool]]:
    """(year, accounts, fen of interest, rate in ppm, provisional) of what is settled below a place, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT y.year, count(*), sum(y.interest_fen)::bigint, y.rate_ppm, y.is_provisional FROM ledger_interestyear AS y"
            " JOIN people_enrolment AS e ON e.id = y.enrolment_id WHERE y.is_live AND e.division_path LIKE %s"
            " GROUP BY y.year, y.rate_ppm, y.is_provisional ORDER BY y.year DESC, y.rate_ppm",
            [scope + "%"],
        )
        return list(cursor.fetchall())
