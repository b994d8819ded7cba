"""Lists for the tests of reading: aliases, a writer of workbooks, and what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input

ALIASES = {
    "id_number": ("身份证号码", "身份证号", "公民身份号码", "证件号码", "AAC002"),
    "name": ("姓名", "参保人姓名"),
    "event_on": ("死亡日期", "火化时间", "日期"),
    "personal_number": ("个人编号",),
    "benefit_start_month": ("待遇启领时间",),
    "township": ("镇街", "乡镇"),
    "reason": ("注销原因", "原因"),
}
OPTIONAL = ["name", "event_on", "personal_number", "benefit_start_month", "township", "reason"]
Rows = Sequence[Sequence[Any]]


def read(path: Path, **options: Any) -> Input:
    return open_input(
        path, **{"aliases": ALIASES, "required": ["id_number"], "optional": OPTIONAL, **options}
    )


def rows(inp: Input, *columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {', '.join(columns)} FROM ({inp.scan_sql(con)}) ORDER BY source_row"
        ).fetchall()


def written(
    folder: Path, *sheets: Rows, names: Sequence[str] = (), hidden: Sequence[int] = (), **options: Any
) -> Path:
    path = folder / "名单.xlsx"
    with xlsxwriter.Workbook(str(path), options) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, content in enumerate(sheets):
            sheet = book.add_worksheet(names[number] if names else f"表{number + 1}")
            for row, cells in enumerate(content):
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        sheet.write_datetime(row, column, value, days)
                    elif value is not None:
                        sheet.write(row, column, value)
            if number in hidden:
                sheet.hide()
    return path


def every_row(inp: Input) -> int:
    assert inp.row_count is not None
    return inp.head_rows + inp.row_count + len(inp.rejects) + len(inp.skipped) + inp.blank_rows
