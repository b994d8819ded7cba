"""Giving a spreadsheet back with columns added: the same sheets, rows, columns and formats, new columns at the right.

Worked example: `fill(asked, Path("名单.xlsx"), titles=["参保状态"], answers={"Sheet1": {3: ["正常待遇"]}})` writes a copy in
which row 3 has 正常待遇 behind its last column, framed as the row is; a CSV keeps its encoding and delimiter; an xls
comes back as xlsx. Nothing that is written can be taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.matching.reading_detect import FileKind
from jubao.matching.reading_workbook import cell_text, open_workbook
from jubao.matching.spreadsheet_reading import AskedFile, AskedSheet

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

Answer = Sequence[str | int | float | None]
Answers = Mapping[str, Mapping[int, Answer]]
"""Sheet name → row number → the cells to add."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 40


def neutral(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula; a number stays."""
    if not text.startswith(_FORMULA_STARTS) or text == "-":
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def filled_name(name: str, mark: str) -> str:
    """The name of the copy: `名单.xls` with mark `已填` becomes `名单.已填.xlsx`."""
    path = Path(name)
    ending = ".xlsx" if path.suffix.lower() in (".xls", ".et") else (path.suffix or ".xlsx")
    return f"{path.stem}.{mark}{ending}"


def fill(asked: AskedFile, out: Path, *, titles: Sequence[str], answers: Answers) -> None:
    """Write the copy to `out`."""
    if asked.kind is FileKind.TEXT:
        _fill_text(asked, out, titles, answers.get("", {}))
        return
    book = opened_workbook(asked)
    for sheet in asked.sheets:
        if sheet.name in book.sheetnames and answers.get(sheet.name):
            _fill_sheet(book[sheet.name], sheet, titles, answers[sheet.name])
    book.save(out)


def opened_workbook(asked: AskedFile) -> Book:
    """The workbook to be changed: the file itself, or for an xls or a text file its values."""
    from openpyxl import Workbook as NewBook
    from openpyxl import load_workbook

    if asked.kind is FileKind.XLSX:
        return load_workbook(asked.path, keep_vba=asked.path.suffix.lower() == ".xlsm")
    book = NewBook()
    if asked.kind is FileKind.TEXT:
        text = asked.path.read_text(encoding=asked.encoding, errors="replace")
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=asked.delimiter), 1):
            for column, value in enumerate(cells, 1):
                write_cell(book.worksheets[0].cell(number, column), value)
        return book
    source = open_workbook(asked.path)
    book.remove(book.worksheets[0])
    for name in source.sheet_names():
        sheet = book.create_sheet(name)
        for number, row in enumerate(source.rows(name), 1):
            for column, cell in enumerate(row, 1):
                if cell != "":
                    write_cell(sheet.cell(number, column), _plain(cell, source.is_1904))
    return book


def _plain(cell: Any, is_1904: bool) -> Any:
    is_plain = isinstance(cell, str | int | float | bool)
    return cell if is_plain else cell_text(cell, "date", is_1904=is_1904)


def _fill_sheet(
    sheet: Worksheet, asked: AskedSheet, titles: Sequence[str], rows: Mapping[int, Answer]
) -> None:
    start = asked.width + 1
    key = asked.columns.get("id_number", min(asked.columns.values())) + 1
    if asked.header_row:
        beside = sheet.cell(asked.header_row, asked.width)
        for number, title in enumerate(titles):
            head = sheet.cell(asked.header_row, start + number)
            write_cell(head, title)
            head._style = copy(beside._style)
    styles: dict[tuple[int, str], Any] = {}
    for row, values in rows.items():
        beside = sheet.cell(row, key)
        for number, value in enumerate(values):
            if value is None or value == "":
                continue
            cell = sheet.cell(row, start + number)
            write_cell(cell, value)
            cell._style = _style(styles, beside, is_number=isinstance(value, float))
    _widen(sheet, start, titles, rows)


def write_cell(cell: Any, value: str | int | float | None) -> None:
    cell.value = value
    if isinstance(value, str):
        # A text that begins with = would be stored as a formula.
        cell.data_type = "s"


def _style(known: dict[tuple[int, str], Any], beside: Any, *, is_number: bool) -> Any:
    """The frame and font of the cell beside; text as text, amounts with two decimals."""
    form = "0.00" if is_number else "@"
    key = (beside.style_id, form)
    if key not in known:
        former = copy(beside._style)
        kept, beside.number_format = beside.number_format, form
        known[key] = copy(beside._style)
        beside.number_format = kept
        beside._style = former
    return copy(known[key])


def _widen(sheet: Worksheet, start: int, titles: Sequence[str], rows: Mapping[int, Answer]) -> None:
    from openpyxl.utils import get_column_letter

    for number, title in enumerate(titles):
        longest = max([len(title) * 2, *(_length(values, number) for values in rows.values())])
        sheet.column_dimensions[get_column_letter(start + number)].width = min(longest + 2, WIDEST)


def _length(values: Answer, number: int) -> int:
    return len(str(values[number] or "").encode("gb18030", "replace")) if number < len(values) else 0


def _fill_text(asked: AskedFile, out: Path, titles: Sequence[str], rows: Mapping[int, Answer]) -> None:
    """Every record with its cells added; the encoding and delimiter of the source, which can hold whatever is added."""
    sheet = asked.sheets[0]
    codec = "utf-8-sig" if asked.encoding in ("utf-8", "utf-8-sig") else asked.encoding
    text = asked.path.read_text(encoding=asked.encoding, errors="surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=asked.delimiter)
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=asked.delimiter, lineterminator="\r\n")
    line = 0
    for cells in reader:
        first, line = line + 1, reader.line_num
        added = list(titles) if first == sheet.header_row else [_text(v) for v in rows.get(first, ())]
        padding = [""] * (sheet.width - len(cells)) if added else []
        writer.writerow([*cells, *padding, *added])
    out.write_text(made.getvalue(), encoding=codec, errors="surrogateescape", newline="")


def _text(value: str | int | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return neutral(str(value)) if value is not None else ""
