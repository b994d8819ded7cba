"""Opening a list: any of the files that departments send, as columns with the names the program knows.

Example::

    inp = open_input(Path("examples/火化名单.xlsx"), aliases=pack.header_aliases(), required=["id_number"], optional=["name"])
    inp.headers                     # {'id_number': '逝者身份证号码', 'name': '逝者姓名'}
    inp.notes                       # ['表头在第 3 行。', '跳过合计行 1 行（第 41 行），不计为人员。']
    con.execute(f"SELECT id_number, source_row FROM ({inp.scan_sql(con)})")

``source_row`` is the row number a person sees in Excel or the editor. Nothing is lost: ``row_count`` + ``rejects`` +
``skipped`` + ``blank_rows`` + the rows down to the header are the rows of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.matching.headers import Wanted
from jubao.matching.reading_body import SkippedRow
from jubao.matching.reading_detect import FileKind, detect
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


def open_input(
    path: Path | str,
    *,
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[str] = (),
    any_of: Sequence[Sequence[str]] = (),
    optional: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Input:
    """Open a list and find its columns: all of ``required``, one of every group in ``any_of``, what there is of ``optional``.

    Raises InputRefused (exit 3) if the file is no list, is cut off, encrypted or dangerous, or lacks a column; WrongUsage
    (exit 2) if ``mapping`` names a column the file has not, or ``sheet`` a sheet.
    """
    from jubao.matching import reading_grid, reading_tables
    from jubao.matching.reading_refusals import require_known_mapping

    where = Path(path)
    wanted = Wanted(aliases, required, any_of, optional, mapping or {})
    require_known_mapping(wanted)
    kind = detect(where)
    if kind is FileKind.PARQUET:
        return reading_tables.open_parquet(where, wanted)
    if kind is FileKind.TEXT:
        return reading_tables.open_text_file(where, wanted)
    return reading_grid.open_workbook_file(where, wanted, sheet, kind.value)
