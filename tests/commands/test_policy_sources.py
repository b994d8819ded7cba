"""`jubao policy sources`: feeds with the headers they understand, and blank tables that Excel cannot ruin."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from jubao.kernel.month import Month
from jubao.policy import load_pack
from tests.policy.mini import Mini
from tests.support.cli import run as jubao

COUNTIES = ("500110", "150404", "360734", "440523")


@pytest.mark.parametrize("code", COUNTIES)
def test_the_feeds_of_the_regions_lists_are_listed_with_headers(code: str) -> None:
    answer = jubao("policy", "sources", "--region", code, "--month", "2024-05", "--json")
    rows = {row["name"]: row for row in answer.json["sources"]}
    pack = load_pack(code)

    assert answer.code == 0, answer.err
    for key in ("match.eligible_sources", "match.lost_sources"):
        for source in pack.setting(key, Month(2024, 5)).value:
            if source in pack.sources(Month(2024, 5).last_day):
                assert rows[source]["lists"]
                assert all(rows[source]["headers"].values()), source
    assert "身份证号码" in answer.json["roster"]["headers"]["id_number"]


def test_a_feed_that_ended_is_not_listed(mini: Mini) -> None:
    mini.edit("900000_land/sources.yaml", "from: null, to: null", "from: null, to: 2021-12-31")
    arguments = ("policy", "sources", "--region", "north", "--packs", mini.root, "--json")

    assert [row["name"] for row in jubao(*arguments, "--month", "2021-12").json["sources"]] == ["TRAIN"]
    assert jubao(*arguments, "--month", "2022-01").json["sources"] == []


def test_people_read_side_window_schemes_clauses_and_headers(mini: Mini) -> None:
    shown = jubao("policy", "sources", "--region", "north", "--packs", mini.root).out

    for part in (
        "TRAIN  火车",
        "合格",
        "本认证周期",
        "城乡居保",
        "LW-2",
        "event_on（可选）  乘车日期、日期",
        "name（必填）",
    ):
        assert part in shown


def test_blank_workbooks_keep_long_numbers(mini: Mini, tmp_path: Path) -> None:
    folder = tmp_path / "空白表"
    answer = jubao("policy", "sources", "--region", "north", "--packs", mini.root, "--template", folder)

    assert answer.code == 0, answer.err
    assert sorted(file.name for file in folder.iterdir()) == ["TRAIN.xlsx", "roster.xlsx"]
    sheet = openpyxl.load_workbook(folder / "TRAIN.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["身份证号码", "乘车日期"]
    assert sheet.column_dimensions["A"].width > 20
    book = openpyxl.load_workbook(folder / "roster.xlsx")
    style = book.worksheets[0].column_dimensions["A"]
    assert style.number_format == "@"


def test_blank_csv_tables_open_in_excel(mini: Mini, tmp_path: Path) -> None:
    arguments = ("--template", tmp_path / "t", "--format", "csv")
    jubao("policy", "sources", "--region", "north", "--packs", mini.root, *arguments)

    content = (tmp_path / "t/roster.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader([content.decode("utf-8-sig")]))[:2] == ["身份证号码", "姓名"]


def test_a_table_somebody_filled_in_is_never_overwritten(mini: Mini, tmp_path: Path) -> None:
    arguments = (
        "policy",
        "sources",
        "--region",
        "north",
        "--packs",
        mini.root,
        "--template",
        tmp_path,
        "--format",
        "csv",
    )
    (tmp_path / "TRAIN.csv").write_text("filled in", "utf-8")

    answer = jubao(*arguments)

    assert (answer.code, "TRAIN.csv" in answer.err) == (2, True)
    assert (tmp_path / "TRAIN.csv").read_text("utf-8") == "filled in"
    assert not (tmp_path / "roster.csv").exists()


def test_an_unknown_format_is_wrong_usage(mini: Mini, tmp_path: Path) -> None:
    answer = jubao(
        "policy",
        "sources",
        "--region",
        "north",
        "--packs",
        mini.root,
        "--template",
        tmp_path,
        "--format",
        "pdf",
    )

    assert (answer.code, "FORMAT_UNKNOWN" in answer.err) == (2, True)
