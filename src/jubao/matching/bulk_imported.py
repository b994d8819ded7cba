"""Imported feeds in a huge run: keys and hashes lie ready on the disk, only the matching is left.

Worked example: 12 M journeys imported once are read as plain integers and matched with the roster in a second; the few records
that several persons could mean, and all losses, go to the SQL as the records they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jubao.matching.bulk_feeds import FeedReader, Matched, Scan
from jubao.matching.bulk_input import Array, Batch
from jubao.matching.bulk_uses import Uses
from jubao.matching.importing import RECORD_COLUMNS

if TYPE_CHECKING:
    import duckdb


class ImportedReader(FeedReader):
    """Reads an imported feed: keys and hashes lie ready, days and words were understood when it came."""

    COLUMNS = ("id_key", "name_hash", "event_day", "record_fault", "source_row")

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns of a loss, whose matched records go to the SQL as they are; of life what the facts need."""
        return RECORD_COLUMNS

    def _tasks(self, pool: ThreadPoolExecutor) -> Iterator[Future[Matched]]:
        for group in range(pq.read_metadata(self.path).num_row_groups):
            yield pool.submit(self._read, group)

    def _read(self, group: int) -> Matched:
        with pq.ParquetFile(self.path, memory_map=True) as file:
            table = file.read_row_group(group, columns=list(self.wanted), use_threads=False)
        columns = {name: table[name].chunk(0) for name in table.column_names}
        batch = Batch(table, 0, columns["source_row"].to_numpy())
        return self._found(batch, columns["id_key"].to_numpy(), columns["name_hash"].to_numpy())

    def unreadable(self, batch: Batch) -> Array:
        """None: such records were refused when the feed came."""
        return np.zeros(0, np.int64)

    def days(self, batch: Batch, name: str = "event_on") -> tuple[Array, Array | None]:
        """The day of each record."""
        return batch.columns["event_day"].chunk(0).to_numpy(), None

    def faults(self, batch: Batch, uses: Uses) -> Array:
        """The line in the table of uses for each record."""
        faults = batch.columns["record_fault"].chunk(0).to_numpy()
        lines = np.zeros(128, np.uint8)
        for fault in np.flatnonzero(np.bincount(faults, minlength=1)):
            lines[fault] = uses.number_of(int(fault))
        numbers: Array = lines[faults]
        return numbers


def records_table(con: duckdb.DuckDBPyConnection, scan: Scan, path: Path, table: str) -> None:
    """Make the records taken from an imported feed the table `table` of the SQL."""
    parts = [part for part, _rows in scan.slow_parts]
    con.register(f"{table}_arrow", pa.concat_tables(parts) if parts else pq.read_schema(path).empty_table())
    casts = {"event_day": "BIGINT", "sentence_until_day": "BIGINT", "record_fault": "INTEGER", "record_nature": "INTEGER",
             "event_date": "BIGINT"}  # fmt: skip
    columns = [f"CAST({n} AS {casts[n]}) AS {n}" if n in casts else n for n in RECORD_COLUMNS]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {', '.join(columns)} FROM {table}_arrow")
    con.unregister(f"{table}_arrow")
