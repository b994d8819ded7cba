"""Addresses are placed by the region's table; every row ends placed, outside or not placed (A13, H1-H2)."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook

from jubao.matching.spreadsheet_places import NOT_PLACED, OUTSIDE, PLACED, PlaceTable, Town
from jubao.services.spreadsheets.lookup import place_table, spreadsheet_names, spreadsheet_place
from tests.support.cast import Cast
from tests.support.residents import TODAY, a_beneficiary, some_villages

TABLE = PlaceTable(
    [
        Town("500110001", "古南街道", {"新民村": "500110001001", "双河社区": "500110001002"}),
        Town("500110100", "石角镇", {"新民村": "500110100001", "千秋村": "500110100002"}),
    ],
    ["綦江区", "綦江县"],
    ["万盛"],
    {"城南乡": "500110001001"},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("重庆市綦江区古南街道办事处新民村3组", (PLACED, "古南街道", "新民村")),
        ("綦江县石角镇千秋村民委员会二社", (PLACED, "石角镇", "千秋村")),
        ("古南街道双河社区居委会", (PLACED, "古南街道", "双河社区")),
        ("石角镇滨河路12号", (PLACED, "石角镇", "")),
        ("千秋村5组", (PLACED, "石角镇", "千秋村")),
        ("新民村1组", (NOT_PLACED, "", "")),
        ("城南乡某处", (PLACED, "古南街道", "")),
        ("重庆市南岸区南坪街道", (OUTSIDE, "", "")),
        ("綦江区万盛经开区万东镇", (OUTSIDE, "", "")),
        ("幸福路", (NOT_PLACED, "", "")),
    ],
)
def test_a_text_is_placed_in_one_of_three_ways(text: str, expected: tuple[str, str, str]) -> None:
    found = TABLE.place(text)

    assert (found.status, found.township, found.village) == expected


def _sheet(header: str, *cells: str) -> bytes:
    book = Workbook()
    book.active.append([header])
    for cell in cells:
        book.active.append([cell])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_spreadsheet_of_addresses_is_placed_row_by_row(cast: Cast) -> None:
    some_villages()
    content = _sheet("户籍地址", "綦江区古南街道新民村1组", "重庆市南岸区某街道", "不详")

    made = spreadsheet_place(
        actor=cast.handler.actor,
        content=content,
        name="名单.xlsx",
        today=TODAY,
        purpose="分派",
        district_code="500110",
    )

    rows = list(load_workbook(io.BytesIO(made.content)).active.iter_rows(values_only=True))
    assert rows[1][1:] == ("古南街道", "新民村", "已归属")
    assert made.counts == {PLACED: 1, OUTSIDE: 1, NOT_PLACED: 1}
    assert place_table("500110", TODAY).outside_words == ["万盛"]


def test_names_lead_back_to_masked_numbers(cast: Cast) -> None:
    village = some_villages()[0]
    a_beneficiary(village=village, name="张桂芳")
    a_beneficiary(village=village, name="张桂芳")

    made = spreadsheet_names(
        actor=cast.handler.actor, content=_sheet("姓名", "张桂芳", "无名氏"), name="名单.xlsx", today=TODAY,
        purpose="来访", district_code="500110",
    )  # fmt: skip

    rows = list(load_workbook(io.BytesIO(made.content)).active.iter_rows(values_only=True))
    assert rows[1][1] == 2 and "********" in rows[1][2] and "正常待遇" in rows[1][2] and rows[2][1] == 0
