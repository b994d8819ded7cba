"""Where read rows wait for the engine: an Arrow table while they are few, a temporary Parquet file when they are many.

Example: 5 000 rows of a workbook become an Arrow table of text columns ``c0, c1, …`` and ``source_row``; ten million rows
of a GB18030 file go through in batches of a hundred thousand, so that memory stays small.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.matching.arrow_columns import integer_column, text_column
from jubao.matching.rejects import quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH_ROWS = 100_000
_numbers = itertools.count(1)


class Store:
    """Rows as text columns ``c0 … cn`` and ``source_row``; blank cells are NULL."""

    def __init__(self, table: pa.Table | None, path: Path | None, keep: object = None) -> None:
        self._table, self._path, self._keep = table, path, keep
        self._name = f"jubao_input_{next(_numbers)}"

    def from_clause(self, con: duckdb.DuckDBPyConnection) -> str:
        """What stands after FROM; an Arrow table is registered with the connection first."""
        if self._path is not None:
            return f"read_parquet({quoted(str(self._path))})"
        con.register(self._name, self._table)
        return self._name


def _batches(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[list[tuple[int, Sequence[str]]]]:
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH_ROWS)):
        yield batch


def store_rows(rows: Iterable[tuple[int, Sequence[str]]], width: int) -> Store:
    """Read all rows into a store of ``width`` text columns."""
    import pyarrow as pa

    schema = pa.schema([*((f"c{i}", pa.large_string()) for i in range(width)), ("source_row", pa.int64())])

    def arrow(batch: list[tuple[int, Sequence[str]]]) -> pa.RecordBatch:
        columns = [
            text_column(c, is_blank_null=True) for c in zip(*(cells for _row, cells in batch), strict=True)
        ]
        numbers = integer_column([row for row, _cells in batch])
        return pa.RecordBatch.from_arrays([*columns, numbers], schema=schema)

    batches = _batches(rows)
    first = next(batches, None)
    if first is None:
        return Store(schema.empty_table(), None)
    second = next(batches, None)
    if second is None:
        return Store(pa.Table.from_batches([arrow(first)]), None)

    import pyarrow.parquet as pq

    folder = tempfile.TemporaryDirectory(prefix="jubao-")
    path = Path(folder.name) / "rows.parquet"
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for batch in itertools.chain([first, second], batches):
            writer.write_batch(arrow(batch))
    return Store(None, path, folder)
