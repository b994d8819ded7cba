"""Where a batch query runs: in this process on DuckDB, or on Spark with the same text; the result ends up here either way.

Worked example: `with open_store(con, "spark") as store: store("pensions", "SELECT … FROM people", ["people"])` sends the table
`people` to Spark, lets it compute, and leaves the table `pensions` in the connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from jubao.matching.spark import SparkEngine


class Store:
    """Stores the result of a SELECT (DuckDB dialect) as a table of the connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, spark: SparkEngine | None = None) -> None:
        self.con, self.spark = con, spark

    def __call__(self, into: str, sql: str, inputs: Sequence[str]) -> None:
        """Run the query over the tables or views `inputs`; an earlier result of the name is replaced."""
        if self.spark is None:
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {sql}")
            return
        for table in inputs:
            self.spark.take(self.con, table, f"SELECT * FROM {table}")
        self.spark.create(into, sql)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT * FROM {self.spark.files(into)}")


@contextmanager
def open_store(con: duckdb.DuckDBPyConnection, engine: str) -> Iterator[Store]:
    """The store of an engine. Raises WrongUsage when Spark or Java is missing, OutsideUnavailable when it fails."""
    if engine == "duckdb":
        yield Store(con)
        return
    from jubao.matching.spark import spark_engine

    with spark_engine() as spark:
        yield Store(con, spark)
