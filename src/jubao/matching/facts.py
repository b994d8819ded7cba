"""From evidence to one row of facts per subject, and from facts to the judgement. SQL text only.

Worked example: one exact TRAIN record that counts and one exact CREMATION record give life_mask = TRAIN's bit, loss_mask =
CREMATION's bit, has_death; the rules answer doubts = CONFLICT and list 3 (to verify).

Aggregation belongs here, decisions belong to `jubao.rules.judgement`.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from jubao.matching.evidence import column
from jubao.matching.plan import Plan
from jubao.rules import certification as _certification  # noqa: F401  registers the rules
from jubao.rules import judgement as j
from jubao.rules.evaluate import select
from jubao.rules.vocabulary import Col

_COUNTS = f"evidence_use = {j.USED}"
_HINT = f"evidence_use <= {j.LAST_HINT}"
MASKS = (
    ("life_mask", f"is_life AND link = {j.EXACT} AND {_COUNTS}"),
    ("loss_mask", f"NOT is_life AND link = {j.EXACT} AND {_COUNTS}"),
    ("mismatch_mask", f"NOT is_life AND link = {j.NAME_MISMATCH} AND {_HINT}"),
    ("missing_mask", f"NOT is_life AND link = {j.NAME_MISSING} AND {_HINT}"),
    ("fuzzy_mask", f"NOT is_life AND link = {j.FUZZY} AND {_HINT}"),
    (
        "unclear_mask",
        f"NOT is_life AND link = {j.EXACT} AND evidence_use > 0 AND evidence_use < {j.BEFORE_BIRTH}",
    ),
    ("impossible_mask", f"NOT is_life AND link = {j.EXACT} AND evidence_use = {j.BEFORE_BIRTH}"),
)
_LIFE, _LOSS = MASKS[0][1], MASKS[1][1]
_DEATH = f"{_LOSS} AND record_nature = {j.DEATH}"
DAYS = (
    ("life_day", f"MAX(CASE WHEN {_LIFE} THEN event_day ELSE {j.NO_DAY} END)"),
    ("loss_day", f"MAX(CASE WHEN {_LOSS} THEN event_day ELSE {j.NO_DAY} END)"),
    ("death_count", f"SUM(CASE WHEN {_DEATH} THEN 1 ELSE 0 END)"),
    ("death_day", f"MIN(CASE WHEN {_DEATH} AND event_day > {j.NO_DAY} THEN event_day ELSE {j.FOREVER} END)"),
    ("last_death_day", f"MAX(CASE WHEN {_DEATH} THEN event_day ELSE {j.NO_DAY} END)"),
    (
        "alive_count",
        f"SUM(CASE WHEN link = {j.EXACT} AND evidence_use = {j.REGISTERED_ALIVE} THEN 1 ELSE 0 END)",
    ),
)


def gathered_sql(evidence: str = "evidence") -> str:
    """One row per subject that has any evidence: masks of sources by kind, days, counts."""
    masks = ", ".join(
        f"BIT_OR(CASE WHEN {condition} THEN bit ELSE CAST(0 AS BIGINT) END) AS {name}"
        for name, condition in MASKS
    )
    days = ", ".join(f"CAST({sql} AS BIGINT) AS {name}" for name, sql in DAYS)
    return f"SELECT subject, {masks}, {days} FROM {evidence} GROUP BY subject"


NOTHING = {name: 0 for name, _ in MASKS} | {
    "life_day": j.NO_DAY, "loss_day": j.NO_DAY, "death_count": 0, "death_day": j.FOREVER, "last_death_day": j.NO_DAY,
    "alive_count": 0,
}  # fmt: skip
SUBJECT_FACTS = (
    "subject", "scheme", "payment_state", "benefit_kind", "birth_date", "has_benefit_start_month", "benefit_start_month",
    "is_number_shared",
)  # fmt: skip


def facts_sql(plan: Plan, subjects: str = "subjects", gathered: str = "gathered") -> str:
    """Every subject with its facts; nobody's facts are null. A certification after the run is none."""
    own = ", ".join(f"s.{name}" for name in SUBJECT_FACTS)
    own += f", CASE WHEN s.certified_day > {plan.constants['as_of_day']} THEN {j.NO_DAY} ELSE s.certified_day END"
    own += " AS certified_day"
    found = ", ".join(f"COALESCE(g.{name}, {value}) AS {name}" for name, value in NOTHING.items())
    return f"SELECT {own}, {found} FROM {subjects} AS s LEFT JOIN {gathered} AS g ON s.subject = g.subject"


def judgement_facts(plan: Plan, guarded_mask: int) -> dict[str, Any]:
    """The facts of the rules as columns over masks; a guarded source is taken out of what counts."""
    alive = "alive_count > 0" if plan.has_register_conflict else "FALSE"
    open_mask = (1 << 62) - 1 - guarded_mask
    return {
        "has_life": column(f"(life_mask & {open_mask}) <> 0"),
        "has_loss": column(f"(loss_mask & {open_mask}) <> 0"),
        "has_guarded_life": column(f"(life_mask & {guarded_mask}) <> 0"),
        "has_guarded_loss": column(f"(loss_mask & {guarded_mask}) <> 0"),
        "has_mismatch": column("mismatch_mask <> 0"),
        "has_missing_name": column("missing_mask <> 0"),
        "has_fuzzy": column("fuzzy_mask <> 0"),
        "has_unclear": column("unclear_mask <> 0"),
        "has_impossible_death": column("impossible_mask <> 0"),
        "has_death": column("death_count > 0"),
        "is_registered_alive": column(alive),
    }


TARGETS = ("list_code", "has_different_death_days", "last_life_day")
RESULTS = ("standing", "doubts", "list_code", "has_different_death_days", "last_life_day")
CONSTANTS = (
    "as_of", "certification_first_due", "certification_schemes", "certification_subject_states", "dependant_benefit_kinds",
    "dependant_exempt_below_age",
)  # fmt: skip


def judged_sql(plan: Plan, facts: str, guarded_mask: int) -> str:
    """Every subject with list, doubts, standing, and the day its certification counts from; one row per subject."""
    flagged = exp.select("*").from_(facts)
    truths = judgement_facts(plan, guarded_mask)
    for name, value in truths.items():
        flagged = flagged.select(exp.alias_(value.expression, name))
    own = ("scheme", "payment_state", "benefit_kind", "birth_date", "has_benefit_start_month", "benefit_start_month",
           "is_number_shared", "certified_day", "life_day", "death_day", "last_death_day")  # fmt: skip
    known = {name: plan.constants[name] for name in CONSTANTS}
    query = select(TARGETS, (*own, *truths), known, flagged.subquery("flagged"))
    return query.sql(dialect="duckdb")


__all__ = ["RESULTS", "TARGETS", "Col", "facts_sql", "gathered_sql", "judged_sql", "judgement_facts"]
