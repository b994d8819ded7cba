"""One list written beside its rejects: OUT and `<stem>.rejects.<format>`, both aside first and moved when whole.

Worked example: `ListOutput(Path("核定.xlsx"), "csv", "zh", aliases).write(con, "SELECT …", "cleaned_rejects")` writes
核定.xlsx (the ending decides) and 核定.rejects.xlsx with Chinese headers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FORMATS = ("csv", "xlsx", "parquet")
REJECTS = "SELECT file, row, field, value_masked, rule, remedy FROM {table} ORDER BY row, field"


def money_sql(column: str) -> str:
    """SQL for fen as yuan with two decimals: exact, shown as 18.02 and 10.00."""
    return f"CAST(CAST({column} AS DECIMAL(16, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2))"


def month_sql(column: str) -> str:
    """SQL for a month index as 2024-05."""
    return f"printf('%04d-%02d', {column} // 12, {column} % 12 + 1)"


@dataclass(frozen=True)
class ListOutput:
    """Where one list goes; without `out` nothing is written (an explanation only)."""

    out: Path | None
    format: str
    headers: str
    aliases: Mapping[str, Sequence[str]]

    @property
    def chosen(self) -> str:
        """The format: the ending of OUT if it is one, else what was asked."""
        ending = self.out.suffix.lower().lstrip(".") if self.out else ""
        return ending if ending in FORMATS else self.format

    @property
    def rejects_path(self) -> Path | None:
        """Beside OUT."""
        return self.out.with_name(f"{self.out.stem}.rejects.{self.chosen}") if self.out else None

    def write(self, con: duckdb.DuckDBPyConnection, sql: str, rejects: str) -> None:
        """Write the list and its rejects."""
        from jubao.matching.writing import write_table

        self.write_rejects(con, rejects)
        if self.out:
            write_table(con, sql, self.out, self.chosen, headers=self.headers, aliases=self.aliases)

    def write_rejects(self, con: duckdb.DuckDBPyConnection, rejects: str) -> None:
        """Write the rejects alone: after a refusal nothing else is left behind."""
        from jubao.matching.writing import write_table

        if self.rejects_path:
            write_table(
                con, REJECTS.format(table=rejects), self.rejects_path, self.chosen, headers=self.headers, aliases=self.aliases
            )
