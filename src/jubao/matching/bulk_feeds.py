"""Feeds of millions against the roster in memory: which records concern somebody, and what life evidence they give.

Worked example: TRAIN with 12 M rows leaves some 5 M records on the roster; their day and link go into the person's facts and
into the evidence; 60 000 rows with a number or name the kernel cannot read go to the SQL of the cleaning.

A life record is judged by a table of the rule's own answers, one per kind of fault and day: the rule `record_use` is asked
some thousand times instead of fifty million. Loss records are few on the roster and all go to the SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
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
from jubao.matching.bulk_roster import Roster, read_words
from jubao.matching.bulk_uses import Uses
from jubao.matching.cleaning import clean_sql
from jubao.matching.period import day_number
from jubao.matching.plan import FeedSource, Plan
from jubao.matching.reading_input import Input
from jubao.matching.record_words import fault_and_nature, word_columns
from jubao.matching.rejects import rejects_sql
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

WORKERS = 2
AHEAD = 4


@dataclass
class Matched:
    """The records of a batch that concern somebody."""

    batch: Batch
    keys: Array
    at_record: Array
    at_row: Array
    link: Array
    slow: Array


@dataclass
class Scan:
    """What came of one feed."""

    rows: int = 0
    met: int = 0
    repeated: int = 0
    slow_parts: list[tuple[pa.Table, Array]] = field(default_factory=list)
    wrong_numbers: list[tuple[pa.Table, Array]] = field(default_factory=list)
    touched: list[Array] = field(default_factory=list)

    def cutout(self, inp: Input, view: str) -> Cutout:
        """The rows left to the SQL, as an input of their own."""
        tables = [table.append_column("source_row", pa.array(rows)) for table, rows in self.slow_parts]
        table = pa.concat_tables(tables, promote_options="permissive") if tables else _empty(inp)
        columns = {name: kind for name, kind in inp.columns.items() if name in table.column_names}
        return Cutout(inp.name, columns, inp.headers, table, view)


def _empty(inp: Input) -> pa.Table:
    kinds = {"DATE": pa.date32()}
    columns = {name: pa.array([], kinds.get(kind, pa.string())) for name, kind in inp.columns.items()}
    return pa.table({**columns, "source_row": pa.array([], pa.int64())})


class FeedReader:
    """Reads one feed in batches and matches each with the roster in worker threads, in order."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        plan: Plan,
        source: FeedSource,
        inp: Input,
        path: Path,
        roster: Roster,
    ) -> None:
        self.con, self.plan, self.source, self.inp, self.path, self.roster = (
            con,
            plan,
            source,
            inp,
            path,
            roster,
        )
        self.last_birth = int(plan.constants["as_of"])
        self.day_of_text: dict[str, tuple[int, bool]] = {}
        self.fault_of_words: dict[tuple[str, ...], int] = {}

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the feed that are read."""
        if self.source.is_life:
            words = [name for name in word_columns(self.source) if name in self.inp.columns]
            return tuple(
                n
                for n in ("id_number", "name", "birth_date", "gender", "event_on", *words)
                if n in self.inp.columns
            )
        return tuple(self.inp.columns)

    def matched(self, pool: ThreadPoolExecutor) -> Iterator[Matched]:
        """Every batch with its matches, in the order of the file."""
        waiting: list[Future[Matched]] = []
        for task in self._tasks(pool):
            waiting.append(task)
            if len(waiting) > AHEAD:
                yield waiting.pop(0).result()
        for task in waiting:
            yield task.result()

    def _tasks(self, pool: ThreadPoolExecutor) -> Iterator[Future[Matched]]:
        if is_parquet(self.inp, self.path):
            for piece in parquet_pieces(self.inp, self.path):
                yield pool.submit(self._read_and_match, piece)
        else:
            for batch in streamed(self.con, self.inp, self.wanted):
                yield pool.submit(self._match, batch)

    def _read_and_match(self, piece: tuple[int, int]) -> Matched:
        return self._match(read_piece(self.inp, self.path, piece, self.wanted))

    def _match(self, batch: Batch) -> Matched:
        return self._found(batch, *self.keyed(batch))

    def keyed(self, batch: Batch) -> tuple[Array, Array]:
        """Key and name hash of every record of a batch."""
        count = batch.columns.num_rows
        keys, hashes = np.empty(count, np.int64), np.empty(count, np.int64)
        if "id_number" in batch.columns.column_names:
            ids, id_at = text_buffers(batch.columns["id_number"])
        else:
            ids, id_at = np.zeros(1, np.uint8), np.zeros(count + 1, np.int32)
        if "name" in batch.columns.column_names:
            names, name_at = text_buffers(batch.columns["name"])
        else:
            names, name_at = np.zeros(1, np.uint8), np.zeros(count + 1, np.int32)
        is_rewritten = np.empty(count, np.bool_)
        kernel.read_rows(ids, id_at, names, name_at, self.last_birth, keys, hashes, is_rewritten)
        return keys, hashes

    def _found(self, batch: Batch, keys: Array, hashes: Array) -> Matched:
        count = keys.size
        at_record, at_row, link = (
            np.empty(count, np.int32),
            np.empty(count, np.int32),
            np.empty(count, np.uint8),
        )
        roster = self.roster
        found = kernel.match(keys, hashes, roster.slots, roster.is_shared, at_record, at_row, link)
        at_record, at_row, link = at_record[:found], at_row[:found], link[:found]
        is_slow = link == kernel.SLOW
        slow = at_record[is_slow]
        kept = ~is_slow
        return Matched(batch, keys, at_record[kept], at_row[kept], link[kept], slow)

    # ---- words and days of life records, by distinct text

    def unreadable(self, batch: Batch) -> Array:
        """The records of a batch of which some day cannot be read; they are refused whoever they concern."""
        found = np.zeros(batch.columns.num_rows, np.bool_)
        for name in ("event_on", "sentence_from", "sentence_until"):
            if name in batch.columns.column_names:
                _days, is_bad = self.days(batch, name)
                found |= is_bad if is_bad is not None else False
        return np.flatnonzero(found)

    def days(self, batch: Batch, name: str = "event_on") -> tuple[Array, Array | None]:
        """Day number of each record, and which are unreadable (None when none can be)."""
        if name not in batch.columns.column_names:
            return np.full(batch.columns.num_rows, j.NO_DAY, np.int32), None
        column = batch.columns[name]
        if pa.types.is_date(column.type):
            return day_numbers(column, j.NO_DAY), None
        index, words = encoded(column)
        fresh = [word for word in words if word not in self.day_of_text]
        if fresh:
            for word, (value, code) in zip(fresh, read_words(self.con, fresh, "date"), strict=True):
                day = day_number(value) if value else j.NO_DAY
                self.day_of_text[word] = (day, code is not None and code != "DATE_EMPTY")
        known = [self.day_of_text[word] for word in words]
        is_bad = np.array([bad for _day, bad in known], np.bool_)
        return np.array([day for day, _bad in known], np.int32)[index], is_bad[index]

    def faults(self, batch: Batch, uses: Uses) -> Array:
        """The line in the table of uses for each record."""
        columns = [name for name in word_columns(self.source) if name in self.inp.columns]
        count = batch.columns.num_rows
        if not columns:
            return np.full(count, uses.number_of(self._fault(())), np.uint8)
        code = np.zeros(count, np.int64)
        sets: list[tuple[str, ...]] = [()]
        for name in columns:
            index, words = encoded(batch.columns[name])
            code = code * len(words) + index
            sets = [(*before, word) for before in sets for word in words]
        lines = np.array([uses.number_of(self._fault(words)) for words in sets], np.uint8)
        numbers: Array = lines[code]
        return numbers

    def _fault(self, words: tuple[str, ...]) -> int:
        """What a set of words means, by the SQL that every record goes through."""
        if words not in self.fault_of_words:
            columns = [name for name in word_columns(self.source) if name in self.inp.columns]
            fault, _nature = fault_and_nature(self.plan, self.source, columns)
            one = {
                name: pa.array([word or None], pa.string()) for name, word in zip(columns, words, strict=True)
            }
            self.con.register("one_record", pa.table({**one, "nothing": pa.array([""])}))
            kinds = dict.fromkeys(columns, "text")
            sql = clean_sql(
                "SELECT * FROM one_record", {**dict.fromkeys(columns, "VARCHAR"), "nothing": "VARCHAR"}, kinds
            )
            self.fault_of_words[words] = int(
                self.con.execute(f"SELECT {fault} FROM ({sql})").fetchall()[0][0]
            )
        return self.fault_of_words[words]


def told_apart(matched: Matched) -> tuple[Array, Array]:
    """Of a batch of life records without a key: those the SQL must look at, and those whose check digit is wrong.

    An empty number with name and birth beside it is neither: it could only be linked by name, and life found by name
    changes nothing.
    """
    kinds = matched.keys[matched.slow]
    is_wrong, is_empty = kinds == kernel.BAD_CHECK, kinds == kernel.EMPTY
    if is_empty.any() and {"name", "birth_date"} <= set(matched.batch.columns.column_names):
        chosen = matched.batch.columns.select(["name", "birth_date"]).take(pa.array(matched.slow[is_empty]))
        birth = chosen["birth_date"]
        has_birth = (
            birth.is_valid()
            if pa.types.is_date(birth.type)
            else pa.chunked_array([pa.nulls(len(birth), pa.bool_())])
        )
        named = [
            bool(name) and bool(born)
            for name, born in zip(chosen["name"].to_pylist(), has_birth.to_pylist(), strict=True)
        ]
        is_empty[np.flatnonzero(is_empty)[~np.array(named, np.bool_)]] = False
    return matched.slow[~is_wrong & ~is_empty], matched.slow[is_wrong]


def taken(matched: Matched, chosen: Array, columns: list[str] | None = None) -> tuple[pa.Table, Array]:
    """Some rows of a batch with their row numbers."""
    table = matched.batch.columns if columns is None else matched.batch.columns.select(columns)
    return table.take(pa.array(chosen)), matched.batch.source_rows[chosen]


def reject_wrong_numbers(con: duckdb.DuckDBPyConnection, inp: Input, scan: Scan) -> int:
    """Refuse the numbers whose check digit is wrong, as the cleaning would; answers how many."""
    tables = [
        table.append_column("source_row", pa.array(rows))
        for table, rows in scan.wrong_numbers
        if table.num_rows
    ]
    scan.wrong_numbers.clear()
    if not tables:
        return 0
    wrong = pa.concat_tables(tables, promote_options="permissive")
    con.register("wrong_numbers", wrong)
    cleaned = "SELECT CAST(id_number AS VARCHAR) AS id_number, source_row, 'ID_CHECKSUM' AS id_number_code FROM wrong_numbers"
    con.execute(f"INSERT INTO rejects {rejects_sql(cleaned, file=inp.name, field='id_number')}")
    return int(wrong.num_rows)
