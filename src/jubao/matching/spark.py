"""The comparison on Spark: the same SQL text as on DuckDB, translated; tables travel as Parquet files in one folder.

Worked example: `judge_on_spark(con, plan, feeds, rows)` writes `subjects` and the feeds of the DuckDB connection to Parquet, lets
Spark link, collect and judge, and leaves `evidence`, `gathered`, `facts` and `judged` in the connection, row for row what
`judge(DuckEngine(con), …)` leaves there. Files are read and lists are written by DuckDB either way, so the bytes are equal.

On a cluster the folder (`JUBAO_SPARK_FOLDER`) must be one that every worker sees; on one machine it is a temporary folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import OutsideUnavailable
from jubao.kernel.text import _
from jubao.matching.judging import Feed, Guard, judge
from jubao.matching.plan import Plan
from jubao.matching.rejects import quoted
from jubao.matching.spark_session import spark_session
from jubao.matching.spark_text import for_spark

if TYPE_CHECKING:
    import duckdb

RESULTS = ("evidence", "gathered", "facts", "judged")


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

    def take(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Bring a table of DuckDB over."""
        target = self.folder / table
        target.mkdir()
        con.execute(f"COPY (SELECT * FROM {table}) TO {quoted(str(target / 'rows.parquet'))} (FORMAT parquet)")
        with _in_one_line():
            self._show(table, None)

    def give(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Leave a table of Spark in DuckDB."""
        files = quoted(str(self.folder / table / "*.parquet"))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_parquet({files})")

    def _show(self, name: str, schema: Any) -> None:
        """Name the files of a table, so that later steps find it."""
        reader = self.session.read if schema is None else self.session.read.schema(schema)
        reader.parquet(str(self.folder / name)).createOrReplaceTempView(name)

    def forget(self) -> None:
        """Drop the names of the tables; a session that goes on must not see them."""
        for path in self.folder.iterdir():
            self.session.catalog.dropTempView(path.name)


@contextmanager
def spark_engine() -> Iterator[SparkEngine]:
    """An engine with a folder of its own, both gone at the end."""
    parent = os.environ.get("JUBAO_SPARK_FOLDER") or None
    with spark_session() as session, tempfile.TemporaryDirectory(prefix="jubao-spark-", dir=parent) as folder:
        engine = SparkEngine(session, Path(folder))
        try:
            yield engine
        finally:
            engine.forget()


def judge_on_spark(
    con: duckdb.DuckDBPyConnection, plan: Plan, feeds: Sequence[Feed], roster_rows: int
) -> list[Guard]:
    """As `judge` on the connection, with Spark doing the work; the results are left in the connection."""
    with spark_engine() as engine:
        for table in ("subjects", *(feed.table for feed in feeds), *(feed.links for feed in feeds if feed.links)):
            engine.take(con, table)
        guards = judge(engine, plan, feeds, roster_rows)
        for table in RESULTS:
            engine.give(con, table)
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


__all__ = ["SparkEngine", "judge_on_spark", "spark_engine"]
