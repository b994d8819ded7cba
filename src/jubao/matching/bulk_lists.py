"""The four lists of a huge run: straight from the columns of the roster to Parquet, or through the usual writer to CSV.

Worked example: 8 M eligible persons are written in pieces of half a million; numbers and names as plain text, everything that
repeats (place, reason, day) as a dictionary, so that the reasons of 8 M persons cost some hundred texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jubao.matching.bulk_evidence import numbers_of
from jubao.matching.bulk_input import Array
from jubao.matching.bulk_roster import Roster, canonical_numbers
from jubao.matching.bulk_verdicts import Verdicts
from jubao.matching.period import day_number
from jubao.matching.plan import Plan
from jubao.matching.publishing import LIST_COLUMNS
from jubao.matching.words import SCHEMES
from jubao.rules import judgement as j

PIECE = 500_000
PLACE = pa.dictionary(pa.int32(), pa.string())
KINDS = {"id_number": pa.string(), "name": pa.string(), "certified_until": pa.date32(), "due_on": pa.date32()}
WORDS = tuple(name for name in LIST_COLUMNS if name not in KINDS)


class BulkLists:
    """Answers the rows of each list as Arrow tables in pieces."""

    def __init__(self, plan: Plan, roster: Roster, verdicts: Verdicts) -> None:
        self.plan, self.roster, self.verdicts = plan, roster, verdicts
        self.schema = pa.schema([(name, KINDS.get(name, PLACE)) for name in LIST_COLUMNS])
        heads, reasons = [text[0] for text in verdicts.texts], [text[1] for text in verdicts.texts]
        self.heads, self.reasons = pa.array(heads, pa.string()), pa.array(reasons, pa.string())

    def counts(self) -> dict[int, int]:
        """How many persons are on each list."""
        found = np.bincount(self.verdicts.list_of, minlength=5)
        return {code: int(found[code]) for code in j.LIST_NAMES}

    def pieces(self, code: int) -> Iterator[pa.Table]:
        """The rows of one list in the order of the roster."""
        words = self._words_of(code)
        at = 0
        for chunk in self.roster.texts.to_batches():
            for start in range(0, len(chunk), PIECE):
                part = chunk.slice(start, PIECE)
                chosen = np.flatnonzero(self.verdicts.list_of[at : at + len(part)] == code)
                if chosen.size:
                    yield self._table(code, part["name"].take(pa.array(chosen)), chosen + at, words)
                at += len(part)

    def _words_of(self, code: int) -> tuple[Array, pa.Array, pa.Array]:
        """The texts that occur on a list: new numbers for them, headlines, reasons. Each piece carries its dictionary along."""
        used = (
            np.bincount(self.verdicts.text_of[self.verdicts.list_of == code], minlength=len(self.heads)) > 0
        )
        return (
            (np.cumsum(used) - 1).astype(np.int32),
            self.heads.filter(pa.array(used)),
            self.reasons.filter(pa.array(used)),
        )

    def _table(
        self, code: int, names: pa.Array, rows: Array, words: tuple[Array, pa.Array, pa.Array]
    ) -> pa.Table:
        until = self.verdicts.until[rows]
        days = pa.array(until, pa.int32(), mask=until <= j.NO_DAY).cast(pa.date32())
        said = words[0][self.verdicts.text_of[rows]]
        columns = {
            "id_number": self._numbers(rows),
            "name": names.fill_null("") if names.null_count else names,
            "scheme": self._scheme(rows),
            **{name: self._dimension(name, rows) for name in ("register_place", "township", "village")},
            "headline_reason": _dictionary(said, words[1]),
            "reasons": _dictionary(said, words[2]),
            "certified_until": days,
            "due_on": self._due(code, days, rows.size),
        }
        return pa.table([columns[name] for name in LIST_COLUMNS], schema=self.schema)

    def _numbers(self, rows: Array) -> pa.Array:
        """The canonical numbers: written from the keys, but for old foreign cards, whose keys are negative."""
        keys = self.roster.keys[rows]
        numbers = numbers_of(keys)
        if keys.size and keys.min() > 0:
            return numbers
        texts = numbers.to_numpy(zero_copy_only=False).astype(object)
        odd = np.flatnonzero(keys <= 0)
        texts[odd] = canonical_numbers(self.roster, rows[odd])
        return pa.array(texts, pa.string())

    def _scheme(self, rows: Array) -> pa.DictionaryArray:
        if "scheme" not in self.roster.dimensions:
            return _dictionary(np.zeros(rows.size, np.int32), pa.array(["resident_pension"]))
        read = [(SCHEMES.read(text.lower()), text) for text in self.roster.words["scheme"]]
        shown = [text if code == "?" else code or "resident_pension" for code, text in read]
        return _dictionary(self.roster.dimensions["scheme"][rows], pa.array(shown, pa.string()))

    def _dimension(self, name: str, rows: Array) -> pa.DictionaryArray:
        if name not in self.roster.dimensions:
            return _dictionary(np.zeros(rows.size, np.int32), pa.array([""]))
        return _dictionary(self.roster.dimensions[name][rows], pa.array(self.roster.words[name], pa.string()))

    def _due(self, code: int, certified: pa.Array, count: int) -> pa.Array:
        if code == j.ELIGIBLE:
            return certified
        if code == j.TO_VERIFY:
            return pa.array(np.full(count, day_number(self.plan.due_on), np.int32)).cast(pa.date32())
        return pa.nulls(count, pa.date32())

    def write_parquet(self, folder: Path) -> None:
        """Write the four lists, two at a time."""

        def write(code: int) -> None:
            path = folder / f"{j.LIST_NAMES[code]}.parquet"
            with pq.ParquetWriter(path, self.schema, compression="none", use_dictionary=list(WORDS), write_statistics=False,
                                  store_schema=False) as writer:  # fmt: skip
                for table in self.pieces(code):
                    writer.write_table(table)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, (j.ELIGIBLE, j.TO_VERIFY, j.LOST, j.NOT_SUBJECT)))

    def table(self, code: int) -> pa.Table:
        """One whole list, for the other formats."""
        parts = list(self.pieces(code))
        return pa.concat_tables(parts).unify_dictionaries() if parts else self.schema.empty_table()


def _dictionary(index: Array, words: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32, copy=False)), words)
