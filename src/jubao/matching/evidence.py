"""Evidence of one run: records joined to the roster, each with its link and whether it counts. SQL text only.

Worked example: a TRAIN row of 2024-05-02 with the number and the name of a person on the roster becomes
(subject 17, feed 0, row 5, link 0 = exact, use 0 = counts); with another name the link is 1 and it changes nothing.

Tables in: `subjects` (one row per person and scheme on the roster) and `feed_<i>` (one row per readable record), as made
by `normalise`. Everything here is plain SQL of the tested subset, so that Spark runs the same text.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp, parse_one

from jubao.matching.plan import CERTIFICATION, FeedSource, Plan
from jubao.rules import judgement as j
from jubao.rules.evaluate import select
from jubao.rules.vocabulary import Col

EVIDENCE_COLUMNS = (
    "subject", "feed", "source_row", "event_day", "record_nature", "link", "score_ppm", "is_life", "bit", "evidence_use",
)  # fmt: skip
RECORD_FACTS = ("record_fault", "has_event_day", "event_day", "sentence_until_day", "record_nature")


def column(sql: str) -> Col:
    """A SQL text as a column object, for facts that are computed on the way."""
    parsed = parse_one(sql, read="duckdb")
    if not isinstance(parsed, exp.Expression):
        raise TypeError(f"no SQL expression: {sql}")
    return Col(parsed)


def evidence_select(plan: Plan, source: FeedSource, feed: int, joined: str) -> str:
    """Records already joined to subjects → evidence of one feed.

    `joined` is a SELECT with the record's facts, `link`, `score_ppm` and the subject's columns.
    """
    known = _constants(plan, source)
    query = select(["evidence_use"], _facts(known), known, _subquery(joined))
    return (
        f"SELECT subject, {feed} AS feed, source_row, event_day, record_nature, link, score_ppm,"
        f" {_true(source.is_life)} AS is_life, CAST({1 << source.position} AS BIGINT) AS bit, evidence_use"
        f" FROM ({query.sql(dialect='duckdb')}) AS judged"
    )


def _subquery(sql: str) -> exp.Expression:
    parsed = parse_one(sql, read="duckdb")
    if not isinstance(parsed, exp.Query):
        raise TypeError("evidence needs a SELECT")
    return parsed.subquery("joined")


def _true(value: bool) -> str:
    return "TRUE" if value else "FALSE"


MARK_NATURES = {"dead": j.DEATH, "missing": j.MISSING, "in_prison": j.CUSTODY}
FACTS = (
    *RECORD_FACTS, "scheme", "benefit_kind", "benefit_start_day", "birth_day",
)  # fmt: skip


def _facts(known: dict[str, Any]) -> list[str]:
    return [fact for fact in FACTS if fact not in known]


def _constants(plan: Plan, source: FeedSource) -> dict[str, Any]:
    """What the rules take from the source: its window, its schemes, its relations, its age."""
    first, last = source.window_days
    counts = source.counts_when
    relations = tuple(counts.relations or ())
    known: dict[str, Any] = {
        "as_of_day": plan.constants["as_of_day"],
        "window_from_day": first,
        "window_until_day": last,
        "is_date_needed": source.is_life,
        "is_source_for_scheme": column(_scheme_condition(source)),
        "is_relation_limited": column("scheme = 'injury_long_term_benefit'") if relations else False,
        "has_benefit_kind": column("benefit_kind <> ''"),
        "source_relations": relations,
        "is_marriage": bool(counts.after_benefit_start),
        "is_old_enough": True,
    }
    if counts.min_age_years is not None:
        del known["is_old_enough"]
        known |= {
            "evidence_min_age_years": counts.min_age_years,
            "event_date": column("event_date"),
            "birth_date": column("birth_date"),
        }
    if source.is_life:
        known["is_death_before_birth"] = False
    return known


def _scheme_condition(source: FeedSource) -> str:
    """A source counts for its schemes, and for some schemes only with some marks (CQ-13-2-01: not custody)."""
    if source.code == CERTIFICATION:
        return "TRUE"
    conditions = [_in("scheme", source.schemes)]
    for scheme, marks in (source.counts_when.mark_by_scheme or {}).items():
        natures = ", ".join(str(MARK_NATURES[mark]) for mark in marks)
        conditions.append(f"(scheme <> '{scheme}' OR record_nature IN ({natures}))")
    return " AND ".join(conditions)


def _in(name: str, values: tuple[str, ...]) -> str:
    return f"{name} IN ({', '.join(repr(value) for value in values)})" if values else "FALSE"


def exact_join(feed_table: str, *, with_dates: bool) -> str:
    """Records and subjects with one number; the name decides the link."""
    dates = ", f.event_date, s.birth_date" if with_dates else ""
    return (
        f"SELECT s.subject, f.source_row, f.event_day, f.has_event_day, f.sentence_until_day, f.record_fault,"
        f" f.record_nature, CAST(0 AS BIGINT) AS score_ppm, CASE WHEN f.name_hash = 0 THEN {j.NAME_MISSING}"
        f" WHEN f.name_hash = s.name_hash THEN {j.EXACT} ELSE {j.NAME_MISMATCH} END AS link,"
        f" s.scheme, s.benefit_kind, s.benefit_start_day, s.birth_day{dates}"
        f" FROM {feed_table} AS f INNER JOIN subjects AS s ON f.id_key = s.id_key WHERE f.id_key <> 0"
    )


def fuzzy_join(feed_table: str, links_table: str, *, with_dates: bool) -> str:
    """Records without a usable number and the persons they resemble, with the probability as score."""
    dates = ", f.event_date, s.birth_date" if with_dates else ""
    return (
        f"SELECT s.subject, f.source_row, f.event_day, f.has_event_day, f.sentence_until_day, f.record_fault,"
        f" f.record_nature, l.score_ppm, {j.FUZZY} AS link, s.scheme, s.benefit_kind, s.benefit_start_day, s.birth_day{dates}"
        f" FROM {feed_table} AS f INNER JOIN {links_table} AS l ON f.source_row = l.source_row"
        f" INNER JOIN subjects AS s ON l.subject = s.subject"
    )


def certification_join() -> str:
    """The roster's own certifications as records of life."""
    return (
        f"SELECT s.subject, s.source_row, s.certified_day AS event_day, TRUE AS has_event_day,"
        f" CAST({j.FOREVER} AS BIGINT) AS sentence_until_day, 0 AS record_fault, {j.PRESENCE} AS record_nature,"
        f" CAST(0 AS BIGINT) AS score_ppm, {j.EXACT} AS link, s.scheme, s.benefit_kind, s.benefit_start_day, s.birth_day"
        f" FROM subjects AS s WHERE s.certified_day > {j.NO_DAY}"
    )
