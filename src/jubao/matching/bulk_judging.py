"""The judgement of a huge run: all rows by what they share, then the special ones by the SQL of the small run.

Worked example: of 10 M rows 300 000 are special (a sign of loss, a number that stands twice, a dependant's scheme); their
verdicts overwrite what the shared judgement said of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jubao.matching.bulk_evidence import EvidenceFile
from jubao.matching.bulk_input import Array
from jubao.matching.bulk_roster import Roster
from jubao.matching.bulk_types import BulkFeed
from jubao.matching.bulk_uses import Uses
from jubao.matching.bulk_verdicts import PlainJudge, Verdicts, standing_groups
from jubao.matching.engines import DuckEngine
from jubao.matching.facts import facts_sql, gathered_sql, judged_sql
from jubao.matching.judging import (
    CERTIFICATION_FEED,
    Feed,
    Guard,
    assert_partition,
    assert_sample,
    evidence_union,
    guarded_mask,
    guards_raised,
)
from jubao.matching.period import day_number
from jubao.matching.plan import CERTIFICATION, Plan
from jubao.matching.publishing import evidence_sql, prepare_lists
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb


def judge_special(
    con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, feeds: Sequence[BulkFeed], facts: Array, special: Array,
    sink: EvidenceFile, verdicts: Verdicts,
) -> list[Guard]:  # fmt: skip
    """The SQL of the small run on the special rows, with what the kernel found for them added."""
    engine = DuckEngine(con)
    used = [Feed(f.number, f.source, f.table, f.links) for f in feeds]
    engine.create("evidence", evidence_union(plan, used))
    con.register("dense_facts", _dense(roster, feeds, facts, special))
    engine.create("gathered", _with_dense(gathered_sql()))
    engine.create("facts", facts_sql(plan))
    guards = guards_raised(engine, plan, used, len(roster))
    engine.create("judged", judged_sql(plan, "facts", guarded_mask(guards)))
    assert_partition(engine)
    assert_sample(engine, plan, guarded_mask(guards))
    prepare_lists(con, plan)
    files = {f.number: (f.source.code, f.inp.name) for f in feeds} | {
        CERTIFICATION_FEED: ("", roster.inp.name)
    }
    sink.add_table(con.sql(evidence_sql(plan, files)).to_arrow_table())
    _take_over(con, roster, verdicts)
    return guards


def _dense(roster: Roster, feeds: Sequence[BulkFeed], facts: Array, special: Array) -> pa.Table:
    """What the kernel found for the special rows, in the masks of the sources."""
    masks = np.zeros(special.size, np.int64)
    for feed in feeds:
        masks |= np.where(
            facts[special, 0] >> feed.number & 1, np.int64(1 << feed.source.position), np.int64(0)
        )
    return pa.table(
        {
            "subject": roster.source_rows[special],
            "dense_mask": masks,
            "dense_day": facts[special, 1].astype(np.int64),
        }
    )


def _with_dense(gathered: str) -> str:
    columns = (
        "loss_mask",
        "mismatch_mask",
        "missing_mask",
        "fuzzy_mask",
        "unclear_mask",
        "impossible_mask",
        "death_count",
        "alive_count",
    )
    kept = ", ".join(f"COALESCE(g.{name}, 0) AS {name}" for name in columns)
    return (
        f"SELECT d.subject, COALESCE(g.life_mask, 0) | d.dense_mask AS life_mask, {kept},"
        f" GREATEST(COALESCE(g.life_day, {j.NO_DAY}), d.dense_day) AS life_day, COALESCE(g.loss_day, {j.NO_DAY}) AS loss_day,"
        f" COALESCE(g.death_day, {j.FOREVER}) AS death_day, COALESCE(g.last_death_day, {j.NO_DAY}) AS last_death_day"
        f" FROM dense_facts AS d LEFT JOIN ({gathered}) AS g ON g.subject = d.subject"
    )


def _take_over(con: duckdb.DuckDBPyConnection, roster: Roster, verdicts: Verdicts) -> None:
    """The answers of the SQL into the verdicts of their rows."""
    found = con.sql(
        "SELECT l.subject, l.list_code, l.headline_reason, l.reasons, v.last_life_day FROM listed AS l"
        " JOIN verdicts AS v ON v.subject = l.subject ORDER BY l.subject"
    ).to_arrow_table()
    rows = np.searchsorted(roster.source_rows, found["subject"].to_numpy())
    verdicts.list_of[rows] = found["list_code"].to_numpy()
    verdicts.until[rows] = found["last_life_day"].to_numpy()
    texts = found["reasons"].combine_chunks().dictionary_encode()
    heads = dict(zip(found["reasons"].to_pylist(), found["headline_reason"].to_pylist(), strict=True))
    numbers = np.array(
        [verdicts.number_of((heads[text], text)) for text in texts.dictionary.to_pylist()], np.int32
    )
    if numbers.size:
        verdicts.text_of[rows] = numbers[texts.indices.to_numpy()]


@dataclass
class Plain:
    """All rows judged as if none had a sign of loss, with what it takes to check and to show it."""

    judge: PlainJudge
    verdicts: Verdicts
    masks: Array
    life_days: Array
    certified: Array
    use: Array


def judge_plain(
    con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, feeds: Sequence[BulkFeed], facts: Array
) -> Plain:
    """The verdicts of all rows as if none had a sign of loss; those of the special rows are overwritten afterwards."""
    judge = PlainJudge(plan, [feed.source for feed in feeds], standing_groups(con, roster))
    certified = roster.certified
    uses = Uses(con, plan, plan.sources[CERTIFICATION])
    line = uses.number_of(0)
    use = uses.table[line][uses.places(certified)]
    counts = use == 0
    masks = facts[:, 0] | (counts.astype(np.int32) << len(feeds))
    known = np.where(certified > day_number(plan.as_of), np.int32(j.NO_DAY), certified)
    life_days = np.maximum(facts[:, 1], np.where(counts, certified, np.int32(j.NO_DAY)))
    return Plain(judge, judge.judge(masks, life_days, known), masks, life_days, known, use)


def settle_plain(
    plain: Plain, roster: Roster, is_special: Array, sink: EvidenceFile, schemes: tuple[Array, list[str]]
) -> Verdicts:
    """Check a sample of the plain rows, write their certifications, and clear the special rows for the SQL."""
    verdicts = plain.verdicts
    plain.judge.assert_sample(plain.masks, plain.life_days, plain.certified, is_special, verdicts)
    is_certified = np.flatnonzero((roster.certified > j.NO_DAY) & ~is_special)
    _certifications(roster, is_certified, plain.use, sink, schemes)
    special = np.flatnonzero(is_special)
    verdicts.list_of[special], verdicts.until[special] = 0, j.NO_DAY
    return verdicts


def _certifications(
    roster: Roster, rows: Array, use: Array, sink: EvidenceFile, schemes: tuple[Array, list[str]]
) -> None:
    """The roster's own certifications as evidence, in pieces."""
    for start in range(0, rows.size, 500_000):
        chosen = rows[start : start + 500_000]
        link = np.zeros(chosen.size, np.uint8)
        scheme = (schemes[0][chosen], schemes[1])
        sink.add_life(
            roster.keys[chosen], roster.source_rows[chosen], roster.certified[chosen], link, use[chosen], scheme,
            CERTIFICATION, roster.inp.name,
        )  # fmt: skip
