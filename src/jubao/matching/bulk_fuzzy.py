"""Candidates for records without a number among millions of persons: by day of birth and near names, found by the kernel.

Worked example: 50 000 loose records meet 10 M persons; half a billion pairs of one birthday would be too many for a join, the
kernel keeps the 100 000 whose names are alike, and Splink weighs those as it weighs the few of a small run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_input import Array, text_buffers
from jubao.matching.bulk_roster import Roster
from jubao.matching.fuzzy import COUNTY_ROSTER, store_links, weigh
from jubao.matching.plan import Plan

if TYPE_CHECKING:
    import duckdb

BUCKETS = 1 << 20


def bulk_fuzzy_links(con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, table: str) -> Array:
    """Leave `<table>_links`; answers the rows of the roster that were linked."""
    loose = con.execute(
        f"SELECT source_row, name, birth_on, gender, place FROM {table}_loose ORDER BY source_row"
    ).fetchall()
    pairs = _pairs(roster, loose)
    links = weigh(pairs, max(COUNTY_ROSTER, len(roster)), plan.link_probability_ppm)
    numbered = [(record, int(roster.source_rows[row]), score) for record, row, score in links]
    store_links(con, f"{table}_links", numbered)
    return np.array(sorted({row for _record, row, _score in links}), np.int64)


def _pairs(roster: Roster, loose: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    births = np.array([int(row[2].replace("-", "")) for row in loose], np.int64)
    names, name_at = text_buffers(pa.array([row[1] for row in loose], pa.string()))
    found: list[tuple[Any, ...]] = []
    at = 0
    for chunk in roster.texts["name"].chunks:
        # Names that had to be cleaned are compared as cleaned, below.
        keys = np.where(roster.is_slow[at : at + len(chunk)], 0, roster.keys[at : at + len(chunk)])
        texts, text_at = text_buffers(chunk)
        for record, row in kernel.pairs_of(keys, texts, text_at, births, names, name_at, BUCKETS):
            found.append(_pair(roster, loose[record], int(row) + at, chunk[int(row)].as_py()))
        at += len(chunk)
    if roster.slow_rows.size:
        texts, text_at = text_buffers(roster.slow_names)
        keys = roster.keys[roster.slow_rows]
        for record, row in kernel.pairs_of(keys, texts, text_at, births, names, name_at, BUCKETS):
            found.append(_pair(roster, loose[record], int(roster.slow_rows[row]), roster.slow_names[int(row)].as_py()))
    found.sort(key=lambda pair: (pair[0], pair[5]))
    return found


def _pair(roster: Roster, record: tuple[Any, ...], row: int, name: str) -> tuple[Any, ...]:
    """A pair in the columns that `fuzzy.weigh` takes."""
    key = int(roster.keys[row])
    birth = f"{key // 10_000_000 % 10000:04d}-{key // 100_000 % 100:02d}-{key // 1000 % 100:02d}"
    place = (
        roster.words["register_place"][roster.dimensions["register_place"][row]]
        if "register_place" in roster.words
        else ""
    )
    return (*record, row, name, birth, "male" if key % 2 else "female", place)
