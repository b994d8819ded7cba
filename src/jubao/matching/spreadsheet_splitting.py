"""Splitting a list for the offices: one workbook per village in a folder per township, on the form's own rows, in one zip.

Worked example: 1 200 rows with 镇街 and 村 become 乡镇/村+form name.xlsx, numbered from 1, with a totals row (人数 and the
sums of amount columns); the counts per township and village equal the source and stand in 分发清单.xlsx.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jubao.kernel.text import _
from jubao.matching.headers import header_key
from jubao.matching.spreadsheet_filling import opened_workbook, write_cell
from jubao.matching.spreadsheet_reading import AskedFile, AskedSheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Place = tuple[str, str]
"""Township and village; ("", "") is nowhere."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_AMOUNT = re.compile(r"金额|养老金|合计$|元")
_OFFICE, _MADE = re.compile(r"单位名称[:：].*"), re.compile(r"制表时间[:：].*")
FIXED = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Split:
    """The zip and how many rows each place got."""

    content: bytes
    counts: Counter[Place]


def split(
    asked: AskedFile, sheet: AskedSheet, places: Mapping[int, Place], *, form: str, made_on: date
) -> Split:
    """One workbook per place of `places` (row number → place) from the rows of `sheet`; equal input gives equal counts."""
    book = opened_workbook(asked)
    source = book[sheet.name] if sheet.name else book.worksheets[0]
    rows: dict[Place, list[int]] = {}
    for row in sheet.rows:
        rows.setdefault(places.get(row.row, ("", "")), []).append(row.row)
    counts: Counter[Place] = Counter({place: len(numbers) for place, numbers in rows.items()})
    stream, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for place in sorted(rows, key=_pinyin_order):
            content = _workbook(source, sheet, rows[place], place, made_on)
            archive.writestr(zipfile.ZipInfo(_file_name(place, form, taken), FIXED), content)
        listing = zipfile.ZipInfo(f"{_('分发清单')}{made_on:%Y%m%d}.xlsx", FIXED)
        archive.writestr(listing, _listing(counts))
    return Split(stream.getvalue(), counts)


def _pinyin_order(place: Place) -> tuple[bytes, bytes]:
    """GB18030 puts common characters in the order of their sound."""
    return place[0].encode("gb18030", "replace"), place[1].encode("gb18030", "replace")


def _file_name(place: Place, form: str, taken: set[str]) -> str:
    township = _safe(place[0]) or _("未归属")
    stem = f"{_safe(place[1]) or _('未分村社区')}{_safe(form)}"
    name, number = f"{township}/{stem}.xlsx", 1
    while name in taken:
        name, number = f"{township}/{stem}-{number}.xlsx", number + 1
    taken.add(name)
    return name


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("_", text).strip(" .")[:80]


def _workbook(
    source: Worksheet, sheet: AskedSheet, numbers: Sequence[int], place: Place, made_on: date
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet.name[:31] or "Sheet1"
    styles: dict[int, dict[str, Any]] = {}
    for row in range(1, sheet.header_row + 1):
        _copy_row(source, row, page, row, sheet.width, styles)
    for area in source.merged_cells.ranges:
        if area.max_row <= sheet.header_row:
            page.merge_cells(str(area))
    _name_office(page, sheet, place, made_on)
    numbering = next(
        (i for i, head in enumerate(sheet.headers) if header_key(head) in ("序号", "编号", "序")), -1
    )
    for count, number in enumerate(numbers, 1):
        target = sheet.header_row + count
        _copy_row(source, number, page, target, sheet.width, styles)
        if numbering >= 0:
            page.cell(target, numbering + 1).value = count
    _totals(source, page, sheet, numbers, numbering)
    _set_up(source, page, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _copy_row(
    source: Worksheet, row: int, page: Worksheet, target: int, width: int, styles: dict[int, dict[str, Any]]
) -> None:
    for column in range(1, width + 1):
        cell, made = source.cell(row, column), page.cell(target, column)
        if type(made).__name__ == "MergedCell":
            continue
        if cell.value is not None:
            write_cell(made, cell.value)
        if cell.has_style:
            style = styles.setdefault(cell.style_id, {})
            if not style:
                style |= {name: copy(getattr(cell, name)) for name in ("font", "border", "fill", "alignment")}
            for name, value in style.items():
                setattr(made, name, value)
            made.number_format = cell.number_format
    if row in source.row_dimensions and source.row_dimensions[row].height:
        page.row_dimensions[target].height = source.row_dimensions[row].height


def _name_office(page: Worksheet, sheet: AskedSheet, place: Place, made_on: date) -> None:
    """The lines 单位名称 and 制表时间 of the form, where it has them."""
    office = _("单位名称：{place}").format(place="".join(place) or _("未归属"))
    made = _("制表时间：{year}年{month}月{day}日").format(
        year=made_on.year, month=made_on.month, day=made_on.day
    )
    for row in page.iter_rows(min_row=1, max_row=max(sheet.header_row - 1, 1)):
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = _MADE.sub(made, _OFFICE.sub(office, cell.value))


def _totals(
    source: Worksheet, page: Worksheet, sheet: AskedSheet, numbers: Sequence[int], numbering: int
) -> None:
    """合计 with the number of persons under the name and the sum under each amount column."""
    row = sheet.header_row + len(numbers) + 1
    name = sheet.columns.get("name", sheet.columns.get("id_number", 0))
    label = numbering if numbering >= 0 and numbering != name else (0 if name else 1)
    page.cell(row, label + 1).value = _("合计")
    page.cell(row, name + 1).value = _("{count}人").format(count=len(numbers))
    for column, head in enumerate(sheet.headers):
        values = [source.cell(number, column + 1).value for number in numbers]
        amounts = [
            value for value in values if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        if _AMOUNT.search(header_key(head)) and amounts and column not in (name, label):
            page.cell(row, column + 1).value = round(sum(amounts), 2)


def _set_up(source: Worksheet, page: Worksheet, sheet: AskedSheet) -> None:
    for letter, dimension in source.column_dimensions.items():
        if dimension.width:
            page.column_dimensions[letter].width = dimension.width
    page.page_setup.orientation = source.page_setup.orientation
    page.page_setup.paperSize = source.page_setup.paperSize
    page.page_margins = copy(source.page_margins)
    if sheet.header_row:
        page.print_title_rows = f"1:{sheet.header_row}"


def _listing(counts: Counter[Place]) -> bytes:
    """Counts per village, per township and in all, for the covering letter."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.append([_("乡镇（街道）"), _("村（社区）"), _("人数")])
    towns: Counter[str] = Counter()
    for place in sorted(counts, key=_pinyin_order):
        page.append([place[0] or _("未归属"), place[1] or _("未分村社区"), counts[place]])
        towns[place[0]] += counts[place]
    for town, count in towns.items():
        page.append([town or _("未归属"), _("小计"), count])
    page.append([_("合计"), "", counts.total()])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
