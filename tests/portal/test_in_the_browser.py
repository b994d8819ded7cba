"""The confirmation in a real Chromium at the width of a phone: the whole way of four people, every page looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import Desk
from tests.support.portal_site import (
    DAUGHTER,
    agreed,
    begun,
    button,
    chosen,
    passed,
    phone_of,
    portal_site,
    seen,
    uploaded,
)

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster


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
    expect(agree).to_be_enabled()
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
    page.get_by_role("link", name="撤回确认").click()
    expect(page.locator("main")).to_contain_text("确认表作废")
    seen(desk, page, "undo")
    page.get_by_role("link", name="不撤回，返回").click()
    expect(page.locator("main")).to_contain_text("撤回确认")


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


def test_a_photo_of_the_own_face_where_the_photo_on_record_is_compared(desk: Desk) -> None:
    from tests.support.face_photos import photo

    def sent(name: str) -> None:
        page.get_by_label("拍一张脸部照片").set_input_files(
            {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": photo(name)}
        )
        button(page, "提交认证")

    page = begun(desk, "刘德明")
    agreed(page)
    button(page, "开始人脸认证")
    button(page, "提交认证")  # no photo: the browser keeps the page
    seen(desk, page, "face-photo")
    sent("other")
    expect(page.get_by_role("alert")).to_contain_text("FACE_NOT_PASSED")
    seen(desk, page, "face-photo-other")
    sent("same-2")
    expect(page.get_by_label("是", exact=True)).to_be_visible()
    assert page.url.endswith("/only-child/")
