"""What a place has of terminals, and where the assistant's book, the terminal and the treasury differ.

Worked example: 新民村 wrote 500.00 of 王秀兰 for May, the terminal has these and 300.00 of 刘桂英: `village_differences` gives
one row, 刘桂英, 0 in the list, 30000 at the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.contributions.models import PosTerminal
from jubao.people.models import Division

_DIFFERENCES = """
    SELECT coalesce(a.enrolment_id, b.enrolment_id), coalesce(a.year, b.year), coalesce(a.fen, 0)::bigint,
           coalesce(b.fen, 0)::bigint, p.name, p.personal_number
    FROM ({ours}) AS a FULL JOIN ({theirs}) AS b ON b.enrolment_id = a.enrolment_id AND b.year = a.year
    JOIN people_enrolment AS e ON e.id = coalesce(a.enrolment_id, b.enrolment_id)
    JOIN people_person AS p ON p.id = e.person_id
    WHERE coalesce(a.fen, 0) <> coalesce(b.fen, 0)
    ORDER BY p.name_key, 1, 2
"""
_BOOK = """
    SELECT enrolment_id, year, sum(amount_fen) AS fen FROM contributions_villageline
    WHERE division_path LIKE %(path)s AND month = %(month)s AND is_live AND means = 'pos' GROUP BY enrolment_id, year
"""
_TERMINAL = """
    SELECT enrolment_id, year, sum(amount_fen) AS fen FROM contributions_postransaction
    WHERE division_path LIKE %(path)s AND month = %(month)s AND is_live GROUP BY enrolment_id, year
"""
_LEDGER = """
    SELECT v.enrolment_id, v.year, sum(v.amount_fen) AS fen FROM contributions_villageline AS v
    JOIN contributions_townshipledger AS l ON l.id = v.ledger_id
    WHERE l.division_path = %(place)s AND l.month = %(month)s AND v.means = 'pos' GROUP BY v.enrolment_id, v.year
"""
_RECEIVED = """
    SELECT t.enrolment_id, t.year, sum(t.amount_fen) AS fen FROM contributions_taxrecord AS t
    JOIN people_enrolment AS e ON e.id = t.enrolment_id
    WHERE e.division_path LIKE %(path)s AND t.month = %(month)s AND t.is_live GROUP BY t.enrolment_id, t.year
"""


@dataclass(frozen=True)
class Difference:
    """One person and contribution year on which two sides differ; fen on either side, 0 where it has nothing."""

    enrolment_id: UUID
    year: int
    ours_fen: int
    theirs_fen: int
    name: str
    personal_number: str


@dataclass(frozen=True)
class Sums:
    """Persons, lines and fen."""

    persons: int
    lines: int
    fen: int


def villages_without_terminal(scope: str) -> list[Division]:
    """The villages under a place that have no terminal in use (SS-03-6-1b)."""
    served = PosTerminal.objects.filter(until_on__isnull=True, has_village=True).values("division_path")
    found = Division.objects.filter(path__startswith=scope, level="village", valid_until__isnull=True)
    return list(found.exclude(path__in=served).order_by("path"))


def terminals_without_village(scope: str) -> list[PosTerminal]:
    """The terminals in use that belong to no village, or to one that is no more."""
    live = Division.objects.filter(level="village", valid_until__isnull=True).values("path")
    found = PosTerminal.objects.filter(until_on__isnull=True, division_path__startswith=scope)
    return list(found.exclude(has_village=True, division_path__in=live).order_by("number"))


def village_differences(village_path: str, month: int) -> list[Difference]:
    """The assistant's list (ours) against the terminal (theirs), by person and contribution year (SS-09-2)."""
    return _differences(_BOOK, _TERMINAL, village_path, month)


def township_differences(township_path: str, month: int) -> list[Difference]:
    """The archived ledger of a township (ours) against the money the treasury received (theirs) (SS-10-1)."""
    return _differences(_LEDGER, _RECEIVED, township_path, month)


def book_sums(path: str, month: int) -> Sums:
    """Persons, lines and fen of the books under a place in a month."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT enrolment_id), count(*), coalesce(sum(amount_fen), 0)::bigint"
            " FROM contributions_villageline WHERE division_path LIKE %s AND month = %s AND is_live",
            [path + "%", month],
        )
        return Sums(*(int(value) for value in cursor.fetchone()))


def received_fen(township_path: str, month: int) -> int:
    """What the treasury received in a month for the people of a township, by the tax list."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(fen), 0)::bigint FROM ({_RECEIVED}) AS r",
            {"path": township_path + "%", "month": month},
        )
        return int(cursor.fetchone()[0])


def _differences(ours: str, theirs: str, path: str, month: int) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENCES.format(ours=ours, theirs=theirs), {"path": path + "%", "place": path, "month": month}
        )
        return [
            Difference(row[0], int(row[1]), int(row[2]), int(row[3]), row[4], row[5])
            for row in cursor.fetchall()
        ]


def unpaid_years(enrolment_id: UUID, first: int, today: date) -> list[int]:
    """The years from `first` to the last one over for which nobody paid: what may be made up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT y FROM generate_series(%s, %s) AS y WHERE NOT EXISTS (SELECT 1 FROM contributions_contribution AS c"
            " WHERE c.enrolment_id = %s AND c.year = y AND c.is_live AND c.payer IN ('own', 'on_behalf')) ORDER BY y",
            [first, today.year - 1, enrolment_id],
        )
        return [int(row[0]) for row in cursor.fetchall()]
