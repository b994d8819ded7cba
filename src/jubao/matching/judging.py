"""One run from clean tables to a judged table: link, collect, guard, judge, and check what came out.

Worked example: with `subjects` of 3 persons and a `feed_0` of TRAIN naming one of them, `judge` leaves the tables
`evidence` (one row) and `judged` (three rows: one eligible, two to verify) and answers no guard.

The run itself asserts that every subject is on exactly one list and recomputes a hash-chosen part by the scalar
evaluator; any difference stops it before a line is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.matching.evidence import certification_join, evidence_select, exact_join, fuzzy_join
from jubao.matching.facts import CONSTANTS, RESULTS, facts_sql, gathered_sql, judged_sql
from jubao.matching.plan import CERTIFICATION, FeedSource, Plan
from jubao.rules.evaluate import explain

SAMPLE_PER_MILLE = 1
CERTIFICATION_FEED = -1


class RunBlocked(DomainError):
    """The run found a fault in itself: nothing is published."""

    exit_code = 1


class Engine(Protocol):
    """What the steps need from an engine; DuckDB and Spark offer it."""

    def create(self, name: str, sql: str) -> None:
        """Store the result of a SELECT (DuckDB dialect) as a table."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""


@dataclass(frozen=True)
class Feed:
    """One file of a source, cleaned into the table `table`; `links` holds its fuzzy links, if it has any."""

    number: int
    source: FeedSource
    table: str
    links: str | None = None


@dataclass(frozen=True)
class Guard:
    """A source that hit far more persons than its ceiling."""

    source: FeedSource
    matched: int
    ceiling: int


def judge(engine: Engine, plan: Plan, feeds: Sequence[Feed], roster_rows: int) -> list[Guard]:
    """Leave the tables `evidence`, `gathered`, `facts` and `judged`; answer the guards raised."""
    engine.create("evidence", evidence_union(plan, feeds))
    engine.create("gathered", gathered_sql())
    engine.create("facts", facts_sql(plan))
    guards = guards_raised(engine, plan, feeds, roster_rows)
    engine.create("judged", judged_sql(plan, "facts", guarded_mask(guards)))
    assert_partition(engine)
    assert_sample(engine, plan, guarded_mask(guards))
    return guards


def evidence_union(plan: Plan, feeds: Sequence[Feed]) -> str:
    """All evidence of the run in one SELECT: each feed's exact links, its fuzzy links, the roster's certifications."""
    own = plan.sources[CERTIFICATION]
    parts = [evidence_select(plan, own, CERTIFICATION_FEED, certification_join())]
    for feed in feeds:
        dated = feed.source.counts_when.min_age_years is not None
        parts.append(
            evidence_select(plan, feed.source, feed.number, exact_join(feed.table, with_dates=dated))
        )
        if feed.links is not None:
            links = fuzzy_join(feed.table, feed.links, with_dates=dated)
            parts.append(evidence_select(plan, feed.source, feed.number, links))
    return " UNION ALL ".join(parts)


def guarded_mask(guards: Sequence[Guard]) -> int:
    """The bits of the guarded sources."""
    return sum(1 << guard.source.position for guard in guards)


def guards_raised(engine: Engine, plan: Plan, feeds: Sequence[Feed], roster_rows: int) -> list[Guard]:
    """Sources whose counting matches lie above their ceiling (parts per million of the roster) and above the minimum."""
    watched = {feed.source.code: feed.source for feed in feeds if feed.source.ceiling_ppm is not None}
    if not watched:
        return []
    counts = ", ".join(
        f"SUM(CASE WHEN ((life_mask | loss_mask) & {1 << source.position}) <> 0 THEN 1 ELSE 0 END) AS n{i}"
        for i, source in enumerate(watched.values())
    )
    found = engine.rows(f"SELECT {counts} FROM gathered")[0]
    raised = []
    for source, matched in zip(watched.values(), found, strict=True):
        ceiling = max(plan.guard_minimum, (source.ceiling_ppm or 0) * roster_rows // 1_000_000)
        if (matched or 0) > ceiling:
            raised.append(Guard(source, int(matched), ceiling))
    return raised


def assert_partition(engine: Engine) -> None:
    """Every subject has exactly one list. Raises RunBlocked."""
    subjects, judged, persons, unlisted = engine.rows(
        "SELECT (SELECT COUNT(*) FROM subjects), COUNT(*), COUNT(DISTINCT subject),"
        " SUM(CASE WHEN list_code IN (1, 2, 3, 4) THEN 0 ELSE 1 END) FROM judged"
    )[0]
    if not subjects == judged == persons or unlisted:
        raise RunBlocked(
            "PARTITION_BROKEN",
            _("花名册 {subjects} 人，判断 {judged} 行（{persons} 人），{unlisted} 人不在任何名单。").format(
                subjects=subjects, judged=judged, persons=persons, unlisted=unlisted or 0
            ),
            remedy=_("这是程序错误，没有输出任何名单，请报告。"),
        )


RULE_FACTS = (
    "scheme", "payment_state", "benefit_kind", "birth_date", "has_benefit_start_month", "benefit_start_month",
    "is_number_shared", "certified_day", "life_day", "death_day", "last_death_day",
)  # fmt: skip
RAW_FACTS = (
    "life_mask", "loss_mask", "mismatch_mask", "missing_mask", "fuzzy_mask", "unclear_mask", "impossible_mask", "death_count",
    "alive_count",
)  # fmt: skip


def assert_sample(engine: Engine, plan: Plan, guarded: int) -> None:
    """Recompute a chosen 1 ‰ (all of a small roster's first thousand) by the scalar rules. Raises RunBlocked."""
    columns = ("subject", *RULE_FACTS, *RAW_FACTS, *RESULTS)
    chosen = engine.rows(
        f"SELECT {', '.join(columns)} FROM judged WHERE (subject * 7919 + 13) % 1000 < {SAMPLE_PER_MILLE}"
    )
    for row in chosen:
        known = dict(zip(columns, row, strict=True))
        computed = recompute(plan, known, guarded)
        differing = [name for name in RESULTS if computed[name] != known[name]]
        if differing:
            raise RunBlocked(
                "EVALUATORS_DIFFER",
                _("第 {subject} 人的批量结果与逐人复算不一致：{names}。").format(
                    subject=known["subject"], names="、".join(differing)
                ),
                remedy=_("这是程序错误，没有输出任何名单，请报告。"),
            )


def recompute(plan: Plan, row: Mapping[str, Any], guarded: int) -> dict[str, Any]:
    """The judgement of one person by the scalar evaluator, from the row's facts."""
    return explain(
        ["list_code", "has_different_death_days", "last_life_day"], known_of(plan, row, guarded)
    ).values


def known_of(plan: Plan, row: Mapping[str, Any], guarded: int) -> dict[str, Any]:
    """Facts and constants of one person as the rules name them."""
    known = {name: row[name] for name in RULE_FACTS} | {name: plan.constants[name] for name in CONSTANTS}
    return known | {
        "has_life": row["life_mask"] & ~guarded != 0,
        "has_loss": row["loss_mask"] & ~guarded != 0,
        "has_guarded_life": row["life_mask"] & guarded != 0,
        "has_guarded_loss": row["loss_mask"] & guarded != 0,
        "has_mismatch": row["mismatch_mask"] != 0,
        "has_missing_name": row["missing_mask"] != 0,
        "has_fuzzy": row["fuzzy_mask"] != 0,
        "has_unclear": row["unclear_mask"] != 0,
        "has_impossible_death": row["impossible_mask"] != 0,
        "has_death": row["death_count"] > 0,
        "is_registered_alive": plan.has_register_conflict and row["alive_count"] > 0,
    }


__all__ = ["Engine", "Feed", "Guard", "RunBlocked", "guarded_mask", "judge", "known_of", "recompute"]
