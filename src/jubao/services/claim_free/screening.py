"""The month's screening of a whole district: the facts of everybody near sixty, judged by the rules in one query, read only.

Worked example: 綦江 on 2026-11-01: 140 people lie in their window, 96 of them with no obstacle. Whoever is on a list already is
not screened again; whoever waived or was revoked is excluded for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from jubao.facts.claim_screening import screening_rows
from jubao.kernel.dates import add_months
from jubao.kernel.month import Month
from jubao.matching.batch_extract import FACTS, ScreeningTerms, check_sample, screen, screening_terms
from jubao.matching.extract_facts import other_bank_sql
from jubao.matching.period import numbered_date
from jubao.policy import load_pack
from jubao.rules.registry import RULES, decode
from jubao.services.claim_free.check import query_of

AGE_MONTHS = 60 * 12
ON_A_LIST = ("flagged", "used")
_PRIVATE = ("payout_account_value", "source_row", "person_id", "enrolment_id", "division_path")


@dataclass(frozen=True)
class ScreenedPerson:
    """One person inside the window: whose enrolment, every obstacle in order, the facts, the window."""

    enrolment_id: UUID
    person_id: UUID
    division_path: str
    obstacles: tuple[str, ...]
    window_from: date
    window_until: date
    facts: dict[str, Any] = field(repr=False)

    @property
    def decision(self) -> str:
        """candidate | excluded."""
        return "excluded" if self.obstacles else "candidate"


def terms_of_month(district_code: str, month: Month, drawn_on: date) -> ScreeningTerms:
    """What the district's pack says. Raises NotCovered CLAIM_FREE_NOT_COVERED."""
    return screening_terms(load_pack(district_code), month, int(f"{drawn_on:%Y%m%d}"))


def screen_month(*, scope: str, terms: ScreeningTerms, drawn_on: date) -> list[ScreenedPerson]:
    """Everybody inside the window who is on no list yet, in the order of enrolments. It only reads, inside the caller's scope."""
    rows = screening_rows(
        prefix=scope,
        drawn_on=drawn_on,
        born_from=add_months(drawn_on, -AGE_MONTHS - 1),
        born_until=add_months(drawn_on, -AGE_MONTHS + 5),
        **query_of(terms),
    )
    return list(_judged(rows, terms)) if rows.num_rows else []


def _judged(rows: pa.Table, terms: ScreeningTerms) -> Iterator[ScreenedPerson]:
    found = _screened(rows, terms)
    rule = RULES["claim_free_obstacles"]
    by_row = {row["source_row"]: row for row in rows.to_pylist()}
    for source_row, mask, window_from, window_until in found:
        row = by_row[source_row]
        if row["flag_state"] in ON_A_LIST:
            continue
        facts = {name: value for name, value in row.items() if name not in _PRIVATE}
        facts["has_payout_account"] = row["payout_account_value"] != ""
        yield ScreenedPerson(
            UUID(row["enrolment_id"]), UUID(row["person_id"]), row["division_path"], decode(rule, mask),
            numbered_date(window_from), numbered_date(window_until), facts,
        )  # fmt: skip


@contextmanager
def screening(rows: pa.Table, terms: ScreeningTerms) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose table `screened` holds the answers of the rules for each row, also outside the window."""
    con = duckdb.connect()
    try:
        con.register("member", rows)
        computed = {
            "has_payout_account": "payout_account_value <> ''",
            "is_other_bank": other_bank_sql(terms.paying_banks),
        }
        columns = ", ".join(f"{computed[name]} AS {name}" if name in computed else name for name in FACTS)
        con.execute(f"CREATE TEMP TABLE candidates AS SELECT source_row, {columns} FROM member")
        screen(con, "candidates", terms)
        yield con
    finally:
        con.close()


def _screened(rows: pa.Table, terms: ScreeningTerms) -> list[tuple[int, int, int, int]]:
    """The rules over the rows of the window: row, obstacles, first and last day of the window."""
    with screening(rows, terms) as con:
        check_sample(con, terms)
        return con.execute(
            "SELECT source_row, claim_free_obstacles, claim_window_from, claim_window_until FROM screened"
            " WHERE is_in_claim_window ORDER BY source_row"
        ).fetchall()
