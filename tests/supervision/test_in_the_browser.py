"""Supervision in a real Chromium: a tip from the form to the auditor's eyes, a sample, an inspection's file; all looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Desk


@pytest.fixture
def looked(desk: Desk) -> Callable[[Page, str], None]:
    """Keeps a picture and finds no fault."""

    def look(page: Page, name: str) -> None:
        desk.keep(page, name, widths=(1024,))
        assert desk.faults(page) == []
        assert desk.problems(page) == []

    return look


def test_a_named_tip_goes_from_the_counter_to_the_auditor(
    desk: Desk, looked: Callable[[Page, str], None]
) -> None:
    clerk = desk.as_("500110-intake_clerk")
    clerk.goto(desk.address("tip-off-new"))
    clerk.select_option("#topic", "staff")
    clerk.fill("#content", "窗口无人值守")
    clerk.get_by_label("实名", exact=True).check()
    clerk.fill("#informant-name", "钱守信")
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("实名（信息已密封）")
    assert "钱守信" not in clerk.inner_text("body")
    looked(clerk, "tip-off")
    address = clerk.url

    auditor = desk.as_("500110-auditor")
    auditor.goto(address)
    auditor.fill("#purpose", "回访核实")
    auditor.get_by_role("button", name="查看", exact=True).click()
    expect(auditor.locator("main")).to_contain_text("钱守信")
    looked(auditor, "tip-off-informant")


def test_a_sample_and_its_finding(desk: Desk, looked: Callable[[Page, str], None]) -> None:
    page = desk.as_("500110-auditor")
    page.goto(desk.address("audit-samples"))
    page.fill("#size", "2")
    page.get_by_role("button", name="抽取", exact=True).click()
    expect(page.locator("main")).to_contain_text("按同一种子重抽：一致")
    page.locator("summary", has_text="登记发现").first.click()
    page.select_option("#category-1", "procedure")
    page.locator("#text-1").fill("登记表缺签字")
    page.get_by_role("button", name="登记发现", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("登记表缺签字")
    looked(page, "audit-sample")


def test_an_inspection_and_who_answers(desk: Desk, looked: Callable[[Page, str], None]) -> None:
    page = desk.as_("500110-bureau_officer")
    page.goto(desk.address("supervision-cases"))
    page.select_option("#kind", "inspection")
    page.fill("#ground", "年度检查")
    page.get_by_role("button", name="立案", exact=True).click()
    page.select_option("#category", "late")
    page.fill("#finding-text", "迟报两件")
    page.get_by_role("button", name="登记发现", exact=True).click()
    expect(page.locator("main")).to_contain_text("待答复")
    looked(page, "supervision-file")
    page.get_by_role("link", name="办理", exact=True).click()
    page.get_by_role("link", name="责任人", exact=True).click()
    looked(page, "case-responsible")
