"""The portal in a real Chromium at the width of a phone: the whole way of three people, every page looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Desk

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster

SECRET = "a-secret-of-the-tests"
LARGEST_FIRST_VIEW = 100 * 1024
DAUGHTER, SON = "李小梅", "张小军"
OUTLINE = "(e => e === document.body || getComputedStyle(e).outlineStyle + e.outerHTML.slice(0, 80))(document.activeElement)"


@pytest.fixture(scope="module")
def site(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """张桂芳 confirms herself, 李秀英 may make up years and waives, 王建华 is helped, 陈玉兰 draws already."""
    from datetime import date

    from jubao.people.numbers import numbers_of
    from tests.support.claim_free_desk import claim_free_desk, listed_today, number_of
    from tests.support.claim_free_world import World
    from tests.support.portal_browser import a_mobile, face_counterpart
    from tests.support.residents import a_beneficiary
    from tests.support.residents import number_of as a_number

    def seed(desk: Desk) -> None:
        here = World()
        months = {"张桂芳": 204, "李秀英": 180, "王建华": 204, "周素珍": 204}
        for index, (name, case) in enumerate(listed_today(here, months).items()):
            desk.seeded[name] = case
            desk.seeded[f"{name} number"] = number_of(case)
            a_mobile(case.person_id, f"1389674550{index}")
        drawing = a_beneficiary(
            village=here.villages[0],
            name="陈玉兰",
            birth=date(1960, 3, 2),
            mobile="13896745599",
            start_month=24310,
        )
        desk.seeded["陈玉兰 number"] = numbers_of([drawing.person.pk])[drawing.person.pk]
        desk.seeded[f"{DAUGHTER} number"] = a_number(509903, date(1990, 4, 1), 22)
        desk.seeded[f"{SON} number"] = a_number(509904, date(1988, 2, 3), 31)

    with pytest.MonkeyPatch.context() as patch, face_counterpart(SECRET) as address:
        patch.setenv("JUBAO_FACE", "http")
        patch.setenv("JUBAO_FACE_URL", address)
        patch.setenv("JUBAO_FACE_SECRET", SECRET)
        with claim_free_desk(test_cluster, tmp_path_factory.mktemp("portal"), seed) as made:
            yield made


@pytest.fixture
def desk(site: Desk) -> Iterator[Desk]:
    """The pages a test opened are closed behind it."""
    yield site
    site.close_pages()


def phone_of(desk: Desk, name: str, *, script: bool = True) -> Page:
    """That person's phone, logged in."""
    from tests.support.portal_browser import a_phone, log_in

    return log_in(desk, a_phone(desk, script=script), name, desk.seeded[f"{name} number"])


def seen(desk: Desk, page: Page, name: str) -> None:
    from tests.support.portal_browser import look

    look(desk, page, name)


def button(page: Page, name: str) -> None:
    """Press it."""
    page.get_by_role("button", name=name, exact=True).click()


def begun(desk: Desk, name: str, *, script: bool = True) -> Page:
    """To the agreements, by the pages."""
    page = phone_of(desk, name, script=script)
    page.get_by_label("搜索服务").fill("城乡居民养老待遇免申即享")
    button(page, "搜索")
    page.locator("section .row-link").click()
    page.get_by_role("link", name="去办理").click()
    if script and name == "张桂芳":
        seen(desk, page, "entries")
    button(page, "本人确认 我就是参保人")
    return page


def agreed(page: Page) -> None:
    page.get_by_label("我已阅读并同意以上两份协议").check()
    button(page, "下一步")


def passed(page: Page, choice: str = "认证通过") -> None:
    """On the provider's own page."""
    button(page, "开始人脸认证")
    page.get_by_role("button", name=choice).click()


def chosen(page: Page, child: str) -> None:
    page.get_by_label(child, exact=True).check()
    button(page, "下一步")


def uploaded(page: Page, *fields: str) -> None:
    from tests.support.claim_free_desk import a_scan

    for field in fields:
        page.locator(f"input[name={field}]").set_input_files(a_scan("照片"))
    button(page, "提交")


def test_who_confirms_for_herself(desk: Desk) -> None:
    page = begun(desk, "张桂芳")
    seen(desk, page, "agree")
    agreed(page)
    seen(desk, page, "face")
    passed(page, "不是本人")
    expect(page.get_by_role("alert")).to_contain_text("不是同一个人")
    seen(desk, page, "face-failed")
    passed(page)
    seen(desk, page, "only-child")
    button(page, "下一步")  # nothing chosen: the browser keeps the page
    assert page.url.endswith("/only-child/")
    chosen(page, "是")
    page.locator("summary").first.click()
    page.locator("summary").nth(2).click()
    expect(page.locator("details").nth(2)).to_contain_text("139")
    seen(desk, page, "data")
    button(page, "信息无误，下一步")
    seen(desk, page, "upload")
    uploaded(page, "front")
    expect(page.get_by_role("alert")).to_contain_text("身份证国徽面、独生子女材料")
    seen(desk, page, "upload-missing")
    uploaded(page, "back", "only_child")
    agree = page.locator("button[data-wait]")
    expect(agree).to_be_disabled()
    seen(desk, page, "notes")
    expect(agree).to_be_enabled(timeout=8_000)
    expect(agree).to_have_text("我已阅读并同意")
    agree.click()
    expect(page.locator("main")).to_contain_text("确认成功，已受理")
    seen(desk, page, "done")
    page.get_by_role("link", name="打开进度页面").click()
    expect(page.locator("main")).to_contain_text("已受理")
    seen(desk, page, "token")
    page.goto(desk.address("portal:progress"))
    seen(desk, page, "progress")
    page.locator(".row-link").first.click()
    seen(desk, page, "case")


def test_who_wants_to_make_up_years_waives_on_a_second_page(desk: Desk) -> None:
    page = begun(desk, "李秀英")
    agreed(page)
    passed(page)
    chosen(page, "否")
    button(page, "信息无误，下一步")
    expect(page.locator("#prompt")).to_contain_text("补缴")
    seen(desk, page, "make-up")
    button(page, "我再想想")
    assert page.url.endswith("/data/")
    button(page, "信息无误，下一步")
    button(page, "否")
    seen(desk, page, "make-up-no")
    button(page, "确定放弃，不能恢复")
    expect(page.locator("main")).to_contain_text("已放弃免申即享")
    seen(desk, page, "waived")
    page.goto(desk.address("portal:entries"))
    button(page, "本人确认 我就是参保人")
    expect(page.get_by_role("alert")).to_contain_text("USE_ORDINARY_CLAIM")
    seen(desk, page, "refused")


def test_a_daughter_helps_without_any_script(desk: Desk) -> None:
    page = phone_of(desk, DAUGHTER, script=False)
    page.goto(desk.address("portal:entries"))
    page.get_by_role("link", name="帮他人确认").click()
    page.get_by_label("参保人姓名").fill("王建华")
    page.get_by_label("参保人身份证号码").fill(desk.seeded["王建华 number"])
    page.get_by_label("否", exact=True).check()
    page.get_by_label("您是参保人的").select_option("子女")
    button(page, "下一步")
    agreed(page)
    passed(page)
    button(page, "信息无误，下一步")
    uploaded(page, "front", "back")
    button(page, "我已阅读并同意")
    expect(page.get_by_role("alert")).to_contain_text("READING_TOO_SHORT")
    page.wait_for_timeout(5_200)
    button(page, "我已阅读并同意")
    expect(page.locator("main")).to_contain_text("确认成功，已受理")
    expect(page.locator("main")).to_contain_text("王*华")


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
