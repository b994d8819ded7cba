"""The SQL text of a step in Spark's words; the text itself is written once, in DuckDB's.

Worked example: `for_spark("SELECT 7 // 2 AS half")` is `SELECT 7 DIV 2 AS half`, and `name_number(x)`, by which names are
compared, becomes 63 bits of Spark's own 64-bit hash: another number than DuckDB's, but one run cleans all names on one engine.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

POSITIVE = "9223372036854775807"


def for_spark(sql: str) -> str:
    """The same SELECT for Spark."""
    return sqlglot.parse_one(sql, read="duckdb").transform(_word, copy=False).sql(dialect="spark")


def _word(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "name_number":
        hashed = exp.Anonymous(this="xxhash64", expressions=[part.copy() for part in node.expressions])
        return exp.Paren(this=exp.BitwiseAnd(this=hashed, expression=exp.Literal.number(POSITIVE)))
    return node
