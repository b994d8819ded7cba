"""Who is not served is told why and what to do: the excluded of an extraction, a revoked flag, a suspended pension."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.jobs.month_extraction import extract_month
from jubao.notices.models import OutboxMessage
from jubao.services.benefits.ordinary_route import PURPOSE
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.claim_free_people import a_listed
from tests.support.claim_free_world import MARCH, World, at_ten
from tests.support.desk_pages import page_of, sent


def extract(here: World) -> None:
    extract_month(actor=here.program, district_code=here.district, month=MARCH, now=at_ten(MARCH.first_day))


@pytest.mark.requirement("QJ-5-2a")
def test_whoever_the_extraction_leaves_out_is_told_once_with_reason_and_way(database: None) -> None:
    here = World()
    short = here.candidate(bank="", name="李国强", mobile="13900000001")
    here.candidate(name="张桂芳", mobile="13900000002")

    extract(here)
    extract(here)

    notice = OutboxMessage.objects.get(purpose=PURPOSE)
    assert (notice.person_id, notice.channel, notice.recipient) == (short.person_id, "sms", "13900000001")
    for word in ("代发账户", "綦社险〔2024〕1号", "普通申领", "社保所", "12333"):
        assert word in notice.body
    browser = open_browser(here.cast.handler)
    assert str(short.person_id) in page_of(browser, "claim-free-notices")


@pytest.mark.requirement("QJ-5-2a")
def test_a_revoked_flag_without_a_telephone_is_a_notice_to_bring(database: None) -> None:
    here = World()
    listed = a_listed(village=here.villages[0], state="verified")
    browser = open_browser(here.cast.handler)

    sent(
        browser,
        "claim-free-revoke",
        listed.case_id,
        reason="本月办理转入",
        reason_code="IN_TRANSIT_TRANSFER",
        version=1,
    )
    notice = OutboxMessage.objects.get(purpose=PURPOSE)
    shown = page_of(browser, "claim-free-notices", "?way=visit")

    assert "有险种转移在途业务；本月办理转入" in notice.body
    assert "綦社险〔2024〕1号" in notice.body
    assert ("已当面告知" in shown, reverse("claim-free-notice-done", args=[notice.id]) in shown) == (
        True,
        True,
    )
    assert "已登记告知" in sent(browser, "claim-free-notice-done", notice.id)
    notice.refresh_from_db()
    assert notice.state == "delivered"
    outside = open_browser(here.cast.outsider)
    assert outside.post(reverse("claim-free-notice-done", args=[notice.id])).status_code == 404


@pytest.mark.parametrize(("mobile", "channel"), [("13900000001", "sms"), ("", "visit")])
def test_a_suspension_is_told_in_the_transaction_of_the_decision(
    database: None, mobile: str, channel: str
) -> None:
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import CustodyPeriod
    from jubao.services.benefits.suspensions import suspension_propose
    from tests.support.residents import system

    here = County("500110")
    someone = here.someone(mobile=mobile)
    with unit_of_work(system(), "test"):
        CustodyPeriod.objects.create(
            person=someone.person, kind="FIXED_TERM", from_on=date(2025, 1, 3), source="法院名单"
        )
    case = suspension_propose(
        actor=here.cast.handler.actor,
        entitlement_id=someone.entitlement_id,
        reason="IN_CUSTODY",
        today=date(2025, 2, 10),
    )
    assert not OutboxMessage.objects.exists()
    here.decide(case, on=date(2025, 2, 10))

    notice = OutboxMessage.objects.get(purpose="suspension_notice")
    assert (notice.case_id, notice.channel, notice.recipient) == (case.id, channel, mobile)
    for word in ("暂停发放", "服刑", "依据", "12333", "2025年4月11日"):
        assert word in notice.body
