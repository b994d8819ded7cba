"""A new officer finds a person by initials, opens why the pension is what it is, and prints the statement, without a manual."""

from __future__ import annotations

from tests.support.browser import Desk


def test_a_new_officer_explains_a_pension_and_prints_the_statement(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("home"))

    page.keyboard.press("/")
    page.keyboard.type("zgf")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")
    assert "zgf" not in page.url
    page.locator("table.list a", has_text="张*芳").first.click()
    page.wait_for_url("**/people/*/")
    figure = page.locator(".figure", has_text="月养老金")
    figure.get_by_role("button", name="为什么").click()
    drawer = page.locator("#drawer")
    drawer.locator("h2").wait_for()

    words = drawer.inner_text()
    assert (
        "153.02" in words and "个人账户储存额" in words and "2504.78" in words and "国发〔2014〕8号" in words
    )
    desk.keep(page, "why")
    assert desk.faults(page) == []
    page.keyboard.press("Escape")
    assert drawer.is_hidden()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="打印对账单").click()
    answer = page.request.get(opened.value.url)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_the_keyboard_alone_is_enough(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("standing-list", "owes-years"))

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("table.list tbody tr").nth(1)
    assert "is-here" in (second.get_attribute("class") or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")

    page.locator("body").press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_a_list_goes_on_behind_its_last_row(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("standing-list", "owes-years"))
    first = page.locator("table.list tbody tr").all_inner_texts()

    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**after=*")
    second = page.locator("table.list tbody tr").all_inner_texts()
    page.get_by_role("link", name="上一页").click()
    page.wait_for_url("**before=*")
    back = page.locator("table.list tbody tr").all_inner_texts()

    assert len(first) == 50 and not set(first) & set(second)
    assert back == first


def test_columns_are_chosen_and_remembered(desk: Desk) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("standing-list", "owes-years"))

    page.get_by_role("button", name="选列").click()
    page.get_by_label("出生年月").uncheck()
    page.get_by_role("button", name="应用").click()
    page.goto(desk.address("standing-list", "owes-years"))

    assert "出生年月" not in page.locator("table.list thead").inner_text()


def test_a_set_of_filters_is_kept_without_what_was_typed(desk: Desk) -> None:
    page = desk.as_("500110-reviewer")
    page.goto(desk.address("cases", query="?state=open&q=zgf"))

    page.get_by_role("button", name="存下这组条件").click()
    page.goto(desk.address("cases"))
    page.locator(".saved .chip a", has_text="在办").click()

    page.wait_for_url("**state=open")
    assert "zgf" not in page.evaluate("JSON.stringify(localStorage)")
