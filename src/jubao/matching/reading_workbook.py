"""Sheets of a workbook as rows of text, numbered as Excel numbers them.

Values are what Excel cached; formulas are never evaluated, macros and links never touched. A number cell is written with
the fifteen digits Excel itself keeps, so an identity number typed as a number arrives as ``5.0011019490307E+17`` and is
refused by name. Example: the date cell 2024-05-17 gives ``2024-05-17`` in either date system; the serial 43967 in a
date column of a 1904 workbook gives the same day.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.text import _

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Cell = str | float | int | bool | date | datetime | time | timedelta
_SERIAL_1904 = date(1904, 1, 1)
_MIDNIGHT = time(0, 0)


def column_kind(canonical: str) -> str:
    """How number and date cells of a column are to be written: as a day, as a month, or as they are."""
    if canonical.endswith(("_on", "_date", "_from", "_until")):
        return "date"
    if canonical.endswith("_month"):
        return "month"
    return "text"


def number_text(value: float) -> str:
    """A number as Excel keeps it: fifteen digits; longer ones in scientific notation, because the rest is lost."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value)) if abs(value) < 1e15 else format(value, ".14E")
    return format(value, ".15g")


def cell_text(value: Cell, kind: str, *, is_1904: bool) -> str:
    """One cell as text. Dates become ISO; in a month column the month alone."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if is_1904 and kind == "date" and 1538 <= value < 98_500:
            return (_SERIAL_1904 + timedelta(days=int(value))).isoformat()
        return number_text(value)
    if isinstance(value, datetime):
        if kind == "month":
            return f"{value:%Y-%m}"
        return value.date().isoformat() if kind == "date" or value.time() == _MIDNIGHT else str(value)
    if isinstance(value, date):
        return f"{value:%Y-%m}" if kind == "month" else value.isoformat()
    return str(value)


class Workbook:
    """An opened workbook; sheets are read one by one and not kept."""

    def __init__(self, path: Path, book: CalamineWorkbook, *, is_1904: bool, parts: Sequence[str]) -> None:
        self.path, self._book, self.is_1904 = path, book, is_1904
        self.notes: list[str] = []
        if any("vbaproject" in part.lower() for part in parts):
            self.notes.append(_("文件含宏，没有运行。"))
        if any("externallinks" in part.lower() for part in parts):
            self.notes.append(_("文件含指向其他文件的链接，没有访问。"))

    def sheet_names(self) -> list[str]:
        """Names of the worksheets, visible ones first; charts and macro sheets are left out."""
        sheets = [s for s in self._book.sheets_metadata if str(s.typ).endswith(".WorkSheet")]
        hidden = self.hidden()
        return [s.name for s in sorted(sheets, key=lambda s: s.name in hidden)]

    def hidden(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        return frozenset(
            s.name for s in self._book.sheets_metadata if not str(s.visible).endswith(".Visible")
        )

    def require_sheet(self, name: str) -> str:
        """The sheet of that name, or by its number from 1. Raises WrongUsage listing the sheets."""
        names = [s.name for s in self._book.sheets_metadata]
        if name in names:
            return name
        if name.isdigit() and 1 <= int(name) <= len(names):
            return names[int(name) - 1]
        message = _("{file} 没有名为“{sheet}”的工作表。").format(file=self.path.name, sheet=name)
        remedy = _("它有：{names}。").format(names="、".join(names))
        raise WrongUsage("SHEET_UNKNOWN", message, remedy=remedy)

    def rows(self, sheet: str) -> list[list[Cell]]:
        """All rows from row 1 on, with Python values. Raises InputRefused if the sheet cannot be parsed."""
        try:
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except Exception as error:  # calamine raises several unrelated classes for a broken sheet
            raise _unreadable(self.path, error) from error

    def text_rows(
        self, rows: Sequence[Sequence[Cell]], start: int, kinds: Mapping[int, str]
    ) -> Iterator[tuple[int, list[str]]]:
        """Rows from index ``start`` on as text, with the row number Excel shows."""
        for index in range(start, len(rows)):
            yield (
                index + 1,
                [
                    value
                    if isinstance(value, str)
                    else cell_text(value, kinds.get(column, "text"), is_1904=self.is_1904)
                    for column, value in enumerate(rows[index])
                ],
            )


def _unreadable(path: Path, error: Exception) -> InputRefused:
    message = _("{name} 已损坏，读不出工作表（{error}）。").format(name=path.name, error=str(error)[:80])
    return InputRefused("FILE_DAMAGED", message, remedy=_("请在 Excel 中打开并另存，或重新导出。"))


def open_workbook(path: Path) -> Workbook:
    """Open an xlsx or xls that the guards have let through."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        message = _("{name} 加了密码，打不开。").format(name=path.name)
        raise InputRefused("FILE_ENCRYPTED", message, remedy=_("请在 Excel 中去掉密码后再提供。")) from error
    except Exception as error:  # as above: no common base class that is not Exception
        raise _unreadable(path, error) from error
    parts: list[str] = []
    is_1904 = False
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts = archive.namelist()
            is_1904 = bool(re.search(rb"""date1904=["'](?:1|true)""", archive.read("xl/workbook.xml")))
    return Workbook(path, book, is_1904=is_1904, parts=parts)
