"""One list written beside its rejects: OUT and `<stem>.rejects.<format>`, both aside first and moved when whole.

Worked example: `ListOutput(Path("核定.xlsx"), "csv", "zh", aliases).write(con, "SELECT …", "cleaned_rejects")` writes
核定.xlsx (the ending decides) and 核定.rejects.xlsx with Chinese headers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.matching.rejects import named_fields_sql
from jubao.matching.writing import output_format, rejects_path, write_rejects, write_table

if TYPE_CHECKING:
    import duckdb


Progress = Callable[[str, int, int], None]
"""What a run tells while it works: words, steps done, steps in all."""


def silent(words: str, done: int, total: int) -> None:
    """Nobody is watching."""


def money_sql(column: str) -> str:
    """SQL for fen as yuan with two decimals: exact, shown as 18.02 and 10.00."""
    return f"CAST(CAST({column} AS DECIMAL(16, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2))"


def month_sql(column: str) -> str:
    """SQL for a month index as 2024-05."""
    return f"printf('%04d-%02d', {column} // 12, {column} % 12 + 1)"


@dataclass(frozen=True, kw_only=True)
class ListRequest:
    """What every command on one list is asked: region as typed, where to write, how, and whom to explain."""

    region: str
    out: Path | None
    format: str = "csv"
    headers: str = "en"
    mapping: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    engine: str = "duckdb"
    explain: bool = False
    explain_id: str | None = None


@dataclass(kw_only=True)
class ListSummary:
    """What every command on one list answers: rows not read, rows recomputed, engine, pack, time, hints, explanations."""

    rejects: int
    checked: int
    engine: str
    region: str
    pack_hash: str
    seconds: float = 0.0
    notes: list[str]
    explanations: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The summary as `--json` prints it."""
        found = {name: value for name, value in vars(self).items() if name != "explanations"}
        return {**found, "seconds": round(self.seconds, 2)}


@dataclass(frozen=True)
class ListOutput:
    """Where one list goes; without `out` nothing is written (an explanation only)."""

    out: Path | None
    format: str
    headers: str
    aliases: Mapping[str, Sequence[str]]

    def require_place(self, *inputs: Path) -> None:
        """Before any work: OUT has a folder and is none of the inputs. Raises WrongUsage."""
        if self.out is None:
            return
        if not self.out.parent.is_dir():
            message = _("没有文件夹 {folder}。").format(folder=self.out.parent)
            raise WrongUsage("FOLDER_MISSING", message, remedy=_("请先建好文件夹，或改写 -o 的路径。"))
        written = {path.resolve() for path in (self.out, rejects_path(self.out, self.chosen))}
        for path in inputs:
            if path.resolve() in written:
                message = _("{path} 是输入文件，不能用结果覆盖。").format(path=path)
                raise WrongUsage("OUT_IS_INPUT", message, remedy=_("请把 -o 换成别的文件名。"))

    @property
    def chosen(self) -> str:
        """The format: the ending of OUT if it is one, else what was asked."""
        return output_format(self.out, self.format) if self.out else self.format

    def write(self, con: duckdb.DuckDBPyConnection, sql: str, rejects: str) -> None:
        """Write the list, then its rejects; without OUT nothing."""
        if self.out:
            write_table(con, sql, self.out, self.chosen, self.headers, aliases=self.aliases)
        self.write_rejects(con, rejects)

    def write_rejects(self, con: duckdb.DuckDBPyConnection, rejects: str) -> None:
        """Write the rejects alone: after a refusal nothing else is left behind."""
        if self.out:
            place = rejects_path(self.out, self.chosen)
            named = named_fields_sql(f"SELECT * FROM {rejects}", self.headers, self.aliases)
            write_rejects(con, place, (), named, self.chosen, self.headers)
