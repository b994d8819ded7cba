"""What a clerk does on the page of an acceptance, for tests in the browser.

Worked example: `page = opened(desk, "张桂芳"); printed(page); signed(page, "“同意”一栏已签"); scanned(page, "id_document")`.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.browser import Desk
from tests.support.claim_free_desk import a_scan


def opened(desk: Desk, name: str) -> Page:
    """The intake clerk typed the number; the page of the acceptance."""
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("claim-free-accept"))
    page.locator("#number").fill(desk.seeded[f"{name} number"])
    page.keyboard.press("Enter")
    page.locator("h1", has_text=name).wait_for()
    assert desk.seeded[f"{name} number"] not in page.url
    return page


def printed(page: Page, child: str = "否") -> None:
    """打印 without years to make up."""
    page.locator("#is-only-child").select_option(label=child)
    page.get_by_role("button", name="打印", exact=True).click()
    page.get_by_text("已生成").wait_for()


def signed(page: Page, box: str, *, thumbprint: bool = True) -> None:
    """Record what was signed on paper."""
    page.get_by_label(box).check()
    if thumbprint:
        page.get_by_label("已捺印").check()
    page.get_by_role("button", name="登记签字").click()
    page.locator(".note-box, .alert, [role=status], [role=alert]").first.wait_for()


def scanned(page: Page, *kinds: str) -> None:
    """Scan papers of these kinds."""
    for kind in kinds:
        page.locator(f"#scan-{kind}").set_input_files(a_scan(kind))
        page.locator(f"form:has(#scan-{kind}) button").click()
        page.get_by_text("材料已采集").wait_for()


def answered(page: Page, *, wish: str = "0") -> None:
    """The three points."""
    page.locator("[name=materials_complete][value='1']").check()
    page.locator(f"[name=wants_make_up][value='{wish}']").check()
    page.locator("[name=rechecked][value='1']").check()


def said(page: Page) -> str:
    """The messages at the top."""
    return page.locator("main").inner_text()
