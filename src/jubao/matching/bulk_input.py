"""Huge lists in batches of Arrow columns with their canonical names, and small cut-outs of them as inputs of their own.

Worked example: a Parquet feed of 12 M rows comes as 42 batches of 300 000; the rows that the kernel leaves to the SQL are put
together as a `Cutout`, which the cleaning reads like any other opened file, with the row numbers of the original.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jubao.matching.reading_input import Input
from jubao.matching.rejects import Reject

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 500_000
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: columns by canonical name, and the number of the first row."""

    columns: pa.Table
    first_row: int
    rows_given: Array | None = None

    @property
    def source_rows(self) -> Array:
        """The number of each row in the file."""
        if self.rows_given is not None:
            return self.rows_given
        return np.arange(self.first_row, self.first_row + self.columns.num_rows, dtype=np.int64)


@dataclass
class Cutout:
    """Some rows of an input as an Arrow table, readable like the input itself."""

    name: str
    columns: dict[str, str]
    headers: dict[str, str]
    table: pa.Table
    view: str
    rejects: list[Reject] = field(default_factory=list)

    def scan_sql(self, con: duckdb.DuckDBPyConnection) -> str:
        """A SELECT of the canonical columns and source_row."""
        con.register(self.view, self.table)
        casts = [
            name if kind == "DATE" else f"CAST({name} AS VARCHAR) AS {name}"
            for name, kind in self.columns.items()
        ]
        return f"SELECT {', '.join([*casts, 'source_row'])} FROM {self.view}"


def is_parquet(inp: Input, path: Path) -> bool:
    """Whether the input is a Parquet file whose numbers and names are texts."""
    return inp.kind == "parquet" and all(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
        for kind in (
            pq.read_schema(path).field(inp.headers[name]).type
            for name in ("id_number", "name")
            if name in inp.headers
        )
    )


def parquet_pieces(inp: Input, path: Path) -> list[tuple[int, int]]:
    """Row group and first row number of every piece of a Parquet file."""
    metadata = pq.read_metadata(path)
    pieces, row = [], 1
    for group in range(metadata.num_row_groups):
        pieces.append((group, row))
        row += metadata.row_group(group).num_rows
    return pieces


def read_piece(inp: Input, path: Path, piece: tuple[int, int], wanted: Sequence[str]) -> Batch:
    """One row group with the wanted canonical columns."""
    names = [name for name in wanted if name in inp.headers]
    with pq.ParquetFile(path) as file:
        table = file.read_row_group(
            piece[0], columns=[inp.headers[name] for name in names], use_threads=False
        )
    table = table.select([inp.headers[name] for name in names]).rename_columns(names).combine_chunks()
    return Batch(table, piece[1])


def streamed(con: duckdb.DuckDBPyConnection, inp: Input, wanted: Sequence[str]) -> Iterator[Batch]:
    """Any other input in batches through DuckDB."""
    names = [name for name in wanted if name in inp.columns]
    cursor = con.cursor()
    casts = [name if inp.columns[name] == "DATE" else f"CAST({name} AS VARCHAR) AS {name}" for name in names]
    reader = cursor.sql(
        f"SELECT {', '.join(casts)}, CAST(source_row AS BIGINT) AS source_row FROM ({inp.scan_sql(cursor)})"
    )
    for part in reader.to_arrow_reader(BATCH_ROWS):
        table = pa.Table.from_batches([part])
        rows = table["source_row"].combine_chunks().to_numpy(zero_copy_only=False)
        yield Batch(table.drop_columns(["source_row"]).combine_chunks(), 0, rows)
    cursor.close()


def text_buffers(column: pa.ChunkedArray | pa.Array) -> tuple[Array, Array]:
    """Bytes and offsets of a text column; a null is an empty text, as every reader of ours writes it."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], pa.string())
    if (
        pa.types.is_dictionary(array.type)
        or pa.types.is_large_string(array.type)
        or pa.types.is_null(array.type)
    ):
        array = array.cast(pa.string())
    _valid, offsets, data = array.buffers()
    at = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return content, at


def day_numbers(column: pa.ChunkedArray | pa.Array, none: int) -> Array:
    """Day numbers of a DATE column; `none` for a null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    days = array.cast(pa.int32())
    if days.null_count:
        days = days.fill_null(none)
    numbers: Array = days.to_numpy(zero_copy_only=False)
    return numbers


def encoded(column: pa.ChunkedArray | pa.Array) -> tuple[Array, list[str]]:
    """Index and distinct texts of a column; blank and null are the text ''."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).fill_null("").dictionary_encode()
    words = [str(word) if word is not None else "" for word in array.dictionary.to_pylist()]
    index = array.indices
    if index.null_count:
        words.append("")
        index = index.cast(pa.int32()).fill_null(len(words) - 1)
    numbers: Array = index.to_numpy(zero_copy_only=False)
    return numbers, words
