"""Blank input tables with Chinese headers, whose cells are text so that Excel leaves 18-digit numbers alone.

Worked example: `write_template(Path("花名册.xlsx"), ["身份证号码", "姓名"])` gives a sheet with these two bold headers; a number
typed under the first stays 500110… and does not become 5.0011E+17. Written anew, never over a table somebody filled in.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

FORMATS = ("xlsx", "csv")
WIDTH_OF_NUMBER, WIDTH = 24, 16


def headers_for(columns: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> list[str]:
    """The header of each column as a clerk knows it: the first alias, else the identifier itself."""
    return [next(iter(aliases.get(column, ())), column) for column in columns]


def write_template(file: Path, headers: Sequence[str]) -> None:
    """Write one blank table as xlsx or csv, by the ending. Raises WrongUsage for another ending or an existing file."""
    ending = file.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        message = _("空白表只能是 {formats}，不能是 {name}。").format(
            formats="、".join(FORMATS), name=file.name
        )
        raise WrongUsage("FORMAT_UNKNOWN", message, remedy=_("请改用 .xlsx 或 .csv。"))
    if file.exists():
        message = _("{file} 已经存在，空白表不覆盖已有的文件。").format(file=file)
        raise WrongUsage("FILE_EXISTS", message, remedy=_("请换一个文件夹，或先移走该文件。"))
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.part")
    try:
        if ending == "csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as handle:
                csv.writer(handle).writerow(headers)
        else:
            _write_workbook(temporary, headers)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _write_workbook(file: Path, headers: Sequence[str]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet(_("数据"))
        as_text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        for column, header in enumerate(headers):
            is_number = any(word in header for word in (_("号码"), _("证号")))
            sheet.set_column(column, column, WIDTH_OF_NUMBER if is_number else WIDTH, as_text)
            sheet.write_string(0, column, header, head)
        sheet.freeze_panes(1, 0)
