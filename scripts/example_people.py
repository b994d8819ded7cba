"""People who do not exist and the sheets they are written on, for scripts/make_examples.py.

Example: ``number_of(date(1963, 8, 15), 210)`` is a number of the code 509901, which was never assigned, with its right check
digit; ``people(60, random.Random(1))`` are always the same sixty.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from jubao.kernel.id_number import id_check_char

MADE_ON = date(2024, 6, 1)
SURNAMES = "张王李赵刘陈杨黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "秀英桂兰玉珍建国素芳德明光荣淑华志强永福春梅世全菊香文学天云"
RARE = {7: "𠮷大山", 18: "买买提·艾力", 29: "刘䶮", 41: "单 青", 53: "欧阳素芳"}
VILLAGES = [("青山镇", "松树村"), ("青山镇", "石桥村"), ("绿水镇", "河口社区"), ("绿水镇", "白沙村")]


@dataclass(frozen=True)
class Person:
    """Somebody on the roster."""

    name: str
    number: str
    birth: date
    township: str
    village: str


def number_of(birth: date, sequence: int, area: str = "509901") -> str:
    """An identity number with the right check character."""
    first = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return first + id_check_char(first)


def people(count: int, source: random.Random, first_year: int = 1935, last_year: int = 1963) -> list[Person]:
    """Invented persons; some have the names that programs stumble over."""
    found = []
    for i in range(count):
        birth = date(source.randint(first_year, last_year), source.randint(1, 12), source.randint(1, 28))
        given = source.choice(GIVEN) + (source.choice(GIVEN) if source.random() < 0.8 else "")
        name = RARE.get(i, source.choice(SURNAMES) + given)
        found.append(Person(name, number_of(birth, 100 + i), birth, *VILLAGES[i * len(VILLAGES) // count]))
    return found


class Sheet:
    """One sheet being written from the top, with a merged title."""

    def __init__(self, book: xlsxwriter.Workbook, name: str) -> None:
        self.book, self.sheet, self.row = book, book.add_worksheet(name), 0
        self.bold = book.add_format({"bold": True, "align": "center", "border": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})

    def title(self, text: str, width: int) -> None:
        """A merged row."""
        self.sheet.merge_range(self.row, 0, self.row, width - 1, text, self.bold)
        self.row += 1

    def line(self, values: Sequence[Any], style: Any = None) -> None:
        """A row of cells; days become date cells."""
        for column, value in enumerate(values):
            if isinstance(value, date):
                self.sheet.write_datetime(self.row, column, value, self.day)
            elif value is not None:
                self.sheet.write(self.row, column, value, style)
        self.row += 1


def workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook whose bytes depend on its content only."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2024, 6, 1), "title": path.stem})
    return book
