"""A roster of millions in memory: numbers and names as they stand, keys, the hash table, and words as small numbers.

Worked example: 10 M rows take about 20 s of SQL to clean and 3 s here, because the kernel reads the plain 99 % and only the rest
(a small x, a blank, a name in Latin letters, a number that stands twice) goes through the SQL of `normalise`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_input import (
    Array,
    Batch,
    Cutout,
    Words,
    day_numbers,
    is_parquet,
    parquet_pieces,
    read_piece,
    streamed,
    text_buffers,
)
from jubao.matching.cleaning import clean_sql
from jubao.matching.normalise import LINK_KEY, NAME_HASH
from jubao.matching.plan import Plan
from jubao.matching.reading import Input
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
    rows: Array = field(default_factory=lambda: np.zeros(0, np.int32))
    is_shared: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    is_slow: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    slow_rows: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    slow_names: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))

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
    numberings: dict[str, Words] = {}
    last_birth = plan.constants["as_of"]
    parts: list[tuple[Batch, Array, Array]] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for batch in _batches(con, inp, path, wanted, pool):
            parts.append((batch, *_keys(batch, last_birth)))
    roster = _joined(inp, parts, numberings)
    parts.clear()
    _read_certified(con, roster)
    _read_slow(con, plan, roster)
    size = kernel.table_size(len(roster))
    roster.slots, roster.rows = np.zeros((size, 2), np.int64), np.zeros(size, np.int32)
    roster.is_shared = np.zeros(len(roster), np.bool_)
    kernel.build(roster.keys, roster.hashes, roster.slots, roster.rows, roster.is_shared)
    return roster


def _batches(
    con: duckdb.DuckDBPyConnection, inp: Input, path: Path, wanted: tuple[str, ...], pool: ThreadPoolExecutor
) -> Iterator[Batch]:
    if is_parquet(inp, path):
        yield from pool.map(lambda piece: read_piece(inp, path, piece, wanted), parquet_pieces(inp, path))
    else:
        yield from streamed(con, inp, wanted)


def _keys(batch: Batch, last_birth: int) -> tuple[Array, Array]:
    ids, id_at = text_buffers(batch.columns["id_number"])
    names, name_at = text_buffers(batch.columns["name"])
    keys = np.empty(batch.columns.num_rows, np.int64)
    hashes = np.empty_like(keys)
    kernel.read_roster(ids, id_at, names, name_at, last_birth, keys, hashes)
    return keys, hashes


def _joined(inp: Input, parts: list[tuple[Batch, Array, Array]], numberings: dict[str, Words]) -> Roster:
    """The batches put together; texts stay in chunks, words become numbers."""
    texts = pa.concat_tables(
        pa.table({name: batch.columns[name].cast(pa.string()) for name in ("id_number", "name")})
        for batch, _k, _h in parts
    )
    present = parts[0][0].columns.column_names
    dimensions = {}
    for name in (*DIMENSIONS, "last_certified_on"):
        if name not in present or (name == "last_certified_on" and inp.columns[name] == "DATE"):
            continue
        numbering = numberings.setdefault(name, Words())
        index = [numbering.index(batch.columns[name]) for batch, _k, _h in parts]
        dimensions[name if name != "last_certified_on" else "last_certified_on_text"] = np.concatenate(index)
    certified = np.full(sum(batch.columns.num_rows for batch, _k, _h in parts), j.NO_DAY, np.int32)
    if "last_certified_on" in present and inp.columns["last_certified_on"] == "DATE":
        certified = np.concatenate(
            [day_numbers(batch.columns["last_certified_on"], j.NO_DAY) for batch, _k, _h in parts]
        )
    return Roster(
        inp=inp,
        texts=texts,
        keys=np.concatenate([keys for _b, keys, _h in parts]),
        hashes=np.concatenate([hashes for _b, _k, hashes in parts]),
        certified=certified,
        source_rows=np.concatenate([batch.source_rows for batch, _k, _h in parts]),
        dimensions=dimensions,
        words={
            (name if name != "last_certified_on" else "last_certified_on_text"): numbering.texts
            for name, numbering in numberings.items()
        },
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
    roster.is_slow = np.zeros(len(roster), np.bool_)
    for name, kind in (("last_certified_on_text", "date"), ("benefit_start_month", "month")):
        if name not in roster.dimensions:
            continue
        read = read_words(con, roster.words[name], kind)
        is_bad = np.array(
            [code is not None and not code.endswith("_EMPTY") for _value, code in read], np.bool_
        )
        roster.is_slow |= is_bad[roster.dimensions[name]]
        if kind == "date":
            epoch = np.datetime64("1970-01-01")
            days = [
                int((np.datetime64(value) - epoch).astype(int)) if value else j.NO_DAY
                for value, _code in read
            ]
            roster.certified = np.array(days, np.int32)[roster.dimensions[name]]


def _read_slow(con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster) -> None:
    """Key and hash of the rows the kernel left: by the SQL of the cleaning. What stays without a key is refused later."""
    roster.is_slow |= (roster.keys == 0) | (roster.hashes == kernel.DIRTY) | (roster.hashes == 0)
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
        f" COALESCE(name_clean, '') AS name_clean FROM ({sql}) ORDER BY number"
    ).to_arrow_table()
    keys, hashes = found["id_key"].to_numpy(), found["name_hash"].to_numpy()
    roster.slow_rows, roster.slow_names = chosen, found["name_clean"].combine_chunks()
    roster.keys[chosen], roster.hashes[chosen] = keys, hashes
