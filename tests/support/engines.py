"""The engines the rules must agree on, behind one method: rows in, columns out.

Worked example: `DuckDB().run(["account_pension"], [{"account_balance_fen": 250473}], {"payout_divisor_months": 139})`
gives `[{"account_pension": 1802}]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import duckdb
import pyarrow

from jubao.rules.evaluate import explain, select_sql
from tests.support.worked_cases import all_rules

Row = Mapping[str, Any]
_TYPES = {bool: "boolean", int: "bigint", str: "varchar"}


class Engine(Protocol):
    """Computes the targets for every row; `constants` are the same for all of them."""

    dialect: str

    def run(self, targets: Sequence[str], rows: Sequence[Row], constants: Row) -> list[dict[str, Any]]: ...


class Scalar:
    """The norm: the rules called with plain values, one row at a time."""

    dialect = "python"

    def run(self, targets: Sequence[str], rows: Sequence[Row], constants: Row) -> list[dict[str, Any]]:
        all_rules()
        answers = []
        for row in rows:
            values = {**row, **constants}
            trace = explain(targets, values).values
            answers.append({name: trace.get(name, values.get(name)) for name in targets})
        return answers


def _types(rows: Sequence[Row]) -> dict[str, str]:
    return {name: _TYPES[type(value)] for name, value in rows[0].items()}


def _query(targets: Sequence[str], columns: Sequence[str], constants: Row, dialect: str) -> str:
    wanted = list(targets)
    return select_sql(targets, columns, constants, "asked", dialect=dialect, keep=["row_id", *wanted])


def _in_order(targets: Sequence[str], found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """The answers by row number; sorting here spares the engines a step per question."""
    return [dict(zip(targets, row[1:], strict=True)) for row in sorted(map(tuple, found))]


class DuckDB:
    """The set evaluator in the process."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def run(self, targets: Sequence[str], rows: Sequence[Row], constants: Row) -> list[dict[str, Any]]:
        types = _types(rows)
        numbered = [{"row_id": number, **row} for number, row in enumerate(rows)]
        self.connection.register("asked", pyarrow.Table.from_pylist(numbered))
        found = self.connection.execute(_query(targets, list(types), constants, self.dialect)).fetchall()
        return _in_order(targets, found)


class PostgreSQL:
    """The same SQL on the embedded PostgreSQL; `connection` is an open psycopg connection."""

    dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, targets: Sequence[str], rows: Sequence[Row], constants: Row) -> list[dict[str, Any]]:
        types = _types(rows)
        columns = ", ".join(f"{name} {type_}" for name, type_ in {"row_id": "bigint", **types}.items())
        with self.connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS asked")
            cursor.execute(f"CREATE TEMP TABLE asked ({columns})")
            with cursor.copy(f"COPY asked ({', '.join(['row_id', *types])}) FROM STDIN") as copy:
                for number, row in enumerate(rows):
                    copy.write_row((number, *(row[name] for name in types)))
            cursor.execute(_query(targets, list(types), constants, self.dialect))
            return _in_order(targets, cursor.fetchall())


class Spark:
    """The same SQL on Spark in local mode; `session` is an open SparkSession with ANSI mode on."""

    dialect = "spark"

    def __init__(self, session: Any) -> None:
        self.session = session

    def run(self, targets: Sequence[str], rows: Sequence[Row], constants: Row) -> list[dict[str, Any]]:
        types = {name: type_.replace("varchar", "string") for name, type_ in _types(rows).items()}
        schema = ", ".join(f"{name} {type_}" for name, type_ in {"row_id": "bigint", **types}.items())
        values = [(number, *(row[name] for name in types)) for number, row in enumerate(rows)]
        self.session.createDataFrame(values, schema).coalesce(1).createOrReplaceTempView("asked")
        found = self.session.sql(_query(targets, list(types), constants, self.dialect)).collect()
        return _in_order(targets, found)
