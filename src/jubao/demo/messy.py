"""The same people once more as departments really send them: titles, running numbers, totals, signatures, GB18030.

For practice and tests; small orders only. Roster and feeds are written into a folder `dirty`: workbooks with a merged
title, the header in the third row, a running number, a total and 制表人 at the foot; every third feed as a GB18030 CSV
with Chinese headers; dates in five ways of writing.

    write_messy(Path("demo/500110"), QIJIANG) returns the paths of the files that it wrote.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from jubao.demo.districts import District
from jubao.demo.spreadsheets import shown

_MADE_ON = datetime(2026, 11, 1)
_HEADERS = {
    "id_number": "身份证号码",
    "name": "姓名",
    "scheme": "险种",
    "register_place": "户籍地址",
    "township": "镇街",
    "village": "村（社区）",
    "payment_state": "待遇状态",
    "benefit_start_month": "待遇启领时间",
    "last_certified_on": "上次认证日期",
    "mobile": "联系电话",
    "birth_date": "出生日期",
    "event_on": "日期",
    "critical": "是否危重",
    "reason": "注销原因",
    "mark": "标识",
    "register_status": "户籍状态",
    "sentence_kind": "刑罚种类",
    "sentence_from": "刑期起始",
    "sentence_until": "刑期终止",
}
_WORDS = {
    "resident_pension": "城乡居民基本养老保险",
    "employee_pension": "企业职工基本养老保险",
    "normal": "正常",
    "suspended": "暂停",
    "dead": "死亡",
    "missing": "失踪",
    "in_prison": "服刑",
}


def write_messy(folder: Path, place: District) -> list[Path]:
    """Messy twins of the roster and the feeds that the folder holds; returns their paths."""
    target = folder / "dirty"
    target.mkdir(exist_ok=True)
    made = []
    sources = [
        folder / "roster.parquet",
        *(folder / "feeds" / f"{each.source}.parquet" for each in place.feeds),
    ]
    for number, path in enumerate(each for each in sources if each.is_file()):
        names, rows = _rows(path, number)
        if number % 3 == 2:
            made.append(_write_csv(target / f"{path.stem}.csv", names, rows))
        else:
            made.append(
                _write_workbook(target / f"{path.stem}.xlsx", f"{place.name}{path.stem}名单", names, rows)
            )
    return made


def _rows(path: Path, number: int) -> tuple[list[str], list[list[str]]]:
    table = pq.read_table(path)
    names = [_HEADERS.get(name, name) for name in table.column_names]
    return names, list(_cells(table.to_pylist(), number))


def _cells(rows: list[dict[str, object]], number: int) -> Iterator[list[str]]:
    for at, row in enumerate(rows):
        yield [
            _day(cell, at + number) if isinstance(cell, date) else _WORDS.get(shown(cell), shown(cell))
            for cell in row.values()
        ]


def _day(day: date, way: int) -> str:
    """One of five ways to write a date; the last is the serial number of a spreadsheet."""
    forms = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - date(1899, 12, 30)).days),
    )
    return forms[way % len(forms)]


def _write_csv(out: Path, names: list[str], rows: list[list[str]]) -> Path:
    lines = [f"序号,{','.join(names)}"] + [f"{at},{','.join(row)}" for at, row in enumerate(rows, start=1)]
    out.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    return out


def _write_workbook(out: Path, title: str, names: list[str], rows: list[list[str]]) -> Path:
    import xlsxwriter  # slow to import, and only needed for spreadsheets

    with xlsxwriter.Workbook(str(out), {"strings_to_numbers": False}) as book:
        book.set_properties({"created": _MADE_ON})
        sheet = book.add_worksheet("名单")
        book.add_worksheet("说明").write_string(0, 0, "本表由业务系统导出，仅供核对")
        sheet.merge_range(0, 0, 0, len(names), title)
        sheet.write_string(1, 0, "单位：（盖章）")
        for column, name in enumerate(("序号", *names)):
            sheet.write_string(2, column, name)
        for at, row in enumerate(rows):
            sheet.write_number(at + 3, 0, at + 1)
            for column, cell in enumerate(row):
                # An apostrophe is what stays when somebody forced a number to be text.
                sheet.write_string(
                    at + 3, column + 1, f"'{cell}" if column == 0 and cell and at % 5 == 0 else cell
                )
        sheet.write_string(len(rows) + 3, 0, "合计")
        sheet.write_string(len(rows) + 3, 1, f"{len(rows)}人")
        sheet.write_string(len(rows) + 4, 0, "制表人：示例")
        sheet.write_string(len(rows) + 4, 3, "审核人：示例")
    return out
