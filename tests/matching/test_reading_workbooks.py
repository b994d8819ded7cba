"""Workbooks as departments send them: titles, merged heads, totals, signatures, sheets, dates, numbers that Excel ruined."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.matching.cleaning import clean_sql
from jubao.matching.rejects import rejects_sql
from tests.matching.corners import GOOD
from tests.matching.lists import every_row, read, rows, written


def test_title_serial_totals_and_signatures_are_no_people(tmp_path: Path) -> None:
    path = written(tmp_path, [
        ["綦江区某镇待遇领取人员花名册"],
        ["填报单位：某镇", None, None, "2024年5月"],
        ["序号", "姓  名", "身份证\n号码*", "备注"],
        [1, "张三", GOOD],
        [2, "李四", "509901630815002", "备注：随迁"],
        [],
        ["小计", "2人"],
        ["合计", None, 2],
        ["制表人：王五", None, "审核人：赵六"],
        ["说明：1.本表一式两份。"],
        ["2.由村社区填写。"],
    ])  # fmt: skip

    inp = read(path)

    assert rows(inp, "name", "source_row") == [("张三", 4), ("李四", 5)]
    assert [(row.row, row.kind) for row in inp.skipped] == [
        (7, "totals"), (8, "totals"), (9, "footer"), (10, "footer"), (11, "footer"),
    ]  # fmt: skip
    assert inp.blank_rows == 1
    assert every_row(inp) == 11
    notes = "".join(inp.notes)
    assert all(
        word in notes
        for word in ("第 3 行", "花名册", "序号", "合计行 2 行（第 7、8 行）", "制表", "空行 1 行")
    )


def test_totals_that_disagree_are_noted(tmp_path: Path) -> None:
    people = [["姓名", "身份证号码"], ["张三", GOOD]]

    inp = read(written(tmp_path, [*people, ["合计", "2人"]]))

    assert any("第 3 行的合计写 2 人，实际读到 1 行" in note for note in inp.notes)
    assert not any("合计写" in note for note in read(written(tmp_path, [*people, ["合计", "1人"]])).notes)


def test_totals_row_without_a_word_is_known_by_its_count(tmp_path: Path) -> None:
    path = written(tmp_path, [["身份证号码", "姓名"], [GOOD, "张三"], [GOOD, "李四"], ["2", None, 300]])

    inp = read(path)

    assert [(row.row, row.kind) for row in inp.skipped] == [(4, "totals")]
    assert inp.row_count == 2


def test_a_person_with_a_strange_remark_is_not_lost(tmp_path: Path) -> None:
    path = written(tmp_path, [
        ["备注", "姓名", "身份证号码"],
        ["合计3次", "张三", GOOD],
        ["说明：外出", "李四", "50990119630815"],
        ["注：已故", None, GOOD],
    ])  # fmt: skip

    assert [row[0] for row in rows(read(path), "source_row")] == [2, 3, 4]


def test_pages_glued_together_repeat_title_and_header(tmp_path: Path) -> None:
    page: list[list[Any]] = [
        ["某镇花名册"],
        ["姓名", "身份证号", "金额"],
        ["甲", "乙", "1"],
        ["张三", GOOD, 5],
        ["合计", "1"],
    ]
    path = written(tmp_path, [*page, *page[:2], ["李四", GOOD]])

    inp = read(path)

    assert rows(inp, "name", "source_row") == [("张三", 4), ("李四", 8)]
    assert [row.kind for row in inp.skipped] == ["numbering", "totals", "repeated title", "repeated header"]


@pytest.mark.parametrize(
    "head",
    [
        [["参保人", None, "死亡", None], ["姓名", "身份证号", "日期", "原因"]],
        [["姓名", "身份证号", "死亡", None], [None, None, "日期", "原因"]],
        [["姓名", "身份证号", "死亡日期", "注销"], [None, None, None, "原因"]],
        [
            ["基本情况", None, None, None],
            ["姓名", "身份证号", "死亡情况", None],
            [None, None, "日期", "原因"],
        ],
    ],
)
def test_merged_headers_of_two_and_three_rows(tmp_path: Path, head: list[list[str | None]]) -> None:
    path = written(tmp_path, [["名单"], *head, ["张三", GOOD, "2024-05-17", "正常"]])

    inp = read(path)

    assert rows(inp, "name", "event_on", "reason") == [("张三", "2024-05-17", "正常")]
    assert inp.row_count == 1


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_as_cells_and_as_serials_in_both_systems(tmp_path: Path, is_1904: bool) -> None:
    serial = 45429 - (1462 if is_1904 else 0)
    path = written(
        tmp_path,
        [
            ["姓名", "身份证号码", "死亡日期", "待遇启领时间"],
            ["甲", GOOD, date(2024, 5, 17), date(2023, 9, 1)],
            ["乙", GOOD, serial, 202309],
            ["丙", GOOD, datetime(2024, 5, 17, 8, 30), "2023年9月"],
        ],
        date_1904=is_1904,
        default_date_format="yyyy-mm-dd",
    )
    inp = read(path)
    columns = {**inp.columns, "source_row": "BIGINT"}

    with duckdb.connect() as con:
        kinds = {"event_on": "date", "benefit_start_month": "month"}
        sql = clean_sql(inp.scan_sql(con), columns, kinds)
        found = con.execute(f"SELECT event_on_value, benefit_start_month_value FROM ({sql})").fetchall()

    assert found == [(date(2024, 5, 17), 2023 * 12 + 8)] * 3


def test_numbers_ruined_by_excel_are_refused_by_name_and_row(tmp_path: Path) -> None:
    path = written(
        tmp_path, [["姓名", "身份证号码"], ["甲", int(GOOD)], ["乙", 509901630815002], ["丙", GOOD]]
    )
    inp = read(path)

    with duckdb.connect() as con:
        columns = {**inp.columns, "source_row": "BIGINT"}
        sql = clean_sql(inp.scan_sql(con), columns, {"id_number": "identity"})
        con.execute(f"CREATE TABLE cleaned AS {sql}")
        codes = con.execute("SELECT id_number_code FROM cleaned ORDER BY source_row").fetchall()
        refused = con.execute(
            rejects_sql("SELECT * FROM cleaned", file=inp.name, field="id_number")
        ).fetchall()

    assert codes == [("ID_SCIENTIFIC",), (None,), (None,)]
    assert [row[:3] for row in refused] == [("名单.xlsx", 2, "id_number")]
    assert "Excel" in refused[0][5]
    assert GOOD not in str(refused)


def test_lost_leading_zeros_are_noted(tmp_path: Path) -> None:
    path = written(
        tmp_path, [["个人编号", "身份证号码"], [1234567, GOOD], [51234567, GOOD], ["00001234", GOOD]]
    )

    inp = read(path)

    assert any("前导零" in note and "2 格" in note for note in inp.notes)


def test_formula_texts_stay_text_and_formulas_give_the_cached_value(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "身份证号码"])
        sheet.write_string(1, 0, "=1+1")
        sheet.write_formula(2, 0, '=HYPERLINK("http://x","张三")', None, "张三")
        sheet.write_string(1, 1, GOOD)
        sheet.write_string(2, 1, GOOD)

    assert rows(read(path), "name") == [("=1+1",), ("张三",)]


def test_the_sheet_with_the_columns_is_taken_and_the_others_named(tmp_path: Path) -> None:
    people = [["姓名", "身份证号码"], ["张三", GOOD]]
    path = written(
        tmp_path, [["填表说明"], ["略"]], people, people, names=["说明", "名单", "旧表"], hidden=[2]
    )

    inp = read(path)

    assert inp.sheet == "名单"
    assert "未读：说明、旧表" in inp.notes[0]
    assert read(path, sheet="旧表").notes[0] == "工作表“旧表”是隐藏的。"
    assert read(path, sheet="2").sheet == "名单"


def test_two_sheets_with_people_are_the_users_choice(tmp_path: Path) -> None:
    people = [["姓名", "身份证号码"], ["张三", GOOD]]
    path = written(tmp_path, people, people, names=["甲镇", "乙镇"])

    with pytest.raises(InputRefused) as caught:
        read(path)

    assert caught.value.code == "SHEET_AMBIGUOUS"
    assert "甲镇、乙镇" in caught.value.message
    assert "--sheet" in caught.value.remedy
    assert read(path, sheet="乙镇").row_count == 1


def test_unknown_sheet_is_wrong_usage_and_lists_the_sheets(tmp_path: Path) -> None:
    path = written(tmp_path, [["姓名", "身份证号码"]], names=["名单"])

    with pytest.raises(WrongUsage) as caught:
        read(path, sheet="花名册")

    assert "名单" in caught.value.remedy


def test_five_thousand_rows_are_read_whole(tmp_path: Path) -> None:
    people = [[i, f"张三{i}", GOOD, date(2024, 5, 17), "甲镇", "x", "地址很长" * 4] for i in range(5000)]
    path = written(
        tmp_path,
        [["名单"], ["序号", "姓名", "身份证号码", "日期", "乡镇", "a", "b"], *people, ["合计", "5000人"]],
    )

    inp = read(path)

    assert inp.row_count == 5000
    assert any("合计" in note for note in inp.notes)


def test_a_small_list_loads_nothing_slow(tmp_path: Path) -> None:
    path = written(tmp_path, [["姓名", "身份证号码"], ["张三", GOOD]])
    program = (
        "import sys\n"
        "import duckdb\n"
        "from jubao.matching import cleaning, rejects, writing, writing_folder\n"
        "from jubao.matching.reading import open_input\n"
        "assert 'pyarrow' not in sys.modules\n"
        "inp = open_input(sys.argv[1], aliases={'id_number': ['身份证号码']}, required=['id_number'])\n"
        "con = duckdb.connect()\n"
        "sql = cleaning.clean_sql(inp.scan_sql(con), {**inp.columns, 'source_row': 'BIGINT'}, {'id_number': 'identity'})\n"
        "assert con.execute(sql).fetchall()[0][-1] is None\n"
        "print(*{'pandas', 'splink', 'numba', 'sqlglot', 'openpyxl'} & set(sys.modules))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == ""
