"""导入, 填我的表, 参保登记 and 变更 in a real browser: a file goes in, differences stand on the page, the file comes back."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from jubao.people.numbers import numbers_of
from tests.support.browser import Desk
from tests.support.importing import a_csv
from tests.support.residents import number_of

NEWCOMER = number_of(509905, date(1990, 5, 1), 2)
SECOND = number_of(509905, date(1991, 6, 2), 4)
SCAN = {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": b"scan"}


def a_file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_file_is_compared_shown_and_leads_to_its_case(desk: Desk) -> None:
    page = desk.as_("500110-data_officer")
    page.goto(desk.address("imports"))
    assert desk.faults(page) == []
    rows = [
        ("姓名", "公民身份号码", "户籍地址"),
        ("王小英", NEWCOMER, "古南街道新民村"),
        ("王小英", NEWCOMER[:17], "新民村"),
    ]
    page.select_option("[name=kind]", "participants")
    page.set_input_files("[name=file]", a_file("新增参保.csv", a_csv(*rows)))
    page.get_by_role("button", name="读取并比对").click()

    words = page.locator("main").inner_text()
    assert re.search(r"/imports/[0-9a-f-]{36}/", page.url) and "新增 1" in words and "拒绝 1" in words
    assert NEWCOMER not in page.content() and "应为 18 位" in words
    assert desk.faults(page) == []
    desk.keep(page, "import-batch")
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载审核结果").click()
    assert "拒绝" in Path(saved.value.path()).read_text("gb18030")

    page.get_by_role("link", name=re.compile("审批业务")).click()
    assert "导入参保人员" in page.locator("main").inner_text()
    assert desk.faults(page) == []
    page.get_by_role("link", name="逐行差异").click()
    assert re.search(r"/imports/[0-9a-f-]{36}/", page.url)


def test_my_spreadsheet_comes_back_filled(desk: Desk) -> None:
    heroine = desk.seeded["heroine"]
    with desk.records():
        number = numbers_of([heroine.person.id])[heroine.person.id]
    book = Workbook()
    book.active.append(["姓名", "身份证号码"])
    book.active.append(["张桂芳", number])
    stream = io.BytesIO()
    book.save(stream)
    page = desk.as_("500110-handler")
    page.goto(desk.address("spreadsheets"))
    assert desk.faults(page) == []
    desk.keep(page, "spreadsheets")
    form = page.locator("section", has=page.get_by_role("heading", name="填表", exact=True))
    form.locator("[name=file]").set_input_files(a_file("信访名单.xlsx", stream.getvalue()))
    form.locator("[name=purpose]").fill("信访答复")
    with page.expect_download() as saved:
        form.get_by_role("button", name="填好取回").click()

    made = list(
        load_workbook(io.BytesIO(Path(saved.value.path()).read_bytes())).active.iter_rows(values_only=True)
    )
    assert made[0][2].startswith("查询结果") and "正常待遇" in made[1]
    assert "已填" in saved.value.suggested_filename
    page.goto(desk.address("spreadsheets"))
    assert "填了 1 行" in page.locator("main").inner_text()


@pytest.mark.requirement("SS-04-1", "SS-04-2", "SS-05-1")
def test_an_enrolment_is_taken_in_at_the_counter(desk: Desk) -> None:
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("enrolments"))
    assert "参保率" in page.locator("main").inner_text() and desk.faults(page) == []
    page.get_by_role("link", name="新参保登记").click()
    assert desk.faults(page) == []
    desk.keep(page, "enrolment-new")
    fill_enrolment(page)
    page.set_input_files("[name=id_document]", SCAN)
    page.get_by_role("button", name="收件").click()
    assert "缺少材料" in page.locator("main").inner_text()

    fill_enrolment(page)
    for paper in ("id_document", "household_booklet"):
        page.set_input_files(f"[name={paper}]", SCAN)
    page.get_by_role("button", name="收件").click()

    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url)
    assert "参保登记" in page.locator("main").inner_text()


def fill_enrolment(page) -> None:  # type: ignore[no-untyped-def]
    page.fill("[name=name]", "李新人")
    page.fill("[name=number]", SECOND)
    page.select_option("[name=village]", index=1)


@pytest.mark.requirement("SS-03-2-2i", "SS-03-2-2j")
def test_a_change_of_name_is_proposed_from_the_person(desk: Desk) -> None:
    heroine = desk.seeded["heroine"]
    page = desk.as_("500110-handler")
    page.goto(desk.address("person-change", heroine.person.id))
    assert desk.faults(page) == []
    desk.keep(page, "person-change")
    form = page.locator("section", has=page.get_by_role("heading", name="信息变更", exact=True))
    form.locator("[name=name]").fill("张贵芳")
    form.locator("[name=reason]").fill("户口簿更名")
    form.locator("[name=id_document]").set_input_files(SCAN)
    form.get_by_role("button", name="提出变更").click()
    assert "缺少材料：参保登记表" in page.locator("main").inner_text()

    form.locator("[name=name]").fill("张贵芳")
    form.locator("[name=reason]").fill("户口簿更名")
    for paper in ("id_document", "enrolment_form"):
        form.locator(f"[name={paper}]").set_input_files(SCAN)
    form.get_by_role("button", name="提出变更").click()

    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url)
    assert "户口簿更名" in page.locator("main").inner_text()
