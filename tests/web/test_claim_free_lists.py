"""The claim-free lists in a real browser: editing rows with ✓ and 保存, by mouse and by keys, dialogs, preview, SMS, villages.

Worked example: the handler opens 操作 on a row, types a number, Enter keeps it, the count stands at bottom right, 保存 stores it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page

from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import CardAccountCheck, Phone, SharedFact
from tests.support.browser import Desk
from tests.support.claim_free_people import NOW, Listed, a_listed
from tests.support.residents import system

NAMES = ("吴桂英", "郑玉莲", "冯德明", "蒋秀芝", "沈国华", "韩素珍", "杨志远", "朱建军")


@pytest.fixture(scope="module")
def people(desk_of_run: Desk) -> Iterator[dict[str, Listed]]:
    """Eight people of two villages: with and without telephones, verified or not, one card not active, one who cannot walk."""
    from jubao.people.models import Division

    with desk_of_run.records():
        villages = list(
            Division.objects.filter(code__startswith="500110", level="village").order_by("code")[:2]
        )
        made = {}
        for n, name in enumerate(NAMES):
            phone = {"landline": "023-48612345"} if n == 1 else {} if n == 2 else {"mobile": f"1390000010{n}"}
            state = "extracted" if n in (0, 1, 2, 6) else "notified" if n == 7 else "verified"
            made[name] = a_listed(village=villages[n % 2], name=name, state=state, **phone)  # type: ignore[arg-type]
        with unit_of_work(system(), "test"):
            SharedFact.objects.create(
                person=made[NAMES[2]].person, fact="mobile", value="13900000777", source="市大数据平台",
                known_on=date(2026, 10, 8),
            )  # fmt: skip
            SharedFact.objects.create(
                person=made[NAMES[1]].person,
                fact="mobility_impaired",
                value="yes",
                source="残联",
                known_on=date(2026, 10, 8),
            )
            for n, is_active in ((0, True), (1, False), (3, True)):
                CardAccountCheck.objects.create(
                    person=made[NAMES[n]].person, outcome="found", account_number=f"62170030000000{n:04d}",
                    is_activated=is_active, bank_name="农商行", source="CARD_SYSTEM", fetched_at=NOW,
                )  # fmt: skip
    yield made


def row(page: Page, listed: Listed):  # type: ignore[no-untyped-def]
    """The row of a person."""
    return page.locator("tr[data-row]", has=page.locator(f"a[href*='{listed.person.id}']"))


def number_of(desk: Desk, listed: Listed) -> str:
    with desk.records():
        return Phone.objects.get(person=listed.person, until_on__isnull=True, is_mobile=True).number


def clean(desk: Desk, page: Page, name: str) -> None:
    """Kept as a picture at both widths; nothing found by axe, nothing complained about."""
    desk.keep(page, name)
    assert desk.faults(page) == []
    assert desk.problems(page) == []


@pytest.mark.requirement("QJ-A2-1-2c")
def test_rows_are_edited_kept_and_saved(desk: Desk, people: dict[str, Listed]) -> None:
    first, second = people["吴桂英"], people["冯德明"]
    page = desk.as_("500110-handler")
    page.goto(desk.address("claim-free"))
    clean(desk, page, "claim-free")

    row(page, first).get_by_role("button", name="操作").click()
    page.locator("tr[data-edit] input[name=mobile]").fill("13800000888")
    clean(desk, page, "claim-free-edit")
    page.locator("tr[data-edit] input[name=mobile]").press("Enter")
    page.locator("tr[data-pending]").wait_for()
    row(page, second).get_by_role("button", name="操作").click()
    page.get_by_role("button", name="采用").click()
    page.get_by_text("2 行已暂存，尚未保存").wait_for()
    assert number_of(desk, first) == "13900000100"

    page.reload()
    assert "待保存" in row(page, first).inner_text()
    clean(desk, page, "claim-free-drafts")
    row(page, first).get_by_role("button", name="操作").click()
    page.locator("tr[data-edit] input[name=mobile]").fill("1390000000")
    page.locator("[data-keep]").click()
    page.get_by_text("不是 11 位手机号码").wait_for()
    page.get_by_role("button", name="保存", exact=True).click()

    report = page.locator(".report")
    assert "成功 1 人" in report.inner_text()
    assert "PHONE_NOT_MOBILE" in report.inner_text()
    clean(desk, page, "claim-free-report")
    assert number_of(desk, second) == "13900000777"
    assert number_of(desk, first) == "13900000100"


def test_escape_gives_an_edit_up_and_keys_move_through_the_list(
    desk: Desk, people: dict[str, Listed]
) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("claim-free"))

    row(page, people["郑玉莲"]).get_by_role("button", name="操作").click()
    page.locator("tr[data-edit] input[name=mobile]").press("Escape")
    page.locator("tr[data-edit]").wait_for(state="detached")
    page.keyboard.press("ArrowDown")
    assert page.locator("tr.is-here").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")
    assert desk.problems(page) == []


def test_revoking_and_restoring_ask_why(desk: Desk, people: dict[str, Listed]) -> None:
    listed = people["杨志远"]
    page = desk.as_("500110-handler")
    page.goto(desk.address("claim-free"))

    row(page, listed).get_by_role("button", name="撤销").click()
    page.locator("#drawer textarea").fill("本月转入职工养老")
    page.select_option("#reason-code", "IN_TRANSIT_TRANSFER")
    clean(desk, page, "claim-free-revoke")
    page.locator("#drawer").get_by_role("button", name="撤销免申即享标识").click()
    page.get_by_text("已撤销 杨*远 的标识").wait_for()
    with desk.records():
        assert Flag.objects.get(pk=listed.flag.pk).state == "revoked"
    row(page, listed).get_by_role("button", name="恢复").click()
    page.locator("#drawer .timeline").wait_for()
    assert "本月转入职工养老" in page.locator("#drawer").inner_text()
    page.locator("#drawer textarea").fill("转移已撤回")
    clean(desk, page, "claim-free-restore")
    page.locator("#drawer").get_by_role("button", name="恢复免申即享标识").click()
    page.get_by_text("已恢复 杨*远 的标识").wait_for()
    page.goto(desk.address("claim-free-notices"))
    assert "普通申领" in page.locator("main").inner_text()
    clean(desk, page, "claim-free-notices")


def test_ticking_verifying_and_sending_with_previews(desk: Desk, people: dict[str, Listed]) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("claim-free", query="?state=extracted"))
    row(page, people["吴桂英"]).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="核实").click()
    clean(desk, page, "claim-free-verify")
    page.get_by_role("button", name="核实 1 人").click()
    assert "成功 1 人" in page.locator(".report").inner_text()

    page.goto(desk.address("claim-free-sms"))
    clean(desk, page, "claim-free-sms")
    for name in ("吴桂英", "蒋秀芝", "沈国华"):
        row(page, people[name]).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="勾选发送短信").click()
    assert "短信内容" in page.locator("main").inner_text()
    clean(desk, page, "claim-free-send")
    page.get_by_role("button", name="勾选发送短信 3 人").click()
    assert "成功 3 人" in page.locator(".report").inner_text()
    with desk.records():
        assert OutboxMessage.objects.filter(purpose="claim_free_invitation", state="waiting").count() == 3
    for tab in ("sent", "wrong", "overdue"):
        page.goto(desk.address("claim-free-sms", query=f"?tab={tab}"))
        clean(desk, page, f"claim-free-sms-{tab}")


def test_the_village_list_with_contacts_and_visits(desk: Desk, people: dict[str, Listed]) -> None:
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("claim-free-village"))
    assert "行动不便" in page.locator("main").inner_text()

    listed = people["郑玉莲"]
    row(page, listed).get_by_role("button", name="登记联系").click()
    page.locator("#drawer textarea").fill("家里座机没人接")
    page.locator("#drawer input[value=no]").check()
    clean(desk, page, "claim-free-contact")
    page.locator("#drawer").get_by_role("button", name="登记").click()
    page.get_by_text("已登记对 郑*莲 的联系").wait_for()
    row(page, listed).get_by_role("button", name="安排上门").click()
    page.locator("#drawer #reason").wait_for()
    clean(desk, page, "claim-free-visit")
    page.locator("#drawer").get_by_role("button", name="安排上门").click()
    page.get_by_text("已安排对 郑*莲 的上门").wait_for()
    assert "待上门" in row(page, listed).inner_text()
    clean(desk, page, "claim-free-village")


def test_informing_by_other_means(desk: Desk, people: dict[str, Listed]) -> None:
    page = desk.as_("500110-handler")
    page.goto(desk.address("claim-free-village"))

    row(page, people["韩素珍"]).get_by_role("button", name="其他方式告知").click()
    page.locator("#drawer #means").select_option("wechat")
    page.locator("#drawer textarea").fill("已微信告知本人")
    clean(desk, page, "claim-free-inform")
    page.locator("#drawer").get_by_role("button", name="登记").click()

    page.get_by_text("已登记对 韩*珍 的告知").wait_for()
    assert "微信" in row(page, people["韩素珍"]).inner_text()
