"""One person's account for any span of days, as rows: what stood there, each posting, interest, payments, what stands now.

Worked example: 2025 of a participant: opening 1 000.00, +500.00 个人缴费, +70.00 补贴, +28.32 利息, closing 1 598.32; by source
the same sums again; the years below with one column per item.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.ledger.moves import PERSONAL_KINDS

_ENTRIES = """
    SELECT t.value_date, t.code, a.kind, t.credit_account_id = a.id AS is_credit, t.amount_fen, t.reverses_id IS NOT NULL,
           t.reason, t.benefit_month, t.id
    FROM ledger_account AS a
    JOIN ledger_transfer AS t ON t.credit_account_id = a.id OR t.debit_account_id = a.id
    WHERE a.enrolment_id = %(enrolment)s AND t.phase IN ('posted', 'post') AND t.value_date BETWEEN %(first)s AND %(last)s
    ORDER BY t.value_date, t.recorded_at, t.id
"""
_SOURCES = """
    SELECT a.kind,
           coalesce(sum(m.fen) FILTER (WHERE m.value_date < %(first)s), 0)::bigint,
           coalesce(sum(m.fen) FILTER (WHERE m.value_date >= %(first)s AND m.fen > 0), 0)::bigint,
           coalesce(-sum(m.fen) FILTER (WHERE m.value_date >= %(first)s AND m.fen < 0), 0)::bigint,
           coalesce(sum(m.fen), 0)::bigint
    FROM ledger_account AS a LEFT JOIN LATERAL (
        SELECT t.value_date, CASE WHEN t.credit_account_id = a.id THEN t.amount_fen ELSE -t.amount_fen END AS fen
        FROM ledger_transfer AS t
        WHERE (t.credit_account_id = a.id OR t.debit_account_id = a.id) AND t.phase IN ('posted', 'post')
          AND t.value_date <= %(last)s) AS m ON true
    WHERE a.enrolment_id = %(enrolment)s GROUP BY a.kind
"""
_YEARS = """
    SELECT year, sum(own)::bigint, sum(on_behalf)::bigint, sum(collective)::bigint, sum(sponsor)::bigint,
           sum(subsidy)::bigint, sum(interest)::bigint, bool_or(waits) FROM (
        SELECT year, CASE payer WHEN 'own' THEN amount_fen ELSE 0 END AS own,
               CASE payer WHEN 'on_behalf' THEN amount_fen ELSE 0 END AS on_behalf,
               CASE payer WHEN 'collective' THEN amount_fen ELSE 0 END AS collective,
               CASE payer WHEN 'sponsor' THEN amount_fen ELSE 0 END AS sponsor,
               coalesce(subsidy_fen, 0) AS subsidy, 0 AS interest, subsidy_fen IS NULL AS waits
        FROM contributions_contribution WHERE enrolment_id = %(enrolment)s AND is_live
        UNION ALL
        SELECT year, 0, 0, 0, 0, 0, interest_fen, false FROM ledger_interestyear
        WHERE enrolment_id = %(enrolment)s AND is_live) AS items
    GROUP BY year ORDER BY year
"""


@dataclass(frozen=True)
class Entry:
    """One posting as the statement shows it; `balance_fen` is the whole account after it."""

    value_date: date
    code: str
    part: str
    in_fen: int
    out_fen: int
    is_reversal: bool
    reason: str
    benefit_month: int | None
    balance_fen: int


@dataclass(frozen=True)
class SourceLine:
    """One part of the account: opening, in, out, closing."""

    part: str
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int


@dataclass(frozen=True)
class YearLine:
    """One contribution year by item; `waits` when its subsidy is not transferred yet (B1)."""

    year: int
    own_fen: int
    on_behalf_fen: int
    collective_fen: int
    sponsor_fen: int
    subsidy_fen: int
    interest_fen: int
    waits: bool

    @property
    def total_fen(self) -> int:
        """What the year brought into the account."""
        return (
            self.own_fen + self.on_behalf_fen + self.collective_fen + self.sponsor_fen + self.subsidy_fen
            + self.interest_fen
        )  # fmt: skip


@dataclass(frozen=True)
class AccountStatement:
    """The whole statement; the entries and the sources come to the same closing balance."""

    first: date
    last: date
    entries: tuple[Entry, ...]
    sources: tuple[SourceLine, ...]
    years: tuple[YearLine, ...]

    @property
    def opening_fen(self) -> int:
        """What stood there before the first day."""
        return sum(one.opening_fen for one in self.sources)

    @property
    def closing_fen(self) -> int:
        """What stands there after the last day."""
        return sum(one.closing_fen for one in self.sources)


def account_statement(enrolment_id: UUID, first: date, last: date) -> AccountStatement:
    """The statement of one account for the days `first` to `last`, both included."""
    given = {"enrolment": enrolment_id, "first": first, "last": last}
    order = {kind: place for place, kind in enumerate(PERSONAL_KINDS)}
    sources = sorted((SourceLine(*row) for row in _rows(_SOURCES, given)), key=lambda one: order[one.part])
    balance = sum(one.opening_fen for one in sources)
    entries = []
    for day, code, part, is_credit, fen, is_reversal, reason, month, _key in _rows(_ENTRIES, given):
        balance += fen if is_credit else -fen
        entries.append(
            Entry(
                day,
                code,
                part,
                fen if is_credit else 0,
                0 if is_credit else fen,
                is_reversal,
                reason,
                month,
                balance,
            )
        )
    years = tuple(YearLine(*row) for row in _rows(_YEARS, given))
    return AccountStatement(first, last, tuple(entries), tuple(sources), years)


def without_statement(scope: str, year: int) -> tuple[str, dict[str, Any]]:
    """SELECT of the enrolments with an account that got no statement for a year, with its parameters."""
    return (
        "SELECT e.id AS enrolment_id, e.division_path, e.person_id FROM people_enrolment AS e"
        " WHERE e.division_path LIKE %(path)s"
        " AND EXISTS (SELECT 1 FROM ledger_account AS a WHERE a.enrolment_id = e.id)"
        " AND NOT EXISTS (SELECT 1 FROM ledger_statement AS s WHERE s.enrolment_id = e.id AND s.year = %(year)s)"
        " AND e.enrolled_on < make_date(%(year)s + 1, 1, 1)"
        " AND (e.ended_on IS NULL OR e.ended_on >= make_date(%(year)s, 1, 1))",
        {"path": scope + "%", "year": year},
    )


def missing_by_township(scope: str, year: int) -> list[tuple[str, str, int]]:
    """Who has had no statement for a year: (path, township, people), the most first (SS-15-1)."""
    select, given = without_statement(scope, year)
    return [
        (path, name, int(count))
        for path, name, count in _rows(
            f"""
            SELECT t.path, t.name, count(*) FROM ({select}) AS m
            JOIN people_division AS t ON t.level = 'township' AND t.valid_until IS NULL
                 AND m.division_path LIKE t.path || '%%'
            GROUP BY t.path, t.name ORDER BY 3 DESC, 1
            """,
            given,
        )
    ]


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
