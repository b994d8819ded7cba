"""The engine the steps run on: DuckDB in this process. Spark has its own module and runs the same text.

Worked example: `DuckEngine(con).create("evidence", "SELECT …")` stores the table; `rows("SELECT COUNT(*) FROM evidence")` answers
`[(15,)]`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def connect() -> duckdb.DuckDBPyConnection:
    """A connection in memory, with the cores of the machine, at most eight."""
    import duckdb

    con = duckdb.connect(config={"threads": min(8, os.cpu_count() or 1), "temp_directory": spill_folder()})
    con.execute("SET enable_progress_bar = false")
    return con


@cache
def spill_folder() -> str:
    """Where DuckDB may put what does not fit into memory: private to this user, gone when the process ends.

    Its own choice would be `.tmp` in the folder of the clerk, with people's data in it after a killed run.
    """
    folder = tempfile.mkdtemp(prefix="jubao-spill-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class DuckEngine:
    """Steps as temporary tables of one DuckDB connection."""

    name = "duckdb"

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def create(self, name: str, sql: str) -> None:
        """Store the result of a SELECT as a table."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        return self.con.execute(sql).fetchall()
