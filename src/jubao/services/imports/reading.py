"""From a file to clean rows for staging: opened by headers, cleaned and rejected by the rules of every list.

Worked example: a 缴费 file of 2 000 rows gives `ReadFile` with 1 997 rows (dicts by column: text, date, fen) and three rejects
with row, field, rule and remedy; the file's totals row is in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jubao.matching.engines import connect
from jubao.matching.list_cleaning import Cell, clean_list
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.matching.rejects import Reject
from jubao.policy import Pack
from jubao.services.imports.kinds import ImportColumn, ImportKind

_VALUE = {"identity": "{name}_text", "name": "{name}_clean"}


@dataclass
class ReadFile:
    """The rows of a file by column name with `source_row`, the rejected rows, and where the table stands in the file."""

    rows: list[dict[str, Any]]
    rejects: dict[int, list[Reject]]
    notes: list[str]
    place: dict[str, Any]

    @property
    def line_count(self) -> int:
        """Accepted and rejected lines together."""
        return len(self.rows) + len(self.rejects)


def read_import(
    kind: ImportKind,
    path: Path,
    pack: Pack,
    *,
    mapping: Mapping[str, str] | None,
    today: date,
    source: str = "",
) -> ReadFile:
    """Read a file of this kind. Raises InputRefused when it is no list, is cut off, or lacks a column."""
    columns = kind.file_columns
    aliases = dict(pack.header_aliases())
    for column in columns:
        aliases[column.name] = tuple(dict.fromkeys([*column.headers, *aliases.get(column.name, ())]))
    inp = open_input(
        path,
        aliases=aliases,
        required=[column.name for column in columns if column.is_required],
        optional=[column.name for column in columns if not column.is_required],
        mapping=mapping,
    )
    return _cleaned(kind, inp, columns, pack, today)


def _cleaned(
    kind: ImportKind, inp: Input, columns: Sequence[ImportColumn], pack: Pack, today: date
) -> ReadFile:
    cells = [Cell(column.name, column.kind, column.may_be_blank) for column in columns]
    words = {**pack.value_aliases(), **kind.words}
    con = connect()
    try:
        clean_list(con, inp, cells, words=words, today=today)
        present = [column for column in columns if column.name in inp.columns]
        chosen = ", ".join(f"{_expression(column)} AS {column.name}" for column in present)
        cursor = con.execute(f"SELECT source_row, {chosen} FROM cleaned ORDER BY source_row")
        names = ["source_row", *(column.name for column in present)]
        absent = {column.name: None for column in kind.columns if column.name not in names}
        rows = [dict(zip(names, row, strict=True)) | absent for row in cursor.fetchall()]
        found = con.execute("SELECT * FROM cleaned_rejects ORDER BY row").fetchall()
    finally:
        con.close()
    rejects: dict[int, list[Reject]] = {}
    for line in found:
        rejects.setdefault(int(line[1]), []).append(Reject(*line))
    place = {"sheet": inp.sheet or "", "header_row": inp.head_rows, "width": len(inp.passthrough)}
    return ReadFile(rows, rejects, list(inp.notes), place)


def _expression(column: ImportColumn) -> str:
    return _VALUE.get(column.kind, "{name}_value").format(name=column.name)
