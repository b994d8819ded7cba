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

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.matching.headers import Wanted
from jubao.matching.reading_detect import FileKind, detect
from jubao.matching.reading_input import Input

if TYPE_CHECKING:
    pass


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
