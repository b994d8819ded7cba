"""The claim-free month in a browser: what participants do on phones and officers at their desks, every page kept as a picture.

Worked example: `phone = logged_in(site, "张桂芳", "13896745521")` stands before the two entries; `handled(site, "张桂芳",
"40")` takes her case from the handler's queue to the reviewer.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import photograph
from tests.support.claim_free_desk import a_scan
from tests.support.face_photos import photo
from tests.support.portal import last_code
from tests.support.travelling_site import Site


def kept(site: Site, page: Page, name: str) -> None:
    """A picture of the whole page; nothing found by axe, nothing wider than the screen."""
    photograph(page, f"claim_free_month/{name}")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"
    assert site.faults(page) == []


def logged_in(site: Site, name: str, mobile: str) -> Page:
    """A phone on which somebody came in with the code of the SMS."""
    phone = site.phone()
    phone.goto(f"{site.root}/portal/")
    phone.locator("#q").fill("城乡居民养老待遇免申即享")
    phone.get_by_role("button", name="搜索").click()
    phone.locator("a.row-link").first.click()
    phone.get_by_role("link", name="去办理").click()
    phone.locator("#name").fill(name)
    phone.locator("#number").fill(site.seeded[f"{name} number"])
    phone.locator("#phone").fill(mobile)
    phone.get_by_role("button", name="获取验证码").click()
    phone.locator("[name=code]").wait_for()
    with site.records():
        code = last_code()
    phone.locator("[name=code]").fill(code)
    phone.locator("main button[type=submit], main form button").first.click()
    phone.get_by_text("帮他人确认").first.wait_for()
    return phone


def agreed_and_recognised(phone: Page) -> None:
    """Both agreements, then the photo."""
    phone.locator("[name=agree]").check()
    phone.locator("main form button").last.click()
    phone.get_by_role("button", name="开始人脸认证").click()
    phone.locator("[name=photo]").set_input_files(
        {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": photo("same-2")}
    )
    phone.get_by_role("button", name="提交认证").click()


def uploaded_and_read(site: Site, phone: Page, shot: str, *, proof: bool = False) -> None:
    """Both sides of the card, the proof where it is asked for, the notes with their five seconds."""
    phone.locator("[name=front]").set_input_files(a_scan("人像面"))
    phone.locator("[name=back]").set_input_files(a_scan("国徽面"))
    if proof:
        phone.locator("[name=only_child]").set_input_files(a_scan("独子证"))
    kept(site, phone, f"{shot}-upload")
    phone.get_by_role("button", name="提交", exact=True).click()
    agree = phone.locator("form button[data-wait]")
    agree.wait_for()
    assert agree.is_disabled()
    kept(site, phone, f"{shot}-notes")
    expect(agree).to_be_enabled()
    agree.click()
    phone.get_by_text("确认成功，已受理").wait_for()
    kept(site, phone, f"{shot}-done")


def handled(site: Site, name: str, shot: str) -> None:
    """办理 by the district's handler, beside the pictures from the phone."""
    page = site.as_("500110-handler")
    page.goto(site.address("claims", query="?tab=handle"))
    kept(site, page, f"{shot}-queue")
    page.locator("tr[data-row]", has_text=f"{name[0]}*{name[2]}").locator("a[data-open]").click()
    page.get_by_role("button", name="身份证件").first.click()
    page.locator("#viewer img").wait_for()
    page.locator("#id-card-name").fill(name)
    for point in page.locator("fieldset.choices").all():
        point.locator("input[value='1']").check()
    kept(site, page, f"{shot}-handling")
    page.get_by_role("button", name="核定并推送复核").click()
    page.locator("h1", has_text="待复核").wait_for()


def reviewed(site: Site, name: str, shot: str) -> None:
    """一级复核: every paper opened, the points answered."""
    page = site.as_("500110-reviewer")
    page.goto(site.address("claims", query="?tab=review"))
    page.locator("tr[data-row]", has_text=f"{name[0]}*{name[2]}").locator("a[data-open]").click()
    decided(page, site, shot)
    page.locator("h1", has_text="已办结").wait_for()
    kept(site, page, f"{shot}-approved")


def decided(page: Page, site: Site, shot: str) -> None:
    """Open what there is to open, answer what is asked, agree."""
    for paper in page.locator("[data-evidence]").all():
        paper.click()
        page.locator("#viewer img, #viewer iframe, #viewer dl").first.wait_for()
    page.locator("#actions button:not([disabled])", has_text="同意").first.wait_for()
    for point in page.locator("#actions fieldset.choices").all():
        point.locator("input[value='1']").check()
    kept(site, page, f"{shot}-review")
    page.get_by_role("button", name="同意", exact=True).click()
