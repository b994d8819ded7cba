"""The whole claim-free month in a real browser: five officers at their desks, three participants on phones.

张桂芳 confirms herself, her claim is completed, she dies before sixty and it is rolled back; 李秀英 wishes to make up years and
waives; 王建华 is helped by his daughter and draws. Every page is kept in `build/screenshots/claim_free_month/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.month_pages import (
    agreed_and_recognised,
    decided,
    handled,
    kept,
    logged_in,
    reviewed,
    uploaded_and_read,
)
from tests.support.travelling_site import Site

if TYPE_CHECKING:
    from jubao.cases.models import Case
    from jubao.database.embedded import Cluster

MOBILES = {"张桂芳": "13896745521", "李秀英": "13896745522", "王建华": "13896745523"}
DAUGHTER = ("王小梅", "13896745524")


@pytest.fixture(scope="module")
def site(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """1 March 2024: three people born on 1964-05-20, one of whom paid thirteen years only."""
    from tests.support.travelling_site import travelling_site

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUBAO_FACE", "reference")
        folder = tmp_path_factory.mktemp("month")
        with travelling_site(test_cluster, folder, datetime(2024, 3, 1, 9), seed) as made:
            yield made


def seed(site: Site) -> None:
    """The cast of 2024 with a handler of the township, and the people with their photos."""
    import tests.support.cast as cast
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.numbers import numbers_of
    from jubao.services.face.reference_photos import reference_photo_set
    from tests.support.claim_free_world import World
    from tests.support.face_photos import photo
    from tests.support.residents import number_of, system

    from_on = date(2023, 1, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cast, "FROM", from_on)
        here = World()
    township = here.cast.intake.actor.scope
    cast.an_officer("handler", path=township, username="township-handler", from_on=from_on)
    for name, mobile in MOBILES.items():
        months = 156 if name == "李秀英" else 180
        gender = "male" if name == "王建华" else "female"
        made = here.candidate(name=name, mobile=mobile, months=months, balance_fen=250473, gender=gender)
        site.seeded[name] = made
        site.seeded[f"{name} number"] = numbers_of([made.person_id])[made.person_id]
        with unit_of_work(system("%"), "test"):
            reference_photo_set(
                actor=system("%"), person_id=made.person_id, content=photo("same-1"), source="card_system",
                from_on=date(2023, 6, 1),
            )  # fmt: skip
    site.seeded["王小梅 number"] = number_of(509903, date(1990, 4, 1), 22)


@pytest.fixture
def pages(site: Site) -> Iterator[Site]:
    """The pages a test opened are closed behind it."""
    yield site
    site.close_pages()


def case_of(site: Site, name: str) -> Case:
    """The claim-free case of somebody."""
    from jubao.claim_free.models import Flag

    with site.records():
        return Flag.objects.select_related("case").get(enrolment=site.seeded[name]).case


def test_the_first_days_the_list_is_drawn_checked_and_told(pages: Site) -> None:
    from jubao.database.actor import Actor
    from jubao.kernel.month import Month
    from jubao.services.claim_free.extraction import extraction_run

    site = pages
    with site.records():
        path = site.seeded["张桂芳"].division_path
        extraction_run(
            actor=Actor.system("month_run", scope="/".join(path.split("/")[:2]) + "/"), district_code="500110",
            month=Month(2024, 3), drawn_on=date(2024, 3, 1), now=datetime.fromisoformat("2024-03-01T01:00:00+00:00"),
        )  # fmt: skip

    site.travel(datetime(2024, 3, 4, 9, 30))
    page = site.as_("township-handler")
    page.goto(site.address("home"))
    kept(site, page, "01-township-home")
    page.goto(site.address("claim-free"))
    for name in ("张*芳", "李*英", "王*华"):
        page.locator("tr[data-row]", has_text=name).locator("input[type=checkbox]").check()
    kept(site, page, "02-list")
    page.get_by_role("button", name="核实").first.click()
    kept(site, page, "03-verify-preview")
    page.get_by_role("button", name="核实 3 人").click()
    page.locator(".report").wait_for()
    assert "成功 3 人" in page.locator(".report").inner_text()

    site.travel(datetime(2024, 3, 8, 10))
    page = site.as_("township-handler")
    page.goto(site.address("claim-free-sms"))
    for name in ("张*芳", "李*英", "王*华"):
        page.locator("tr[data-row]", has_text=name).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="勾选发送短信").click()
    kept(site, page, "04-send-preview")
    page.get_by_role("button", name="勾选发送短信 3 人").click()
    page.locator(".report").wait_for()
    page.goto(site.address("claim-free-sms", query="?tab=sent"))
    assert page.locator("tr[data-row]").count() == 3
    kept(site, page, "05-sent")
    page.goto(site.address("claim-free-village"))
    kept(site, page, "06-village")


@pytest.mark.requirement("QJ-A1-4-3-2")
def test_one_confirms_herself_on_the_phone(pages: Site) -> None:
    site = pages
    site.travel(datetime(2024, 3, 12, 10))
    phone = logged_in(site, "张桂芳", MOBILES["张桂芳"])
    kept(site, phone, "10-entries")
    phone.get_by_role("button", name="本人确认").click()
    kept(site, phone, "11-agree")
    agreed_and_recognised(phone)
    phone.locator("[name=only_child]").first.wait_for()
    kept(site, phone, "12-only-child")
    phone.locator("[name=only_child][value=no]").check()
    phone.locator("main form button").last.click()
    phone.locator(".amount").wait_for()
    assert phone.locator(".amount").inner_text().strip() == "153.02"
    phone.locator("details summary", has_text="个人账户养老金").click()
    kept(site, phone, "13-data")
    phone.get_by_role("button", name="信息无误，下一步").click()
    uploaded_and_read(site, phone, "14")
    phone.get_by_role("link", name="打开进度页面").click()
    assert "张" not in phone.locator("main").inner_text()
    kept(site, phone, "15-progress-by-code")


def test_one_wishes_to_make_up_years_and_waives(pages: Site) -> None:
    site = pages
    site.travel(datetime(2024, 3, 12, 15))
    phone = logged_in(site, "李秀英", MOBILES["李秀英"])
    phone.get_by_role("button", name="本人确认").click()
    agreed_and_recognised(phone)
    phone.locator("[name=only_child][value=no]").check()
    phone.locator("main form button").last.click()
    phone.get_by_role("button", name="信息无误，下一步").click()
    assert "2年" in phone.locator("#prompt").inner_text().replace(" ", "")
    kept(site, phone, "20-make-up")
    phone.get_by_role("button", name="我再想想").click()
    phone.get_by_role("button", name="信息无误，下一步").click()
    phone.get_by_role("button", name="否", exact=True).click()
    kept(site, phone, "21-make-up-no")
    phone.locator("main form button").first.click()
    phone.get_by_text("已放弃免申即享").wait_for()
    kept(site, phone, "22-waived")

    from jubao.claim_free.models import Flag

    with site.records():
        assert Flag.objects.get(enrolment=site.seeded["李秀英"]).state == "waived"


def test_one_is_helped_by_his_daughter(pages: Site) -> None:
    site = pages
    site.travel(datetime(2024, 3, 13, 19))
    phone = logged_in(site, *DAUGHTER)
    phone.get_by_role("link", name="帮他人确认").click()
    phone.locator("#name").fill("王建华")
    phone.locator("#number").fill(site.seeded["王建华 number"])
    phone.locator("[name=only_child][value=yes]").check()
    phone.locator("#relation").select_option("子女")
    kept(site, phone, "30-helped")
    phone.get_by_role("button", name="下一步").click()
    agreed_and_recognised(phone)
    phone.locator("main form button").last.wait_for()
    if phone.locator("[name=only_child]").count():
        phone.locator("[name=only_child][value=yes]").check()
        phone.locator("main form button").last.click()
    phone.locator(".amount").wait_for()
    assert phone.locator(".amount").inner_text().strip() == "163.02"
    kept(site, phone, "31-data")
    phone.get_by_role("button", name="信息无误，下一步").click()
    uploaded_and_read(site, phone, "32", proof=True)

    from jubao.claim_free.models import ConfirmationForm

    with site.records():
        form = ConfirmationForm.objects.get(case=case_of(site, "王建华"), state="consent")
    assert (form.helper_name, form.helper_relation) == ("王小梅", "子女")


@pytest.mark.requirement("QJ-A1-4-4-2")
def test_two_are_handled_and_reviewed_within_five_working_days(pages: Site) -> None:
    site = pages
    site.travel(datetime(2024, 3, 14, 9, 30))
    handled(site, "张桂芳", "40")
    handled(site, "王建华", "41")
    site.travel(datetime(2024, 3, 15, 10))
    reviewed(site, "张桂芳", "42")
    reviewed(site, "王建华", "43")

    from jubao.benefits.models import Entitlement
    from jubao.cases.models import Case

    with site.records():
        starts = Entitlement.objects.filter(enrolment=site.seeded["王建华"]).values_list(
            "start_month", flat=True
        )
        assert list(starts) == [2024 * 12 + 5]
        assert Case.objects.filter(kind="certification_collection", state="waiting").count() == 2
    phone = logged_in(site, "张桂芳", MOBILES["张桂芳"])
    phone.goto(f"{site.root}/portal/progress/")
    kept(site, phone, "44-phone-progress")
    phone.goto(f"{site.root}/portal/pension/")
    kept(site, phone, "45-phone-pension")


def test_the_end_of_the_month_is_summed_up_and_published(pages: Site) -> None:
    site = pages
    site.travel(datetime(2024, 3, 26, 10))
    page = site.as_("500110-handler")
    page.goto(site.address("claim-free-statistics", query="?month=2024-03"))
    kept(site, page, "50-statistics")
    page.goto(site.address("claim-free-bulletin", query="?month=2024-03"))
    page.get_by_role("button", name="汇总 2024-03").click()
    page.get_by_role("button", name="生成通报").click()
    page.get_by_role("button", name="发布给各镇街").click()
    page.get_by_text("已发布").first.wait_for()
    kept(site, page, "51-bulletin")
    assert "100.00%" in page.locator("main").inner_text()  # 2 ÷ (3 − 1): who waived has no flag any more
    leader = site.as_("500110-approver")
    for route in ("claim-free-forecast", "claim-free-tasks", "claim-free-dispatch", "claim-free-statistics"):
        leader.goto(site.address(route))
        kept(site, leader, f"52-leader-{route}")


def test_who_dies_before_sixty_is_rolled_back(pages: Site) -> None:
    from tests.support.claim_free_desk import a_scan

    site = pages
    site.travel(datetime(2024, 4, 12, 9))
    intake = site.as_("500110-intake_clerk")
    intake.goto(site.address("claim-free-progress"))
    intake.locator("#progress-q").fill(site.seeded["张桂芳 number"])
    intake.get_by_role("button", name="查询", exact=True).first.click()
    intake.get_by_text("共 1 条").wait_for()
    intake.locator("a[data-open]").first.click()
    kept(site, intake, "60-progress")
    intake.get_by_role("link", name="回退领待").click()
    intake.locator("#cause").select_option("death")
    intake.locator("#happened-on").fill("2024-04-10")
    intake.locator("#source").fill("家属报告")
    intake.locator("#reason").fill("家属来窗口报告，出示死亡医学证明")
    intake.locator("#file").set_input_files(a_scan("死亡证明"))
    kept(site, intake, "61-rollback")
    intake.get_by_role("button", name="登记并提出回退").click()
    intake.locator(".step-bar").wait_for()
    kept(site, intake, "62-rollback-case")
    address = intake.url

    handler = site.as_("500110-handler")
    handler.goto(address)
    handler.locator("#reason").fill("死亡证明已核对，年满60周岁前死亡")
    kept(site, handler, "63-rollback-handler")
    handler.locator("#actions button.btn-primary").first.click()
    handler.locator(".timeline li", has_text="死亡证明已核对").wait_for()
    reviewer = site.as_("500110-reviewer")
    reviewer.goto(address)
    decided(reviewer, site, "64")
    reviewer.locator(".timeline li", has_text="同意").first.wait_for()
    kept(site, reviewer, "65-rolled-back")

    from jubao.benefits.models import Entitlement
    from jubao.cases.models import Case

    with site.records():
        ended = Entitlement.objects.get(enrolment=site.seeded["张桂芳"])
        assert ended.end_month == ended.start_month
        person = site.seeded["张桂芳"].person_id
        assert Case.objects.filter(kind="deregistration_task", person_id=person).exists()
