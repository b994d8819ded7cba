"""A list that was opened: its columns by the names the program knows, and what of the file is no row.

Worked example: `inp.headers` is `{'id_number': '逝者身份证号码'}`; `inp.scan_sql(con)` reads the rows with `source_row`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jubao.matching.reading_body import SkippedRow
from jubao.matching.rejects import Reject

if TYPE_CHECKING:
    import duckdb


@dataclass
class Input:
    """A list that was opened. ``columns``: canonical name -> SQL type; ``headers``: canonical name -> header in the file.

    ``passthrough`` names all original columns in order, ``extra_headers`` those the command does not know.
    ``rejects`` are rows that could not be read at all (damaged, NUL, shifted columns); cells are judged by ``cleaning``.
    """

    name: str
    kind: str
    columns: dict[str, str]
    headers: dict[str, str]
    passthrough: list[str]
    extra_headers: list[str]
    notes: list[str]
    row_count: int | None
    rejects: list[Reject] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    blank_rows: int = 0
    head_rows: int = 1
    sheet: str | None = None
    encoding: str | None = None
    physical: dict[str, str] = field(default_factory=dict)
    keep: object = field(default=None, repr=False)
    source: Callable[[duckdb.DuckDBPyConnection], str] = field(default=lambda con: "", repr=False)

    def scan_sql(self, con: duckdb.DuckDBPyConnection, *, extras: bool = False) -> str:
        """A SELECT of the canonical columns and ``source_row``, to stand in ``FROM ( … )``.

        With ``extras`` also the columns the command does not know, under their header in the file, as text.
        """
        names = [f"{self._expression(name)} AS {name}" for name in self.columns]
        if extras:
            taken = {*self.columns, "source_row"}
            names += [f"{self.physical[h]} AS {_identifier(h)}" for h in self.extra_headers if h not in taken]
        return f"SELECT {', '.join([*names, 'source_row'])} FROM {self.source(con)}"

    def _expression(self, name: str) -> str:
        physical = self.physical[self.headers[name]]
        return physical if self.columns[name] != "VARCHAR" else f"CAST({physical} AS VARCHAR)"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
