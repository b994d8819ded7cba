"""The SQL text of a step in Spark's words; the text itself is written once, in DuckDB's.

Worked example: `for_spark("SELECT 7 // 2 AS half")` is `SELECT 7 DIV 2 AS half`.

sqlglot translates the tested subset. What it cannot know is put right here: Spark has another `hash`.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

POSITIVE = "9223372036854775807"


def for_spark(sql: str) -> str:
    """The same SELECT for Spark."""
    return sqlglot.parse_one(sql, read="duckdb").transform(_word, copy=False).sql(dialect="spark")


def _word(node: exp.Expression) -> exp.Expression:
    return node
