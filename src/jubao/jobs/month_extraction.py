"""The list of a month: candidates of the claim-free way with every reason, elsewhere the people who turn sixty next month.

Worked example: 綦江 on 2026-11-01 screens 140 people near sixty: 96 candidates, 20 excluded, headline PAYOUT … first; 松山 lists
the 31 people whose sixtieth birthday lies in 2026-12 (SS-21-1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts.claim_screening import screening_rows
from jubao.kernel.dates import add_months
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.matching.batch_extract import FACTS, ScreeningTerms, check_sample, screen, screening_terms
from jubao.matching.extract_facts import other_bank_sql
from jubao.policy import load_pack
from jubao.rules.registry import RULES, decode

CANDIDATE, EXCLUDED, ABOUT_TO_QUALIFY = "candidate", "excluded", "about_to_qualify"
AGE_MONTHS = 60 * 12
_FACT_SQL = {
    "has_payout_account": "COALESCE(payout_account_value, '') <> ''",
}


@dataclass(frozen=True)
class Extracted:
    """Whom the month concerns. `people`: enrolment, decision, headline reason."""

    is_claim_free: bool
    people: list[tuple[str, str, str]] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """For the table that a clerk sees, and for the page of the list."""
        reasons: dict[str, int] = {}
        for _enrolment, decision, headline in self.people:
            if decision == EXCLUDED:
                reasons[headline] = reasons.get(headline, 0) + 1
        counts = {
            name: sum(1 for one in self.people if one[1] == name)
            for name in (CANDIDATE, EXCLUDED, ABOUT_TO_QUALIFY)
        }
        return {
            "claim_free": self.is_claim_free,
            **{name: count for name, count in counts.items() if count},
            "reasons": dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
            "people": [list(one) for one in self.people],
        }


def extract_month(*, actor: Actor, district_code: str, month: Month) -> Extracted:
    """Draw the list of a month on its first day. It only reads."""
    pack, drawn_on = load_pack(district_code), month.first_day
    try:
        terms: ScreeningTerms | None = screening_terms(pack, month, int(f"{drawn_on:%Y%m%d}"))
    except NotCovered:
        terms = None
    if terms is None:
        return _about_to_qualify(actor, month)
    groups = terms.excluding_groups
    rows = _rows(
        actor, drawn_on, add_months(drawn_on, -AGE_MONTHS - 1), add_months(drawn_on, -AGE_MONTHS + 5), groups
    )
    return Extracted(True, _screened(rows, terms) if rows.num_rows else [])


def _rows(actor: Actor, drawn_on: date, first: date, last: date, groups: tuple[str, ...]) -> pa.Table:
    with read_scope(actor.scope):
        return screening_rows(
            prefix=actor.scope, drawn_on=drawn_on, born_from=first, born_until=last, excluding_groups=groups
        )


def _about_to_qualify(actor: Actor, month: Month) -> Extracted:
    following = month + 1
    first, last = (
        Month.from_index(following.index - AGE_MONTHS).first_day,
        Month.from_index(following.index - AGE_MONTHS).last_day,
    )
    rows = _rows(actor, month.first_day, first, last, ())
    return Extracted(
        False, [(enrolment, ABOUT_TO_QUALIFY, "") for enrolment in rows["enrolment_id"].to_pylist()]
    )


def _screened(rows: pa.Table, terms: ScreeningTerms) -> list[tuple[str, str, str]]:
    """The rules over the rows; who lies outside the window is no part of the list."""
    con = duckdb.connect()
    con.register("member", rows)
    facts = {**_FACT_SQL, "is_other_bank": other_bank_sql(terms.paying_banks)}
    columns = ", ".join(f"{facts[name]} AS {name}" if name in facts else name for name in FACTS)
    con.execute(
        f"CREATE TEMP TABLE candidates AS SELECT source_row, {columns}"
        " FROM (SELECT *, payout_account_value IS NOT NULL AS has_account FROM member)"
    )
    screen(con, "candidates", terms)
    check_sample(con, terms)
    found = con.execute(
        "SELECT m.enrolment_id, s.claim_free_decision, s.claim_free_obstacles FROM screened AS s"
        " JOIN member AS m USING (source_row) WHERE s.is_in_claim_window ORDER BY source_row"
    ).fetchall()
    con.close()
    rule = RULES["claim_free_obstacles"]
    listed = []
    for enrolment, _decision, mask in found:
        obstacles = decode(rule, mask)
        listed.append((enrolment, EXCLUDED if obstacles else CANDIDATE, obstacles[0] if obstacles else ""))
    return listed
