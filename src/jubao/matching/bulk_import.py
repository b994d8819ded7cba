"""Importing a huge feed of life: the kernel verifies every number, the SQL cleans the few rows it cannot read.

Worked example: 12 M train journeys become `records.parquet` at two to three million rows a second; of the 60 000 rows left
over the SQL rescues the names with blanks and refuses the numbers that are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_feeds import (
    WORKERS,
    FeedReader,
    Matched,
    Scan,
    reject_wrong_numbers,
    taken,
    told_apart,
)
from jubao.matching.bulk_input import Array, Batch
from jubao.matching.normalise import Cleaned, clean_feed
from jubao.matching.plan import FeedSource, Plan
from jubao.matching.reading_input import Input
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

NOBODY: Any = None
"""An import knows no roster."""


class _AsRead:
    """Stands where a run has its table of uses: a fault keeps its own number, the run's day is not known yet."""

    def number_of(self, fault: int) -> int:
        """The fault itself."""
        return fault


class _Keyed(FeedReader):
    """Keys of every record, matched with nobody."""

    def _found(self, batch: Batch, keys: Array, hashes: Array) -> Matched:
        is_slow = (
            (keys == 0)
            | (keys == kernel.BAD_CHECK)
            | (keys == kernel.EMPTY)
            | ((keys > 0) & (hashes == kernel.DIRTY))
        )
        return Matched(
            batch, keys, np.flatnonzero(~is_slow), hashes, np.zeros(0, np.uint8), np.flatnonzero(is_slow)
        )


def life_records(
    con: duckdb.DuckDBPyConnection, plan: Plan, source: FeedSource, inp: Input, path: Path
) -> Iterator[tuple[pa.Table, Cleaned]]:
    """Records of a life feed in pieces, and how each piece came out; rows left to the SQL come as `piece` at the end."""
    reader = _Keyed(con, plan, source, inp, path, NOBODY)
    uses: Any = _AsRead()
    scan = Scan()
    with ThreadPoolExecutor(WORKERS) as pool:
        for matched in reader.matched(pool):
            bad = reader.unreadable(matched.batch)
            rest, wrong = told_apart(matched)
            scan.wrong_numbers.append(taken(matched, wrong, ["id_number"]))
            slow = np.union1d(rest, bad)
            if slow.size:
                scan.slow_parts.append(taken(matched, slow))
            kept = matched.at_record[~np.isin(matched.at_record, bad)] if bad.size else matched.at_record
            days, _is_bad = reader.days(matched.batch)
            table = _records(source, matched, kept, days[kept], reader.faults(matched.batch, uses)[kept])
            rows = matched.batch.columns.num_rows - slow.size
            yield table, Cleaned(inp.name, rows, rows - wrong.size, wrong.size)
    cleaned = clean_feed(con, plan, source, scan.cutout(inp, "import_slow"), "piece", is_whole=False)
    reject_wrong_numbers(con, inp, scan)
    yield pa.table({}), cleaned


def _records(source: FeedSource, matched: Matched, kept: Array, days: Array, faults: Array) -> pa.Table:
    """The columns of `records.parquet`; in `matched.at_row` stand the hashes of the names."""
    count = kept.size
    has_day = days > j.NO_DAY
    dates = np.zeros(count, np.int32)
    if source.counts_when.min_age_years is not None:
        months = (np.datetime64("1970-01-01") + np.where(has_day, days, 0)).astype("datetime64[M]")
        month = months.astype(np.int64)
        first = months.astype("datetime64[D]").astype(np.int64)
        dates = np.where(
            has_day, (1970 + month // 12) * 10000 + (month % 12 + 1) * 100 + days - first + 1, 0
        ).astype(np.int32)
    return pa.table(
        {
            "id_key": matched.keys[kept],
            "name_hash": matched.at_row[kept],
            "event_day": days.astype(np.int32),
            "has_event_day": has_day,
            "sentence_until_day": np.full(count, j.FOREVER, np.int32),
            "record_fault": faults.astype(np.int8),
            "record_nature": np.full(count, source.nature, np.int8),
            "event_date": dates,
            "source_row": matched.batch.source_rows[kept],
        }
    )
