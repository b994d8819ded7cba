"""The evidence of a huge run, written as it is found: a person may have several records, a run has tens of millions.

Worked example: 500 000 matched records of a batch become one row group: the number written from its key, the day, the row, and
words that repeat as dictionary columns. Order: feed, then row of the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jubao.matching import kernel
from jubao.matching.bulk_input import Array
from jubao.matching.reasons import LINK_WORDS, NOT_EXACT, USE_WORDS
from jubao.rules import judgement as j

WORD = pa.dictionary(pa.int8(), pa.string())
SCHEMA = pa.schema(
    [
        ("id_number", pa.string()), ("scheme", WORD), ("source", WORD), ("file", WORD), ("row", pa.int64()),
        ("event_on", pa.date32()), ("evidence", WORD), ("link", WORD), ("score", WORD), ("used", WORD), ("note", WORD),
    ]
)  # fmt: skip
USES = 32
AHEAD = 3


class EvidenceFile:
    """A Parquet file that grows by batches."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.writer = pq.ParquetWriter(
            path, SCHEMA, compression="none", use_dictionary=[n for n in SCHEMA.names if SCHEMA.field(n).type == WORD],
            write_statistics=False, store_schema=False,
        )  # fmt: skip
        codes = [(link, use) for link in LINK_WORDS for use in range(USES)]
        self.links = [LINK_WORDS[link] for link, _use in codes]
        self.used = [_said(link, use)[0] for link, use in codes]
        self.notes = [_said(link, use)[1] for link, use in codes]

    def __enter__(self) -> EvidenceFile:
        self.thread = ThreadPoolExecutor(1)
        self.waiting: deque[Future[None]] = deque()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drain(0)
        self.thread.shutdown()
        self.writer.close()

    def _drain(self, most: int) -> None:
        """Wait until at most so many pieces are still to be written."""
        while len(self.waiting) > most:
            self.waiting.popleft().result()

    def _queue(self, make: Callable[[], pa.Table]) -> None:
        self._drain(AHEAD)
        self.waiting.append(self.thread.submit(lambda: self.writer.write_table(make())))

    def add_life(
        self, keys: Array, rows: Array, days: Array, link: Array, use: Array, scheme: tuple[Array, list[str]],
        source: str, file: str,
    ) -> None:  # fmt: skip
        """Records of life of one feed."""
        count = keys.size
        if not count:
            return
        self._queue(lambda: self._life(keys, rows, days, link, use, scheme, source, file))
        self.rows += count

    def _life(
        self, keys: Array, rows: Array, days: Array, link: Array, use: Array, scheme: tuple[Array, list[str]], source: str,
        file: str,
    ) -> pa.Table:  # fmt: skip
        count = keys.size
        code = link.astype(np.int16) * USES + use
        same = np.zeros(count, np.int8)
        undated = days <= j.NO_DAY
        columns = [
            numbers_of(keys), _words(scheme[0], scheme[1]), _words(same, [source]), _words(same, [file]),
            pa.array(rows, pa.int64()), pa.array(days, pa.int32(), mask=undated if undated.any() else None).cast(pa.date32()),
            _words(same, ["life"]), _distinct(code, self.links), _words(same, [""]), _distinct(code, self.used),
            _distinct(code, self.notes),
        ]  # fmt: skip
        return pa.Table.from_arrays(columns, schema=SCHEMA)

    def add_table(self, table: pa.Table) -> None:
        """Rows that the SQL has put into words."""
        if table.num_rows:
            columns = [
                table[f.name].combine_chunks().cast(pa.string()).dictionary_encode().cast(WORD)
                if f.type == WORD
                else table[f.name].cast(f.type)
                for f in SCHEMA
            ]
            self._queue(lambda: pa.Table.from_arrays(columns, schema=SCHEMA))
            self.rows += table.num_rows


def _said(link: int, use: int) -> tuple[str, str]:
    if link != j.EXACT and use <= j.LAST_HINT:
        return NOT_EXACT
    return USE_WORDS.get(use, ("", ""))


def _words(index: Array, words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(index.astype(np.int8, copy=False)), pa.array(words, pa.string())
    )


def _distinct(code: Array, words: list[str]) -> pa.DictionaryArray:
    """The words of the codes, with a dictionary of only those that occur."""
    distinct = list(dict.fromkeys(words))
    table = np.array([distinct.index(word) for word in words], np.int8)
    return _words(table[code], distinct)


def numbers_of(keys: Array) -> pa.Array:
    """The eighteen characters of each key as a text column, without a copy."""
    content = np.empty(keys.size * 18, np.uint8)
    kernel.write_numbers(keys, content)
    offsets = np.arange(keys.size + 1, dtype=np.int32) * 18
    return pa.Array.from_buffers(pa.string(), keys.size, [None, pa.py_buffer(offsets), pa.py_buffer(content)])
