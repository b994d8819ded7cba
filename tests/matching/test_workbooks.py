"""The printed list of a village: every row is as high as its longest text needs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from jubao.matching.workbooks import Line, Sheet, write_sheet

LONG = "同时有领取资格和丧失资格的证据（资格证据最近 2023-08-20，丧失证据 2024-05-03）；户籍显示未注销，其他部门显示已死亡"


def heights(folder: Path, *reasons: str, place: str = "龙台村三组") -> list[float]:
    lines = [
        Line("三角镇", "龙台村", "王测甲", "", "居保", place, reason, date(2024, 8, 31)) for reason in reasons
    ]
    path = folder / "龙台村.xlsx"
    write_sheet(path, Sheet("三角镇", "龙台村", date(2024, 5, 31), lines))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return [sheet.row_dimensions[row].height or 0 for row in range(4, 4 + len(reasons))]


def test_a_long_reason_makes_its_row_higher_and_leaves_the_others(tmp_path: Path) -> None:
    short, long, longer = heights(tmp_path, "认证期内没有任何证据", LONG, LONG + "；" + LONG)

    # At ten points a line needs about fourteen; the reason of 110 half characters fills four lines of 34.
    assert short == 30
    assert long >= 4 * 14
    assert longer >= 7 * 14


def test_a_long_place_counts_too(tmp_path: Path) -> None:
    assert (
        heights(tmp_path, "认证期内没有任何证据", place="三角镇龙台村三组十二号附一号院内二单元" * 2)[0]
        >= 4 * 14
    )
