"""The comparison on Spark: the same SQL text as on DuckDB, translated; tables travel as Parquet files in one folder.

Worked example: `run_on_spark(con, request, plan, output, roster, feeds, report)` has DuckDB read the files into Parquet; Spark
cleans the cells, links, collects and judges; DuckDB writes the lists from Spark's tables, byte for byte those of its own run.

| step | runs on |
|---|---|
| reading any format, rejects, repeated rows, links without a number (few rows) | DuckDB, in this process |
| cleaning every cell, linking by number, evidence, facts per person, judgement, the checks of the run | Spark |
| words of the reasons, writing lists and workbooks | DuckDB, in this process |

On a cluster the folder (`JUBAO_SPARK_FOLDER`) must be one that every worker sees; on one machine it is a temporary folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import OutsideUnavailable
from jubao.kernel.text import _
from jubao.matching.judging import Feed, Guard, judge
from jubao.matching.output import Output
from jubao.matching.plan import Plan
from jubao.matching.reading_input import Input
from jubao.matching.rejects import Reject, quoted
from jubao.matching.run import CompareRequest, Done, Opened, Progress
from jubao.matching.small_run import run_in_sql
from jubao.matching.spark_session import spark_session
from jubao.matching.spark_text import for_spark

if TYPE_CHECKING:
    import duckdb

RESULTS = ("evidence", "gathered", "facts", "judged")


def run_on_spark(
    con: duckdb.DuckDBPyConnection,
    request: CompareRequest,
    plan: Plan,
    output: Output,
    roster: Input,
    feeds: Sequence[Opened],
    report: Progress,
) -> Done:
    """As `run_in_sql`, with Spark doing the work."""
    size = sum(path.stat().st_size for path in (request.roster, *(opened.path for opened in feeds)))
    with spark_engine(size) as engine:
        return run_in_sql(con, request, plan, output, roster, feeds, report, OnSpark(con, engine))


@contextmanager
def spark_engine(size: int = 0) -> Iterator[SparkEngine]:
    """An engine with a folder of its own, both gone at the end; `size` is how many bytes it will have to read."""
    parent = os.environ.get("JUBAO_SPARK_FOLDER") or None
    with (
        spark_session(size) as session,
        tempfile.TemporaryDirectory(prefix="jubao-spark-", dir=parent) as folder,
    ):
        engine = SparkEngine(session, Path(folder))
        try:
            yield engine
        finally:
            engine.forget()


class SparkEngine:
    """Steps as Parquet tables in `folder`, made by a Spark session."""

    name = "spark"

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self.folder = session, folder

    def create(self, name: str, sql: str) -> None:
        """Store the result of a SELECT (DuckDB dialect) as a table."""
        with _in_one_line():
            frame = self.session.sql(for_spark(sql))
            frame.write.parquet(str(self.folder / name))
            self._show(name, frame.schema)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        with _in_one_line():
            return [tuple(row) for row in self.session.sql(for_spark(sql)).collect()]

    def take(self, con: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
        """Bring the rows of a SELECT in DuckDB over as a table."""
        target = self.folder / table
        target.mkdir()
        con.execute(f"COPY ({sql}) TO {quoted(str(target / 'rows.parquet'))} (FORMAT parquet)")
        columns = con.execute(f"DESCRIBE {sql}").fetchall()
        with _in_one_line():
            self._show(
                table, ", ".join(f"`{name}` {SPARK_TYPES.get(kind, kind)}" for name, kind, *_rest in columns)
            )

    def files(self, table: str) -> str:
        """The files of a table as DuckDB reads them."""
        return f"read_parquet({quoted(str(self.folder / table / '*.parquet'))})"

    def _show(self, name: str, schema: Any) -> None:
        """Name the files of a table, so that later steps find it; with the schema no file has to be opened for it."""
        path = str(self.folder / name)
        self.session.read.schema(schema).parquet(path).createOrReplaceTempView(name)

    def forget(self) -> None:
        """Drop the names of the tables; a session that goes on must not see them."""
        for path in self.folder.iterdir():
            self.session.catalog.dropTempView(path.name)


SPARK_TYPES = {"VARCHAR": "string", "INTEGER": "int"}
"""Where Spark has another word for a type of DuckDB (BIGINT, BOOLEAN and DATE are the same)."""


@dataclass
class Lent:
    """A list of which the rows lie with Spark."""

    name: str
    columns: dict[str, str]
    headers: dict[str, str]
    rejects: list[Reject]
    table: str

    def scan_sql(self, con: duckdb.DuckDBPyConnection) -> str:
        """A SELECT of the canonical columns and source_row."""
        return f"SELECT {', '.join([*self.columns, 'source_row'])} FROM {self.table}"


class OnSpark:
    """The steps of one run on Spark, seen from a DuckDB connection that reads and writes the files."""

    def __init__(self, con: duckdb.DuckDBPyConnection, engine: SparkEngine) -> None:
        self.con, self.engine = con, engine

    def lend(self, inp: Input, table: str) -> Lent:
        """The rows of a list, as they stand in the file, for Spark."""
        lent = Lent(inp.name, inp.columns, inp.headers, inp.rejects, f"{table}_read")
        columns = ", ".join([*inp.columns, "CAST(source_row AS BIGINT) AS source_row"])
        self.engine.take(self.con, lent.table, f"SELECT {columns} FROM ({inp.scan_sql(self.con)})")
        return lent

    def create(self, name: str, sql: str) -> None:
        """Clean on Spark; the connection sees the files."""
        self.engine.create(name, sql)
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {self.engine.files(name)}")

    def judge(self, plan: Plan, feeds: Sequence[Feed], roster_rows: int) -> list[Guard]:
        """Judge on Spark; the connection gets the results."""
        links = [feed.links for feed in feeds if feed.links is not None]
        for table in ("subjects", *(feed.table for feed in feeds), *links):
            self.engine.take(self.con, table, f"SELECT * FROM {table}")
        guards = judge(self.engine, plan, feeds, roster_rows)
        for table in RESULTS:
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {self.engine.files(table)}"
            )
        return guards


@contextmanager
def _in_one_line() -> Iterator[None]:
    """A fault inside Spark as one line instead of Java's stack."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as failed:
        raise OutsideUnavailable(
            "SPARK_FAILED",
            _("Spark 运行失败：{why}").format(why=str(failed).strip().partition("\n")[0][:300]),
            remedy=_("请检查 Spark 的内存和集群，或改用 --engine duckdb；没有写出任何名单，可以重试。"),
        ) from failed
