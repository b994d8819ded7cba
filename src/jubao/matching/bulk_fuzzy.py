"""Candidates for records without a number among millions of persons: by day of birth and near names, found by the kernel.

Worked example: 50 000 loose records of five feeds meet 10 M persons in one pass; half a billion pairs of one birthday would be
too many for a join, the kernel keeps those whose names sound alike (no other pair can reach the probability asked for, see
`fuzzy.can_reach`), and Splink weighs them as it weighs the few of a small run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jubao.matching import kernel_loose
from jubao.matching.bulk_input import Array, text_buffers
from jubao.matching.bulk_roster import Roster
from jubao.matching.fuzzy import COUNTY_ROSTER, sound, weigh
from jubao.matching.plan import Plan

if TYPE_CHECKING:
    import duckdb


Loose = tuple[list[tuple[Any, ...]], list[tuple[str, int]]]
"""Records numbered through all tables, and the table and row of the file each comes from."""


def loose_records(con: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> Loose:
    """The records without a usable number of every table."""
    loose: list[tuple[Any, ...]] = []
    origins: list[tuple[str, int]] = []
    for table in tables:
        sql = f"SELECT source_row, name, birth_on, gender, place FROM {table}_loose ORDER BY source_row"
        for number, *columns in con.execute(sql).fetchall():
            loose.append((len(origins), *columns))
            origins.append((table, number))
    return loose, origins


def find_links(plan: Plan, roster: Roster, records: Loose) -> list[tuple[int, int, int]]:
    """Record, roster row and score of every link; touches no connection of the run, so that it may work beside it."""
    if not records[0]:
        return []
    return weigh(_pairs(roster, records[0]), max(COUNTY_ROSTER, len(roster)), plan.link_probability_ppm)


def links_of(
    roster: Roster, records: Loose, links: Sequence[tuple[int, int, int]], table: str
) -> list[tuple[int, int, int]]:
    """The links of one table as source row, subject and score."""
    origins = records[1]
    return [
        (origins[record][1], int(roster.source_rows[row]), score)
        for record, row, score in links
        if origins[record][0] == table
    ]


def _pairs(roster: Roster, loose: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    births = np.array([int(row[2].replace("-", "")) for row in loose], np.int64)
    names, name_at = text_buffers(pa.array([row[1] for row in loose], pa.string()))
    records: Any = kernel_loose.Loose(births, names, name_at, _sounds())  # type: ignore[no-untyped-call]
    found: list[tuple[Any, ...]] = []
    at = 0
    for chunk in roster.texts["name"].chunks:
        # Names that had to be cleaned are compared as cleaned, below.
        keys = np.where(roster.is_slow[at : at + len(chunk)], 0, roster.keys[at : at + len(chunk)])
        hashes = roster.hashes[at : at + len(chunk)]
        pairs = records.pairs(keys, hashes, *text_buffers(chunk))
        found += _described(
            roster, loose, pairs[:, 0], pairs[:, 1].astype(np.int64) + at, chunk.take(pa.array(pairs[:, 1]))
        )
        at += len(chunk)
    if roster.slow_rows.size:
        keys, hashes = roster.keys[roster.slow_rows], roster.hashes[roster.slow_rows]
        pairs = records.pairs(keys, hashes, *text_buffers(roster.slow_names))
        rows = roster.slow_rows[pairs[:, 1]]
        found += _described(roster, loose, pairs[:, 0], rows, roster.slow_names.take(pa.array(pairs[:, 1])))
    found.sort(key=lambda pair: (pair[0], pair[5]))
    return found


def _sounds() -> Array:
    """The number of the sound of every character from U+4E00 to U+9FFF, as `fuzzy.sound` hears it."""
    numbers: dict[str, int] = {}
    return np.array(
        [numbers.setdefault(sound(chr(code)), len(numbers)) for code in range(0x4E00, 0xA000)], np.int16
    )


def _described(
    roster: Roster, loose: list[tuple[Any, ...]], records: Array, rows: Array, names: pa.Array
) -> list[tuple[Any, ...]]:
    """Pairs in the columns that `fuzzy.weigh` takes."""
    dates = roster.keys[rows] // 1000 % 100_000_000
    is_male = roster.keys[rows] % 2 == 1
    places = [""] * rows.size
    if "register_place" in roster.dimensions:
        words = roster.words["register_place"]
        places = [words[index] for index in roster.dimensions["register_place"][rows]]
    return [
        (*loose[record], int(row), name, f"{date // 10000:04d}-{date // 100 % 100:02d}-{date % 100:02d}",
         "male" if male else "female", place)
        for record, row, name, date, male, place in zip(records, rows, names.to_pylist(), dates, is_male, places, strict=True)
    ]  # fmt: skip
