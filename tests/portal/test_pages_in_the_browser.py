"""The portal's other pages in a real Chromium: log-in, reports, what went wrong, weight, type, voice, keyboard; all looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import Desk
from tests.support.portal_site import DAUGHTER, SON, button, phone_of, portal_site, seen

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster

LARGEST_FIRST_VIEW = 100 * 1024
OUTLINE = "(e => e === document.body || getComputedStyle(e).outlineStyle + e.outerHTML.slice(0, 80))(document.activeElement)"


@pytest.fixture(scope="module")
def site(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A portal of its own."""
    with portal_site(test_cluster, tmp_path_factory.mktemp("portal")) as made:
        yield made


@pytest.fixture
def desk(site: Desk) -> Iterator[Desk]:
    """The pages a test opened are closed behind it."""
    yield site
    site.close_pages()


def test_the_pages_outside_the_way(desk: Desk) -> None:
    from tests.support.portal_browser import a_phone

    nobody = a_phone(desk)
    for route in ("home", "claim-free", "login"):
        nobody.goto(desk.address(f"portal:{route}"))
        seen(desk, nobody, route)
    nobody.goto(desk.address("portal:home", query="?q=认证"))
    seen(desk, nobody, "search")
    page = phone_of(desk, "陈玉兰")
    seen(desk, page, "home-in")
    for route in ("pension", "account", "certification", "looked", "family", "report", "helped"):
        page.goto(desk.address(f"portal:{route}"))
        seen(desk, page, route)
        assert desk.seeded["陈玉兰 number"] not in page.inner_text("body")


def test_the_page_of_the_code_and_a_wrong_code(desk: Desk) -> None:
    from tests.support.portal import last_code
    from tests.support.portal_browser import a_phone

    page = a_phone(desk)  # of somebody who asks for no other code here: the next one is refused for a minute
    page.goto(desk.address("portal:family"))
    page.get_by_label("姓名").fill(DAUGHTER)
    page.get_by_label("身份证号码").fill(desk.seeded[f"{DAUGHTER} number"])
    page.get_by_label("手机号码").fill("13900000001")
    button(page, "获取验证码")
    field = page.get_by_label("短信里的 6 位数字")
    expect(page.locator("main")).to_contain_text("5 分钟内有效")
    seen(desk, page, "code")
    with desk.records():
        code = last_code()
    field.fill("12345")
    button(page, "登录")  # five digits: the browser keeps the page
    assert page.url.endswith("/login/code/")
    field.fill("000000" if code != "000000" else "000001")
    button(page, "登录")
    expect(page.get_by_role("alert")).to_contain_text("CODE_WRONG")
    seen(desk, page, "code-wrong")
    page.get_by_label("短信里的 6 位数字").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/family/")


def test_what_went_wrong_has_a_page_of_its_own(desk: Desk) -> None:
    from tests.support.portal_browser import a_phone

    page = a_phone(desk)
    for name, path in (("unknown", "/portal/pensoin/"), ("no-code", "/q/nothing-of-ours")):
        page.goto(desk.address("portal:home").replace("/portal/", path))
        expect(page.locator("main")).to_contain_text("没有")
        seen(desk, page, name)
    page.goto(desk.address("portal:login"))
    page.context.clear_cookies()
    page.get_by_label("姓名").fill("陈玉兰")
    page.get_by_label("身份证号码").fill(desk.seeded["陈玉兰 number"])
    page.get_by_label("手机号码").fill("13900000001")
    button(page, "获取验证码")
    expect(page.get_by_role("alert")).to_contain_text("为了安全，这一步没有办理")
    seen(desk, page, "stale-form")
    page.get_by_role("link", name="回首页").click()
    page.wait_for_url("**/portal/")


def test_a_report_of_the_family(desk: Desk) -> None:
    page = phone_of(desk, SON)
    page.goto(desk.address("portal:report", query="?what=death"))
    page.get_by_label("当事人姓名").fill("周素珍")
    page.get_by_label("当事人身份证号码").fill(desk.seeded["周素珍 number"])
    page.get_by_label("您是当事人的").select_option("子女")
    page.get_by_label("发生的日期").fill("2026-11-01")
    button(page, "提交")
    expect(page.locator("main")).to_contain_text("报告已收到")
    seen(desk, page, "reported")


def test_the_first_view_weighs_little_and_the_type_is_remembered(desk: Desk) -> None:
    from tests.support.portal_browser import a_phone

    page = a_phone(desk)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    weights: dict[str, float] = {}
    session.on(
        "Network.loadingFinished",
        lambda about: weights.update({about["requestId"]: about["encodedDataLength"]}),
    )
    page.goto(desk.address("portal:home"), wait_until="networkidle")

    total = sum(weights.values())
    print(f"first view: {total / 1024:.1f} KiB in {len(weights)} answers")
    assert 0 < total <= LARGEST_FIRST_VIEW
    button(page, "关怀模式")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 24
    page.goto(desk.address("portal:login"))
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 24
    button(page, "标准字号")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18


def test_reading_aloud_is_offered_where_the_browser_speaks(desk: Desk) -> None:
    from tests.support.portal_browser import a_phone

    page = a_phone(desk)
    page.add_init_script("delete window.speechSynthesis; delete window.SpeechSynthesisUtterance;")
    page.goto(desk.address("portal:home"))
    has_voice = page.evaluate("'speechSynthesis' in window")
    assert page.locator("#speak").is_visible() is has_voice
    other = a_phone(desk)
    other.add_init_script(
        "window.SpeechSynthesisUtterance = function (text) { this.text = text; window.said = text; };"
        "Object.defineProperty(window, 'speechSynthesis', {value: {speaking: false, speak() { this.speaking = true; },"
        " cancel() { this.speaking = false; }}});"
    )
    other.goto(desk.address("portal:claim-free"))
    button(other, "朗读")
    assert "去办理" in other.evaluate("window.said")
    button(other, "停止朗读")


def test_everything_is_reached_by_keyboard(desk: Desk) -> None:
    from tests.support.portal_browser import a_phone

    page = a_phone(desk)
    page.goto(desk.address("portal:home"))
    reached, outlines = [], set()
    for _each in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.id"))
        outlines.add(page.evaluate(OUTLINE))
    assert any("免申即享办理" in one for one in reached) and "q" in reached and "关怀模式" in reached
    assert not [one for one in outlines if str(one).startswith("none")]
