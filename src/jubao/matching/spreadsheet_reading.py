"""Any spreadsheet with a column of numbers (or names, or addresses): which sheets, which rows, what stands there.

Worked example: a workbook with a title in row 1, the header in row 2 and 公民身份号码 in column C gives one `AskedSheet` with
`header_row=2` and one `AskedRow` per person with the row number that Excel shows; a totals row is not a person. A sheet
without a header that is known is taken by its content: a column most of whose cells look like identity numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.headers import HEAD_ROWS, Wanted, find_header, header_key
from jubao.matching.reading_detect import FileKind, detect
from jubao.matching.reading_encoding import sniff_encoding
from jubao.matching.reading_text import open_text
from jubao.matching.reading_workbook import Workbook, open_workbook

FEWEST_FIGURES = 6
BESIDE = ("name", "register_place", "township", "village", "event_on")
Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One person asked about: the row as Excel numbers it, and the cells that the columns found hold."""

    row: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell of a column, or "" where the sheet has none."""
        return self.cells.get(column, "")


@dataclass
class AskedSheet:
    """One sheet with the columns found in it (canonical name → index from 0) and its rows."""

    name: str
    header_row: int
    width: int
    columns: dict[str, int]
    headers: list[str]
    rows: list[AskedRow] = field(default_factory=list)


@dataclass
class AskedFile:
    """A spreadsheet and the sheets of it that can be answered."""

    path: Path
    kind: FileKind
    sheets: list[AskedSheet]
    encoding: str = ""
    delimiter: str = ","


def read_asked(
    path: Path,
    *,
    aliases: Mapping[str, Sequence[str]],
    key: str = "id_number",
    extra: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
) -> AskedFile:
    """Find the rows to answer by their `key` column; `extra` names columns to take along. Raises InputRefused NO_KEY_COLUMN."""
    kind = detect(path)
    wanted = Wanted(aliases, (key,), (), [*BESIDE, *extra], mapping or {})
    if kind is FileKind.PARQUET:
        raise InputRefused(
            "FILE_PARQUET",
            _("{name} 是 Parquet 文件，不能原样填写。").format(name=path.name),
            remedy=_("请提供 xlsx、xls 或 CSV。"),
        )
    if kind is FileKind.TEXT:
        asked = _read_text(path, wanted, key)
    else:
        book = open_workbook(path)
        asked = AskedFile(path, kind, [s for s in _sheets(book, wanted, key) if s is not None])
    if not any(sheet.rows for sheet in asked.sheets):
        raise InputRefused(
            "NO_KEY_COLUMN",
            _("{name} 里找不到“{column}”一列。").format(name=path.name, column=wanted.label(key)),
            remedy=_("请把那一列的表头改成“{column}”，或指明是哪一列。").format(column=wanted.label(key)),
        )
    return asked


def _sheets(book: Workbook, wanted: Wanted, key: str) -> Iterator[AskedSheet | None]:
    for name in book.sheet_names():
        lines = list(book.text_rows(book.rows(name), 0, {}))
        yield _sheet(name, lines, wanted, key)


def _read_text(path: Path, wanted: Wanted, key: str) -> AskedFile:
    encoding = sniff_encoding(path)
    source = open_text(path, encoding)
    sheet = _sheet("", list(source.rows()), wanted, key)
    return AskedFile(path, FileKind.TEXT, [sheet] if sheet else [], encoding.codec, source.delimiter)


def _sheet(name: str, lines: Sequence[Line], wanted: Wanted, key: str) -> AskedSheet | None:
    head = find_header(list(islice(lines, HEAD_ROWS + 4)), wanted)
    width = max((len(_trimmed(cells)) for _row, cells in lines), default=0)
    if head is not None:
        sheet = AskedSheet(name, head.rows[-1], width, dict(head.columns), list(head.texts))
        below = lines[head.data_from :]
    else:
        column = _column_of_numbers(lines) if key == "id_number" else None
        if column is None:
            return None
        first = next(i for i, (_row, cells) in enumerate(lines) if _is_number(_cell(cells, column)))
        header = lines[first - 1][1] if first else []
        sheet = AskedSheet(name, lines[first - 1][0] if first else 0, width, {key: column}, list(header))
        below = lines[first:]
    sheet.rows = [row for row in (_row(line, sheet, key) for line in below) if row is not None]
    return sheet


def _row(line: Line, sheet: AskedSheet, key: str) -> AskedRow | None:
    number, cells = line
    found = {name: _cell(cells, index).strip() for name, index in sheet.columns.items()}
    text = found.get(key, "")
    if key == "id_number":
        figures = sum(character.isdigit() for character in text)
        if figures < FEWEST_FIGURES and not (text and found.get("name")):
            return None
    elif not text or header_key(text) in ("合计", "总计", "小计"):
        return None
    return AskedRow(number, found)


def _column_of_numbers(lines: Sequence[Line]) -> int | None:
    """The column most of whose filled cells look like identity numbers; the first one of several."""
    filled: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for _row, cells in islice(lines, 500):
        for index, cell in enumerate(cells):
            if cell.strip():
                filled[index] = filled.get(index, 0) + 1
                numbers[index] = numbers.get(index, 0) + _is_number(cell)
    likely = [index for index in sorted(numbers) if numbers[index] and numbers[index] * 2 >= filled[index]]
    return likely[0] if likely else None


def _is_number(text: str) -> bool:
    cleaned = "".join(text.split()).upper()
    return (
        15 <= len(cleaned) <= 22 and cleaned[:-1].isdigit() and (cleaned[-1].isdigit() or cleaned[-1] == "X")
    )


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return cells[:last]
