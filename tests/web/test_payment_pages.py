"""A month's payment on the pages: draft, findings, approval by another, funds, sending; each step seen by its post."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.browser import Desk

MONTH = "2025-07"


def _tabs(desk: Desk, page: Page, name: str) -> None:
    """Every tab of the run is readable."""
    for title in ("与上月对比", "发放前核查", "明细", "银行文件和回盘", "概况"):
        page.locator(".tabs a", has_text=title).click()
        desk.keep(page, f"payment-{name}-{title}")
        assert desk.faults(page) == []
    assert desk.problems(page) == []


def _release_holds(desk: Desk, address: str) -> None:
    page = desk.as_("500110-reviewer")
    page.goto(address)
    page.locator(".tabs a", has_text="发放前核查").click()
    page.get_by_label("选择全部待定").check()
    page.get_by_label("核实情况").fill("已电话联系本人，健在")
    desk.keep(page, "payment-holds-selected")
    page.get_by_role("button", name="照发").click()
    page.locator(".note-box", has_text="已处理").wait_for()


def test_a_month_is_paid_by_four_posts(desk: Desk) -> None:
    handler = desk.as_("500110-handler")
    handler.goto(desk.address("payment-runs"))
    handler.get_by_role("button", name="生成发放名单").click()
    handler.locator("#draft-month").fill(MONTH)
    handler.locator("#draft-cut").fill("2025-07-10")
    handler.get_by_role("button", name="生成", exact=True).click()
    handler.locator("h1", has_text="待遇发放").wait_for()
    run = handler.url
    _tabs(desk, handler, "draft")

    _release_holds(desk, run)
    handler.goto(run)
    handler.get_by_role("button", name="送审").click()
    handler.locator("h1", has_text="已核查").wait_for()
    _tabs(desk, handler, "checked")

    reviewer = desk.as_("500110-reviewer")
    reviewer.goto(run)
    reviewer.get_by_role("link", name="去审批").click()
    reviewer.get_by_role("button", name="支付审批表").click()
    reviewer.locator("#viewer iframe").wait_for()
    desk.keep(reviewer, "payment-approval")
    reviewer.locator("#actions button:not([disabled])", has_text="审批").first.click()
    reviewer.locator("h1", has_text="已审批").wait_for()

    finance = desk.as_("500110-finance_officer")
    finance.goto(run)
    total = finance.locator(".figure", has_text="合计（元）").locator(".value").inner_text()
    finance.locator(".tabs a", has_text="银行文件和回盘").click()
    finance.get_by_label("金额（元）").fill(total)
    finance.get_by_label("到账日").fill("2025-07-14")
    finance.get_by_label("通知号").fill("2025-拨-077")
    finance.get_by_role("button", name="登记").click()
    finance.locator(".note-box", has_text="已登记").wait_for()
    finance.get_by_role("button", name="资金到账").click()
    finance.locator("h1", has_text="资金已到").wait_for()
    finance.get_by_role("button", name="发放", exact=True).click()
    finance.locator("h1", has_text="已送银行").wait_for()
    _tabs(desk, finance, "sent")
