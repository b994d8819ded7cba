"""A roster of millions in memory: numbers and names as they stand, keys, the hash table, and words as small numbers.

Worked example: 10 M rows take about 20 s of SQL to clean and 3 s here, because the kernel reads the plain 99 % and only the rest
(a small x, a blank, a name in Latin letters, a number that stands twice) goes through the SQL of `normalise`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_evidence import numbers_of
from jubao.matching.bulk_input import (
    Array,
    Batch,
    Cutout,
    day_numbers,
    encoded,
    is_parquet,
    parquet_pieces,
    read_piece,
    streamed,
    text_buffers,
)
from jubao.matching.cleaning import clean_sql
from jubao.matching.normalise_sql import LINK_KEY, NAME_HASH
from jubao.matching.period import day_number
from jubao.matching.plan import Plan
from jubao.matching.reading_input import Input
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

WORKERS = 2
DIMENSIONS = (
    "scheme",
    "payment_state",
    "benefit_kind",
    "benefit_start_month",
    "register_place",
    "township",
    "village",
)


@dataclass
class Roster:
    """The roster by row: everything a judgement or a list needs of a person."""

    inp: Input
    texts: pa.Table
    keys: Array
    hashes: Array
    certified: Array
    source_rows: Array
    dimensions: dict[str, Array] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    slots: Array = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    is_shared: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    is_slow: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    slow_rows: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    slow_names: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    slow_numbers: Array = field(default_factory=lambda: np.zeros(0, object))
    is_rewritten: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    is_bad: Array = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return int(self.keys.size)

    def cutout(self, chosen: Array, view: str) -> Cutout:
        """The chosen rows as an input of their own, for the SQL of the cleaning."""
        table = self.texts.take(pa.array(chosen))
        for name, index in self.dimensions.items():
            table = table.append_column(
                name, pa.array(self.words[name], pa.string()).take(pa.array(index[chosen]))
            )
        if "last_certified_on" in self.inp.columns:
            kind = self.inp.columns["last_certified_on"]
            table = table.append_column("last_certified_on", self._certified_column(chosen, kind))
        table = table.append_column("source_row", pa.array(self.source_rows[chosen]))
        columns = {name: kind for name, kind in self.inp.columns.items() if name in table.column_names}
        return Cutout(self.inp.name, columns, self.inp.headers, table, view)

    def _certified_column(self, chosen: Array, kind: str) -> pa.Array:
        if kind == "DATE":
            days = self.certified[chosen]
            return pa.array(days, pa.int32(), mask=days <= j.NO_DAY).cast(pa.date32())
        words = self.words["last_certified_on_text"]
        return pa.array(words, pa.string()).take(pa.array(self.dimensions_text[chosen]))

    @property
    def dimensions_text(self) -> Array:
        """The number of the text of the last certification, where it is no DATE column."""
        return self.dimensions["last_certified_on_text"]


def read_roster(con: duckdb.DuckDBPyConnection, plan: Plan, inp: Input, path: Path) -> Roster:
    """Read, key and index the roster."""
    wanted = ("id_number", "name", *DIMENSIONS, "last_certified_on")
    last_birth = plan.constants["as_of"]
    with ThreadPoolExecutor(WORKERS) as pool:
        if is_parquet(inp, path):
            pieces = parquet_pieces(inp, path)
            parts = list(
                pool.map(lambda piece: _part(read_piece(inp, path, piece, wanted), last_birth), pieces)
            )
        else:
            parts = [_part(batch, last_birth) for batch in streamed(con, inp, wanted)]
    roster = _joined(inp, parts)
    _read_certified(con, roster)
    _read_slow(con, plan, roster)
    # Whoever is refused is nobody a record could meet.
    roster.keys[roster.is_bad] = 0
    roster.slots = np.zeros((kernel.table_size(len(roster)), 2), np.int64)
    roster.is_shared = np.zeros(len(roster), np.bool_)
    kernel.build(roster.keys, roster.hashes, roster.slots, roster.is_shared)
    return roster


@dataclass
class Part:
    """One batch of the roster: texts, keys, and its words with the batch's own numbers."""

    texts: pa.Table
    keys: Array
    hashes: Array
    is_rewritten: Array
    certified: Array | None
    source_rows: Array
    words: dict[str, tuple[Array, list[str]]]


def _part(batch: Batch, last_birth: int) -> Part:
    columns = batch.columns
    ids, id_at = text_buffers(columns["id_number"])
    names, name_at = text_buffers(columns["name"])
    keys = np.empty(columns.num_rows, np.int64)
    hashes = np.empty_like(keys)
    is_rewritten = np.empty(columns.num_rows, np.bool_)
    kernel.read_rows(ids, id_at, names, name_at, last_birth, keys, hashes, is_rewritten)
    keys[(keys < 0) & (keys >= kernel.EMPTY)] = 0
    words = {name: encoded(columns[name]) for name in DIMENSIONS if name in columns.column_names}
    certified = None
    if "last_certified_on" in columns.column_names:
        if pa.types.is_date(columns["last_certified_on"].type):
            certified = day_numbers(columns["last_certified_on"], j.NO_DAY)
        else:
            words["last_certified_on_text"] = encoded(columns["last_certified_on"])
    texts = pa.table({name: columns[name].cast(pa.string()) for name in ("id_number", "name")})
    return Part(texts, keys, hashes, is_rewritten, certified, batch.source_rows, words)


def _joined(inp: Input, parts: list[Part]) -> Roster:
    """The batches put together; texts stay in chunks, words get one numbering."""
    dimensions: dict[str, Array] = {}
    words: dict[str, list[str]] = {}
    for name in parts[0].words if parts else ():
        numbers: dict[str, int] = {}
        tables = [
            np.array([numbers.setdefault(w, len(numbers)) for w in part.words[name][1]], np.int32)
            for part in parts
        ]
        kind = np.int16 if len(numbers) < 1 << 15 else np.int32
        dimensions[name] = np.concatenate(
            [table.astype(kind)[part.words[name][0]] for table, part in zip(tables, parts, strict=True)]
        )
        words[name] = list(numbers)
    keys = np.concatenate([part.keys for part in parts])
    certified = [part.certified for part in parts if part.certified is not None]
    return Roster(
        inp=inp,
        texts=pa.concat_tables(part.texts for part in parts),
        keys=keys,
        hashes=np.concatenate([part.hashes for part in parts]),
        is_rewritten=np.concatenate([part.is_rewritten for part in parts]),
        certified=np.concatenate(certified) if certified else np.full(keys.size, j.NO_DAY, np.int32),
        source_rows=np.concatenate([part.source_rows for part in parts]),
        dimensions=dimensions,
        words=words,
    )


def read_words(con: duckdb.DuckDBPyConnection, texts: list[str], kind: str) -> list[tuple[Any, ...]]:
    """What cleaning gives for each distinct text of a column, in the order of the texts."""
    numbered = pa.table(
        {
            "word": pa.array([text or None for text in texts], pa.string()),
            "number": pa.array(range(len(texts))),
        }
    )
    con.register("distinct_words", numbered)
    outputs = "word_value" if kind == "text" else "word_value, word_code"
    sql = clean_sql(
        "SELECT word, number FROM distinct_words", {"word": "VARCHAR", "number": "BIGINT"}, {"word": kind}
    )
    return con.execute(f"SELECT {outputs} FROM ({sql}) ORDER BY number").fetchall()


def _read_certified(con: duckdb.DuckDBPyConnection, roster: Roster) -> None:
    """Days of certification written as text, by distinct text; unreadable ones send the row the slow way."""
    roster.is_bad = np.zeros(len(roster), np.bool_)
    for name, kind in (("last_certified_on_text", "date"), ("benefit_start_month", "month")):
        if name not in roster.dimensions:
            continue
        read = read_words(con, roster.words[name], kind)
        is_bad = np.array(
            [code is not None and not code.endswith("_EMPTY") for _value, code in read], np.bool_
        )
        roster.is_bad |= is_bad[roster.dimensions[name]]
        if kind == "date":
            days = [day_number(value) if value else j.NO_DAY for value, _code in read]
            roster.certified = np.array(days, np.int32)[roster.dimensions[name]]


def _read_slow(con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster) -> None:
    """Key and hash of the rows the kernel left: by the SQL of the cleaning. What stays without a key is refused later."""
    roster.is_slow = (roster.keys == 0) | (roster.hashes == kernel.DIRTY) | (roster.hashes == 0)
    chosen = np.flatnonzero(roster.is_slow)
    if not chosen.size:
        return
    table = roster.texts.take(pa.array(chosen)).append_column("number", pa.array(chosen))
    con.register("slow_rows", table)
    columns = {"id_number": "VARCHAR", "name": "VARCHAR", "number": "BIGINT"}
    kinds = {"id_number": "identity", "name": "name"}
    sql = clean_sql("SELECT id_number, name, number FROM slow_rows", columns, kinds, today=plan.as_of)
    found = con.sql(
        f"SELECT CASE WHEN id_number_code IS NULL THEN {LINK_KEY} ELSE 0 END AS id_key, {NAME_HASH} AS name_hash,"
        f" COALESCE(name_clean, '') AS name_clean, COALESCE(id_number_text, '') AS number_text FROM ({sql}) ORDER BY number"
    ).to_arrow_table()
    keys, hashes = found["id_key"].to_numpy(), found["name_hash"].to_numpy()
    roster.slow_rows, roster.slow_names = chosen, found["name_clean"].combine_chunks()
    roster.slow_numbers = found["number_text"].combine_chunks().to_numpy(zero_copy_only=False)
    roster.keys[chosen], roster.hashes[chosen] = keys, hashes
    roster.is_bad[chosen] |= (keys == 0) | (hashes == 0)
    roster.is_rewritten[chosen] = True


def canonical_numbers(roster: Roster, rows: Array) -> Array:
    """The numbers of rows that were not written canonically."""
    numbers = numbers_of(np.maximum(roster.keys[rows], 0)).to_numpy(zero_copy_only=False).astype(object)
    is_slow = roster.is_slow[rows]
    if is_slow.any():
        numbers[is_slow] = roster.slow_numbers[np.searchsorted(roster.slow_rows, rows[is_slow])]
    written: Array = numbers
    return written
