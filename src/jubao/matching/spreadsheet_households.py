"""Department lists whose rows are households: five or six pairs of name and number in one row become one line per person.

Worked example: 户主姓名, 户主身份证号, 成员1姓名, 成员1身份证号 … with three filled pairs give three `Member`s of the same row; a
disability number of 20 characters gives the identity number and its two added figures (kind, grade).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.headers import HEAD_ROWS, header_key
from jubao.matching.reading_detect import FileKind, detect
from jubao.matching.reading_encoding import sniff_encoding
from jubao.matching.reading_text import open_text
from jubao.matching.reading_workbook import open_workbook
from jubao.matching.spreadsheet_numbers import NumberFound, number_in

_NUMBER = re.compile(r"身份证|证件号|残疾证号|公民身份|aac002|^id_number$")
_NAME = re.compile(r"姓名|户主|成员|家庭人员|aac003|^name$")
_KIND = re.compile(r"救助类型|保障类型|低保类型|类型|类别|残疾等级|等级|救助方式")
_PLACES = {"township": re.compile(r"乡镇|镇街|街道"), "village": re.compile(r"^村|村社区|社区|村居|村（")}
Line = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Member:
    """One person of one row: name and number, the text of the kind column, the places as written."""

    row: int
    name: str
    number: NumberFound
    text: str
    kind: str
    township: str
    village: str


@dataclass(frozen=True)
class _Columns:
    pairs: tuple[tuple[int, int], ...]
    kind: int
    places: dict[str, int]
    header_row: int
    width: int


@dataclass(frozen=True)
class Households:
    """All persons of a file and where its table stands."""

    members: list[Member]
    sheet: str
    header_row: int
    width: int


def read_households(path: Path) -> Households:
    """Read the first sheet that has a pair of name and number. Raises InputRefused COLUMN_MISSING."""
    for sheet, lines in _sheets(path):
        columns = _columns(lines)
        if columns is None:
            continue
        members = [
            member for line in lines if line[0] > columns.header_row for member in _members(line, columns)
        ]
        return Households(members, sheet, columns.header_row, columns.width)
    message = _("{name} 里找不到姓名和证件号码的列。").format(name=path.name)
    raise InputRefused("COLUMN_MISSING", message, remedy=_("请保留原表的表头：姓名、身份证号码。"))


def _sheets(path: Path) -> Iterator[tuple[str, list[Line]]]:
    if detect(path) is FileKind.TEXT:
        yield "", list(open_text(path, sniff_encoding(path)).rows())
        return
    book = open_workbook(path)
    for name in book.sheet_names():
        yield name, list(book.text_rows(book.rows(name), 0, {}))


def _columns(lines: Sequence[Line]) -> _Columns | None:
    for row, cells in lines[:HEAD_ROWS]:
        keys = [header_key(cell) for cell in cells]
        numbers = [index for index, key in enumerate(keys) if _NUMBER.search(key)]
        names = [index for index, key in enumerate(keys) if _NAME.search(key) and index not in numbers]
        pairs: list[tuple[int, int]] = []
        for number in numbers:
            left = [name for name in names if name < number and name not in {pair[0] for pair in pairs}]
            if left:
                pairs.append((left[-1], number))
        if pairs:
            taken = {index for pair in pairs for index in pair}
            kinds = [i for i, key in enumerate(keys) if _KIND.search(key) and i not in taken]
            places = {
                place: next((i for i, key in enumerate(keys) if form.search(key) and i not in taken), -1)
                for place, form in _PLACES.items()
            }
            return _Columns(tuple(pairs), kinds[0] if kinds else -1, places, row, len(cells))
    return None


def _members(line: Line, columns: _Columns) -> Iterator[Member]:
    row, cells = line
    for name_at, number_at in columns.pairs:
        name = "".join(_cell(cells, name_at).split())
        text = _cell(cells, number_at).strip()
        figures = sum(character.isdigit() for character in text)
        if figures < 6 and not (name and text):
            continue
        yield Member(
            row, name, number_in(text), text, _cell(cells, columns.kind).strip(),
            _cell(cells, columns.places["township"]).strip(), _cell(cells, columns.places["village"]).strip(),
        )  # fmt: skip


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index] if 0 <= index < len(cells) else ""
