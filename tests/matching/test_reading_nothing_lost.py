"""Whatever rows stand in a list: each is read, rejected, skipped or blank, and nobody with a number is skipped."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import duckdb
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.kernel.errors import DomainError
from jubao.matching.reading import open_input
from tests.matching.corners import GOOD

ALIASES = {"id_number": ("身份证号码",), "name": ("姓名",), "event_on": ("死亡日期",)}
HEAD = ["序号", "姓名", "身份证号码", "死亡日期"]

_words = st.sampled_from(
    ["", "", " ", "1", "12", "张三", "合计", "小计：", "总计", "3人", "制表人：王", "审核人", "备注", "说明：1.略",
     "2.略", "签字", "第 1 页", "x,y", 'a"b', '"', "行\n行", "\t", "=1+1", "姓名", "身份证号码", "甲", "乙", "丙",
     "2024-05-17", "\u200b", "　", "某镇花名册"]
)  # fmt: skip
_people = st.tuples(_words, _words, st.sampled_from([GOOD, f"'{GOOD}", f" {GOOD}", GOOD[:15]]), _words).map(
    list
)
_others = st.lists(_words, min_size=4, max_size=4)
_rows = st.lists(st.one_of(_people, _others, st.just(["", "", "", ""]), st.just(HEAD)), max_size=30)


def persons(rows: list[list[str]]) -> int:
    return sum(1 for row in rows if len(row[2].strip()) >= 15)


def check(path: Path, head_rows: int, rows: list[list[str]]) -> None:
    inp = open_input(path, aliases=ALIASES, required=["id_number"], optional=["name", "event_on"])

    assert inp.head_rows == head_rows
    assert inp.row_count is not None
    assert inp.row_count + len(inp.rejects) + len(inp.skipped) + inp.blank_rows == len(rows)
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT id_number, source_row FROM ({inp.scan_sql(con)}) ORDER BY source_row"
        ).fetchall()
    assert len(found) == inp.row_count
    assert sum(1 for number, _row in found if len((number or "").strip()) >= 15) + len(
        inp.rejects
    ) >= persons(rows)
    assert len({row for _number, row in found}) == len(found)


@settings(max_examples=60)
@given(
    _rows,
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_texts(rows: list[list[str]], encoding: str, line_end: str, has_title: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "名单.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, lineterminator=line_end)
            writer.writerows([*([["某镇花名册", "", "", ""]] if has_title else []), HEAD, *rows])

        check(path, 1 + has_title, rows)


@settings(max_examples=40)
@given(_rows, st.booleans())
def test_workbooks(rows: list[list[str]], has_title: bool) -> None:
    # Blank rows at the very end do not exist in a sheet.
    while rows and not any(rows[-1]):
        rows.pop()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "名单.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([*([["某镇花名册"]] if has_title else []), HEAD, *rows]):
                for column, text in enumerate(cells):
                    if text:
                        sheet.write_string(number, column, text)

        check(path, 1 + has_title, rows)


@settings(max_examples=80)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [b"", "姓名,身份证号码\n".encode(), "姓名\t身份证号码\r\n".encode("gb18030"), b"\xff\xfe"]
    ),
)
def test_any_bytes_are_read_or_refused(content: bytes, head: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "名单.csv"
        path.write_bytes(head + content)
        try:
            open_input(path, aliases=ALIASES, required=["id_number"], optional=["name"])
        except DomainError as refused:
            assert refused.exit_code == 3
