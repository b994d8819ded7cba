"""资金与凭证 and the sheets of a month, on the pages."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.support.browser import Desk


def test_a_notice_without_a_month_is_flagged(desk: Desk) -> None:
    page = desk.as_("500110-finance_officer")
    page.goto(desk.address("payment-fund"))
    assert desk.faults(page) == []

    page.locator("#notice-amount").fill("1200.50")
    page.locator("#notice-ref").fill("拨-无月份")
    page.locator("form", has_text="通知没有写明的留空").get_by_role("button", name="登记").click()
    page.locator("tr", has_text="拨-无月份").wait_for()

    row = page.locator("tr", has_text="拨-无月份").inner_text()
    desk.keep(page, "payment-fund")
    assert "1,200.50" in row and "没有写明月份" in row
    assert desk.faults(page) == [] and desk.problems(page) == []


def test_calculation_sheets_come_as_a_package_of_villages(desk: Desk, tmp_path: Path) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("payment-runs"))
    page.get_by_role("button", name="打印分村表").click()
    page.locator("#sheet-what").select_option("calculation")
    page.locator("#sheet-month").fill("2023-09")
    page.locator("#sheet-purpose").fill("本人签字确认")
    desk.keep(page, "payment-sheets")

    with page.expect_download() as waiting:
        page.get_by_role("button", name="打印", exact=True).click()
    package = tmp_path / "sheets.zip"
    waiting.value.save_as(package)

    with zipfile.ZipFile(package) as read:
        names = read.namelist()
        assert names and all(name.endswith("养老金计算表-2023-09.pdf") for name in names)
        assert read.read(names[0]).startswith(b"%PDF")
