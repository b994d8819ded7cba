"""A day at the counter in a real browser: intake clerk, handler, reviewer, each another officer (操作手册 三（二））."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Desk
from tests.support.counter_pages import answered, opened, printed, said, scanned, signed

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster

PEOPLE = ("张桂芳", "李秀英", "王建华", "陈玉兰", "刘德明", "周素珍")


@pytest.fixture(scope="module")
def site(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """People of this month's list; the second one may make up years."""
    from jubao.people.numbers import numbers_of
    from tests.support.claim_free_desk import claim_free_desk, listed_today, number_of
    from tests.support.claim_free_world import World
    from tests.support.residents import an_enrolment

    def seed(desk: Desk) -> None:
        here = World()
        months = {name: 180 if name in ("李秀英", "陈玉兰") else 204 for name in PEOPLE}
        for name, case in listed_today(here, months).items():
            desk.seeded[name] = case
            desk.seeded[f"{name} number"] = number_of(case)
        other = an_enrolment(village=here.villages[0], name="赵无标")
        desk.seeded["赵无标 number"] = numbers_of([other.person_id])[other.person_id]

    with claim_free_desk(test_cluster, tmp_path_factory.mktemp("counter"), seed) as made:
        yield made


@pytest.fixture
def desk(site: Desk) -> Iterator[Desk]:
    """The pages a test opened are closed behind it."""
    yield site
    site.close_pages()


def accepted(desk: Desk, page: Page) -> None:
    """受理: each refusal on the way is met once."""
    words = page.locator(".fields").first.inner_text()
    assert "2504.73" in words or "2,504.73" in words
    assert desk.seeded["张桂芳 number"] in words and "重庆农村商业银行" in words
    desk.keep(page, "counter-opened")
    assert desk.faults(page) == []
    page.get_by_role("button", name="为什么：个人账户养老金").click()
    page.locator("#drawer .reason").first.wait_for()
    assert "139" in page.locator("#drawer").inner_text()
    desk.keep(page, "counter-why")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="打印", exact=True).click()
    expect(page.locator("main")).to_contain_text("独生子女")
    expect(page.locator("main")).to_contain_text("FORM_ANSWERS_MISSING")

    printed(page)
    form = page.get_by_role("link", name="打开并打印").get_attribute("href")
    pdf = page.request.get(desk.root + str(form))
    assert pdf.ok and pdf.body().startswith(b"%PDF")
    signed(page, "“同意”一栏已签", thumbprint=False)
    expect(page.locator("main")).to_contain_text("THUMBPRINT_MISSING")
    signed(page, "“同意”一栏已签")
    expect(page.locator("main")).to_contain_text("已登记：同意")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("CHECKLIST_UNANSWERED")
    answered(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("缺少材料")
    scanned(page, "id_document", "confirmation_form")
    desk.keep(page, "counter-ready")
    assert desk.faults(page) == []
    answered(page)
    page.get_by_role("button", name="保存", exact=True).click()
    page.locator("h1", has_text="已受理").wait_for()
    desk.keep(page, "counter-accepted")
    assert desk.faults(page) == []
    receipt = page.get_by_role("link", name="打印《业务受理单》").get_attribute("href")
    first, again = (page.request.get(desk.root + str(receipt)).body() for _n in range(2))
    assert first.startswith(b"%PDF") and first == again
    page.goto(desk.address("claim-free-accept"))
    assert "张*芳" not in page.locator("main").inner_text()


def test_from_the_number_to_the_pension(desk: Desk) -> None:
    page = opened(desk, "张桂芳")
    accepted(desk, page)
    handled(desk)
    reviewed(desk)

    page.goto(desk.address("claim-free-progress"))
    page.locator("#progress-q").fill(desk.seeded["张桂芳 number"])
    page.keyboard.press("Enter")
    page.get_by_text("共 1 条").wait_for()
    page.locator("table.list a", has_text="500110-").first.click()
    page.locator("h1", has_text="办理进度").wait_for()
    desk.keep(page, "counter-progress-done")
    assert "已办结" in page.locator("h1").inner_text()
    result = page.get_by_role("link", name="打印《待遇核定表》").get_attribute("href")
    assert page.request.get(desk.root + str(result)).body().startswith(b"%PDF")


def handled(desk: Desk) -> None:
    """办理 by the district's handler: papers beside the form, a wrong name blocks, amounts cannot be typed."""
    page = desk.as_("500110-handler")
    page.goto(desk.address("case", desk.seeded["张桂芳"].pk))
    page.get_by_role("button", name="身份证件").click()
    page.locator("#viewer img").wait_for()
    desk.keep(page, "counter-handling")
    assert desk.faults(page) == []
    page.locator("#id-card-name").fill("张贵芳")
    for point in page.locator("fieldset.choices").all():
        point.locator("input[value='1']").check()
    page.get_by_role("button", name="核定并推送复核").click()
    expect(page.locator("main")).to_contain_text("ID_CARD_DIFFERS")
    page.locator("#id-card-name").fill("张桂芳")
    page.get_by_role("button", name="核定并推送复核").click()
    expect(page.locator("main")).to_contain_text("CHECKLIST_UNANSWERED")
    page.locator("#id-card-name").fill("张桂芳")
    page.locator("#mobile").fill("13900000000")
    for point in page.locator("fieldset.choices").all():
        point.locator("input[value='1']").check()
    page.get_by_role("button", name="核定并推送复核").click()
    page.locator("h1", has_text="待复核").wait_for()
    assert page.locator("#id-card-name").count() == 0
    assert page.locator("input[name*=pension], input[name*=amount]").count() == 0


def reviewed(desk: Desk) -> None:
    """一级复核 by a third officer: every paper opened, the three points answered, every amount with its why."""
    page = desk.as_("500110-reviewer")
    page.goto(desk.address("case", desk.seeded["张桂芳"].pk))
    assert page.get_by_role("button", name="同意", exact=True).is_disabled()
    page.get_by_role("button", name="为什么：月基本养老金").click()
    page.locator("#drawer .reason").first.wait_for()
    page.keyboard.press("Escape")
    for paper in ("身份证件", "信息确认表", "待遇核定表"):
        page.get_by_role("button", name=paper, exact=True).click()
        page.locator("#viewer img, #viewer iframe").first.wait_for()
    page.locator("#actions button:not([disabled])", has_text="同意").first.wait_for()
    desk.keep(page, "counter-review")
    assert desk.faults(page) == []
    for point in page.locator("#actions fieldset.choices").all():
        point.locator("input[value='1']").check()
    page.get_by_role("button", name="同意", exact=True).click()
    page.locator("h1", has_text="已办结").wait_for()


def test_years_to_make_up_are_asked_for_and_a_wish_leaves_the_waiver_alone(desk: Desk) -> None:
    page = opened(desk, "李秀英")
    page.locator("#is-only-child").select_option(label="否")
    page.get_by_role("button", name="打印", exact=True).click()
    page.locator("#make-up").wait_for()
    from tests.support.claim_free_desk import born

    assert f"{born().year + 60 - 2010 - 15} 年" in page.locator("#make-up").inner_text()
    desk.keep(page, "counter-make-up")
    assert desk.faults(page) == []
    page.get_by_role("button", name="确认并打印").click()
    expect(page.locator("main")).to_contain_text("FORM_ANSWERS_MISSING")

    page.locator("#is-only-child").select_option(label="否")
    page.get_by_role("button", name="打印", exact=True).click()
    page.get_by_label("否，愿意补缴").check()
    page.get_by_label("近期没有缴过费").check()
    page.get_by_role("button", name="确认并打印").click()
    page.get_by_text("已生成").wait_for()
    assert page.get_by_label("“同意”一栏已签").count() == 0
    signed(page, "“放弃”一栏已签")
    assert page.get_by_role("button", name="保存", exact=True).count() == 0
    scanned(page, "confirmation_form")
    page.get_by_role("button", name="放弃", exact=True).click()
    page.get_by_role("button", name="确定放弃，不可恢复").wait_for()
    desk.keep(page, "counter-waive")
    assert desk.faults(page) == []
    page.get_by_role("button", name="确定放弃，不可恢复").click()
    page.locator("h1", has_text="本人放弃").wait_for()
    assert "本人放弃" in said(page)


def test_paid_but_not_credited_holds_the_acceptance(desk: Desk) -> None:
    page = opened(desk, "陈玉兰")
    page.locator("#is-only-child").select_option(label="否")
    page.get_by_role("button", name="打印", exact=True).click()
    page.get_by_label("是，放弃补缴，继续办理").check()
    page.get_by_label("近期缴过费", exact=True).check()
    page.get_by_label("未到账（暂缓受理）").check()
    page.get_by_role("button", name="确认并打印").click()

    page.locator(".note-box", has_text="暂缓受理").first.wait_for()
    assert page.get_by_role("link", name="打开并打印").count() == 0
    assert page.get_by_role("button", name="登记签字").count() == 0
    desk.keep(page, "counter-held")
    answered(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("FORM_NOT_SIGNED")


def test_both_boxes_signed_make_the_form_void_and_a_new_one_is_printed(desk: Desk) -> None:
    page = opened(desk, "王建华")
    printed(page)
    signed(page, "两栏都签（作废）")
    expect(page.locator("main")).to_contain_text("作废")
    assert page.get_by_role("link", name="打开并打印").count() == 0

    printed(page)

    assert page.get_by_role("link", name="打开并打印").count() == 1


def test_without_a_flag_the_way_to_the_ordinary_claim_is_shown(desk: Desk) -> None:
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("claim-free-accept"))
    page.locator("#number").fill(desk.seeded["赵无标 number"])
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("USE_ORDINARY_CLAIM")
    expect(page.locator("main")).to_contain_text("居保待遇申领")


def test_what_the_live_check_finds_refuses_the_acceptance_and_the_notice_is_made(desk: Desk) -> None:
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import CustodyPeriod
    from tests.support.claim_free_desk import today
    from tests.support.residents import system

    page = opened(desk, "刘德明")
    printed(page)
    signed(page, "“同意”一栏已签")
    scanned(page, "id_document", "confirmation_form")
    with desk.records(), unit_of_work(system("%"), "test"):
        CustodyPeriod.objects.create(
            person=desk.seeded["刘德明"].person,
            kind="FIXED_TERM",
            from_on=today().replace(day=1),
            source="法院名单",
        )
    answered(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("SERVING_SENTENCE")
    desk.keep(page, "counter-refused-live")

    page.locator("summary", has_text="不予受理").click()
    page.locator("#refuse-reason").fill("参保人正在服刑")
    page.get_by_role("button", name="不予受理并撤销标识").click()
    page.locator("h1", has_text="已撤销标识").wait_for()

    notice = page.get_by_role("link", name="打印《不予受理通知书》").get_attribute("href")
    assert page.request.get(desk.root + str(notice)).body().startswith(b"%PDF")
    desk.keep(page, "counter-refused")
