"""The second calculation of every batch: 1 row in 1000, chosen by hash, by the scalar evaluator, before anything is published.

Worked example: of 10 million pensions about 10 000 are computed again; if one step of one row differs by one fen the run
ends with exit 1, names row and rule, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.rules.registry import RULES

if TYPE_CHECKING:
    import duckdb

ONE_IN = 1000
SMALL = 1000
"""Up to so many rows every one is computed a second time."""
PIECE = 10_000


def check_against_scalar(
    con: duckdb.DuckDBPyConnection,
    computed: str,
    names: Sequence[str],
    recompute: Callable[[dict[str, Any]], Mapping[str, Any]],
) -> int:
    """Compare the chosen rows of a table with what `recompute` says of them; answers how many were compared.

    The table has `source_row` and the columns `names`. Raises CheckFailed on the first difference.
    """
    total = int(con.execute(f"SELECT count(*) FROM {computed}").fetchall()[0][0])
    chosen = "TRUE" if total <= SMALL else f"hash(source_row) % {ONE_IN} = 0"
    columns = ("source_row", *names)
    cursor = con.execute(f"SELECT {', '.join(columns)} FROM {computed} WHERE {chosen}")
    checked = 0
    while rows := cursor.fetchmany(PIECE):
        for row in rows:
            values = dict(zip(columns, row, strict=True))
            _compare(values, recompute(values))
        checked += len(rows)
    return checked


def _compare(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        if found[name] != value:
            message = _("第 {row} 行的 {rule} 两次计算不一致：成批 {batch}，逐人 {scalar}。").format(
                row=found["source_row"], rule=RULES[name].id, batch=found[name], scalar=value
            )
            raise CheckFailed("BATCH_DIFFERS", message, remedy=_("没有写出结果；请把输入交给维护人员。"))
