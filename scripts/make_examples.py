"""Write the files of examples/: lists as departments really send them, about people who do not exist.

Every run writes the same bytes. The numbers begin with 5099, a code that was never assigned, and have right check digits;
people and villages are invented. Needs xlwt for the old .xls file::

    python -m scripts.make_examples            # writes examples/
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.example_amounts import accounts, claim_free, pensions
from scripts.example_people import MADE_ON, Person, Sheet, people, workbook

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SERIAL_ZERO = date(1899, 12, 30)


def roster(folder: Path, persons: Sequence[Person], source: random.Random) -> None:
    """花名册.xlsx: merged title, header on row 3, 序号, totals and signature at the foot, a second sheet."""
    heads = [
        "序号",
        "姓名",
        "身份证号码",
        "镇街",
        "村（社区）",
        "待遇状态",
        "待遇启领时间",
        "上次认证日期",
        "联系电话",
        "备注",
    ]
    with workbook(folder / "花名册.xlsx") as book:
        sheet = Sheet(book, "花名册")
        sheet.title("城乡居民基本养老保险待遇领取人员花名册", len(heads))
        sheet.line(["填报单位：某县社会保险事务中心", *[None] * 6, "2024年5月31日"])
        sheet.line(heads, sheet.bold)
        for i, person in enumerate(persons):
            start = max(
                date(person.birth.year + 60, person.birth.month, 1) + timedelta(days=31), date(2009, 12, 1)
            )
            certified = MADE_ON - timedelta(days=source.randint(20, 700)) if i % 3 else None
            phone = f"139{source.randrange(10**8):08d}"
            number = person.number if i % 20 else f"'{person.number}"
            state = "暂停" if i in (11, 37) else "正常"
            sheet.line(
                [
                    i + 1,
                    person.name,
                    number,
                    person.township,
                    person.village,
                    state,
                    f"{start:%Y-%m}",
                    certified,
                    phone,
                    None,
                ]
            )
        sheet.line(["合计", f"{len(persons)}人"])
        sheet.line(["制表人：　　　　", None, None, "审核人：　　　　", None, None, None, "负责人（签字）："])
        notes = Sheet(book, "填表说明")
        for text in ("一、本表由县级经办机构填报。", "二、身份证号码按文本录入。", "三、村（社区）填全称。"):
            notes.line([text])


def cremations(folder: Path, persons: Sequence[Person], source: random.Random) -> None:
    """火化名单.xls: the old format, days as bare serials, numbers with an apostrophe or fifteen digits, one without a number."""
    xlwt: Any = import_module("xlwt")  # it has no types

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("火化名单")
    sheet.write_merge(0, 0, 0, 5, "某县殡仪馆2024年5月火化人员名单")
    lines: list[list[Any]] = [["序号", "逝者姓名", "证件号码", "性别", "火化时间", "户籍地址"]]
    for i, place in enumerate((2, 9, 24, 33, 48)):
        person = persons[place]
        number = [f"'{person.number}", person.number[:6] + person.number[8:17], person.number.lower()][i % 3]
        name = "王改名" if place == 33 else person.name
        serial = (date(2024, 5, 3 + 5 * i) - SERIAL_ZERO).days
        lines.append(
            [
                i + 1,
                name,
                number,
                "男" if int(person.number[16]) % 2 else "女",
                serial,
                person.township + person.village,
            ]
        )
    for i, outsider in enumerate(people(6, source)):
        serial = (date(2024, 5, 2 + 4 * i) - SERIAL_ZERO).days
        lines.append([6 + i, outsider.name, "" if i == 3 else outsider.number, "男", serial, "外县"])
    wrong = persons[14].number
    wrong = wrong[:10] + wrong[11] + wrong[10] + wrong[12:]
    lines += [
        [12, persons[14].name, wrong, "女", (date(2024, 5, 30) - SERIAL_ZERO).days, "青山镇"],
        ["合计", "12人"],
    ]
    for row, values in enumerate(lines, start=1):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    book.save(str(folder / "火化名单.xls"))


def journeys(folder: Path, persons: Sequence[Person], source: random.Random) -> None:
    """铁路出行.csv: GB18030, a comma inside a quoted station, days with dots and with slashes."""
    lines = ["姓名,证件号码,乘车日期,车次,区间"]
    for person in sorted(source.sample(list(persons), 26), key=lambda p: p.number):
        day = date(2023, 7, 1) + timedelta(days=source.randrange(330))
        text = [f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}"][source.randrange(3)]
        lines.append(f'{person.name},{person.number},{text},K{source.randrange(100, 999)},"甲站,乙站"')
    (folder / "铁路出行.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def deaths(folder: Path, persons: Sequence[Person], source: random.Random) -> None:
    """卫健死亡.csv: tab-separated UTF-16, days in Chinese, full-width digits."""
    lines = ["死者姓名\t公民身份号码\t死亡日期\t报告单位"]
    for place in (2, 9, 30, 45):
        person = persons[place]
        number = "".join(chr(ord(c) + 0xFEE0) for c in person.number) if place == 30 else person.number
        lines.append(f"{person.name}\t{number}\t2024年5月{source.randint(1, 9)}日\t某县人民医院")
    lines += [
        f"{p.name}\t{p.number}\t2024年4月{i + 10}日\t某县中医院" for i, p in enumerate(people(5, source))
    ]
    (folder / "卫健死亡.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-16"))


def sentences(folder: Path, persons: Sequence[Person]) -> None:
    """监狱服刑.xlsx: a header of two merged rows, kinds of sentences that stop or do not stop the pension."""
    rows = [
        (5, "有期徒刑", 2, None),
        (16, "管制", 1, None),
        (22, "有期徒刑缓刑", 2, None),
        (27, "有期徒刑", 3, "ended"),
        (52, None, 4, None),
    ]
    with workbook(folder / "监狱服刑.xlsx") as book:
        sheet = Sheet(book, "服刑人员")
        sheet.title("服刑人员信息", 6)
        sheet.line(["序号", "姓名", "身份证号码", "刑种", "刑期", None], sheet.bold)
        sheet.line([None, None, None, None, "刑期起日", "刑期止日"], sheet.bold)
        for i, (place, kind, years, state) in enumerate(rows):
            begin = date(2018 if state else 2023, 3, 1 + i)
            person = persons[place]
            sheet.line([i + 1, person.name, person.number, kind, begin, date(begin.year + years, 2, 28)])
        sheet.line(["经办人："])


def ruined(folder: Path, persons: Sequence[Person]) -> None:
    """身份证被Excel破坏.xlsx: the numbers were typed as numbers, their last three digits are gone."""
    with workbook(folder / "身份证被Excel破坏.xlsx") as book:
        sheet = Sheet(book, "Sheet1")
        sheet.line(["姓名", "身份证号", "死亡日期"], sheet.bold)
        for person in persons[:4]:
            sheet.line([person.name, float(int(person.number[:15]) * 1000), "2024-05-06"])


def hospital(folder: Path, persons: Sequence[Person], source: random.Random) -> None:
    """住院记录.parquet: what a data centre sends, with real days."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    chosen = source.sample(list(persons), 12)
    days = [date(2023, 9, 1) + timedelta(days=source.randrange(270)) for _person in chosen]
    table = pa.table(
        {
            "姓名": [p.name for p in chosen],
            "身份证号码": [p.number for p in chosen],
            "出院日期": pa.array(days, pa.date32()),
            "是否危重": ["是" if i % 5 == 0 else "否" for i in range(len(chosen))],
        }
    )
    pq.write_table(table, folder / "住院记录.parquet")


def make(folder: Path) -> None:
    """Write all files of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(20240531)
    persons = people(60, source)
    roster(folder, persons, source)
    cremations(folder, persons, source)
    journeys(folder, persons, source)
    deaths(folder, persons, source)
    sentences(folder, persons)
    ruined(folder, persons)
    hospital(folder, persons, source)
    pensions(folder)
    claim_free(folder)
    accounts(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=EXAMPLES)
    make(parser.parse_args().folder)
