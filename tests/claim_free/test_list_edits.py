"""免申即享查询: rows edited, kept as drafts, saved; verifying, revoking and restoring."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.cases.models import CaseEvent
from jubao.claim_free.models import Flag, FlagEvent, ListDraft
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import Division, Phone, SharedFact
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member, an_officer
from tests.support.claim_free_people import Listed, a_listed
from tests.support.desk_pages import page_of, sent
from tests.support.residents import some_villages, system


@pytest.fixture
def villages(cast: Cast) -> list[Division]:
    return some_villages("500110", townships=2, each=2)


def handler_at(village: Division, *posts: str) -> Member:
    """办理岗 of the township of a village."""
    assert village.parent is not None
    return an_officer(*(posts or ("handler",)), path=village.parent.path)


def live_number(listed: Listed) -> str:
    return Phone.objects.get(person=listed.person, until_on__isnull=True, is_mobile=True).number


@pytest.mark.requirement("QJ-A2-1-2c")
def test_a_tick_keeps_a_draft_that_a_reload_shows_as_pending(cast: Cast, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0], mobile="13900000001")
    browser = open_browser(cast.handler)

    edit = browser.get(reverse("claim-free-edit", args=[listed.case_id])).content.decode()
    tick = sent(browser, "claim-free-draft", listed.case_id, mobile="13900000009", source="PERSON")

    assert "13900000001" in edit
    assert "暂存" in edit
    assert "1 行已暂存" in tick
    assert live_number(listed) == "13900000001"
    again = page_of(browser)
    assert "待保存" in again
    assert "1 行已暂存" in again
    assert "待保存" not in page_of(open_browser(cast.intake))
    sent(browser, "claim-free-draft", listed.case_id, drop="1")
    assert "待保存" not in page_of(browser)


@pytest.mark.requirement("QJ-A2-1-2d")
@pytest.mark.requirement("QJ-A2-1-2b")
def test_saving_stores_the_good_rows_and_reports_the_bad_one(cast: Cast, villages: list[Division]) -> None:
    first, second, third = (
        a_listed(village=villages[0], name=name, mobile=number)
        for name, number in (("张桂芳", "13900000001"), ("李国强", "13900000002"), ("王秀英", "13900000003"))
    )
    browser = open_browser(cast.handler)
    for listed, number in ((first, "13800000001"), (second, "138 0000 0002"), (third, "1390000000")):
        sent(browser, "claim-free-draft", listed.case_id, mobile=number, source="VILLAGE")

    said = sent(browser, "claim-free-save")

    assert "成功 2 人" in said
    assert "未办 1 人" in said
    assert "PHONE_NOT_MOBILE" in said
    assert "不是 11 位的手机号码" in said
    assert [live_number(one) for one in (first, second, third)] == [
        "13800000001",
        "13800000002",
        "13900000003",
    ]
    history = Phone.objects.filter(person=first.person).order_by("from_on", "id")
    assert [(one.number, one.source) for one in history] == [("13900000001", ""), ("13800000001", "VILLAGE")]
    assert ListDraft.objects.get().case_id == third.case_id


@pytest.mark.requirement("QJ-A1-4-1c")
def test_a_shared_number_is_offered_with_its_source_and_kept_with_it(
    cast: Cast, villages: list[Division]
) -> None:
    listed = a_listed(village=villages[0])
    with unit_of_work(system(), "test"):
        SharedFact.objects.create(
            person=listed.person,
            fact="mobile",
            value="13900000007",
            source="市大数据平台",
            known_on=date(2026, 10, 1),
        )
    browser = open_browser(cast.handler)

    assert "有共享号码" in page_of(browser)
    edit = browser.get(reverse("claim-free-edit", args=[listed.case_id])).content.decode()
    assert "13900000007" in edit
    assert "市大数据平台" in edit
    sent(browser, "claim-free-draft", listed.case_id, mobile="13900000007", source="SHARED_DATA")
    sent(browser, "claim-free-save")

    phone = Phone.objects.get(person=listed.person, until_on__isnull=True)
    assert (phone.number, phone.source) == ("13900000007", "SHARED_DATA")


@pytest.mark.requirement("QJ-A1-4-1a")
def test_the_handler_verifies_the_ticked_after_a_preview(cast: Cast, villages: list[Division]) -> None:
    first, second = (
        a_listed(village=villages[0]),
        a_listed(village=villages[0], name="李国强", state="accepted"),
    )
    browser = open_browser(cast.handler)
    ticked = [str(first.flag.id), str(second.flag.id)]

    preview = sent(browser, "claim-free-verify", row=ticked)
    first.case.refresh_from_db()
    before = first.case.state
    said = sent(browser, "claim-free-verify", case=[str(first.case_id)], confirmed="1")

    assert "将办理 1 人，不能办理 1 人" in preview
    assert "STEP_NOT_POSSIBLE" in preview
    assert before == "extracted"
    assert "成功 1 人" in said
    first.case.refresh_from_db()
    assert first.case.state == "verified"
    event = CaseEvent.objects.get(case=first.case, action="verify")
    assert (event.officer_id, event.at is not None) == (cast.handler.officer.id, True)


@pytest.mark.requirement("QJ-4-1c")
def test_a_township_reaches_only_its_own_people(cast: Cast, villages: list[Division]) -> None:
    own, other = a_listed(village=villages[0]), a_listed(village=villages[2], name="李国强")
    browser = open_browser(handler_at(villages[0]))

    sent(
        browser,
        "claim-free-revoke",
        own.case_id,
        reason="外省参保",
        reason_code="CROSS_PROVINCE_CONTRIBUTION",
        version=1,
    )
    refused = browser.post(
        reverse("claim-free-revoke", args=[other.case_id]), {"reason": "外省参保", "version": 1}
    )

    assert refused.status_code == 404
    assert (Flag.objects.get(pk=own.flag.pk).state, Flag.objects.get(pk=other.flag.pk).state) == (
        "revoked",
        "flagged",
    )


@pytest.mark.requirement("QJ-4-1d")
@pytest.mark.requirement("QJ-A1-4-1b")
@pytest.mark.requirement("QJ-A2-1-2a")
@pytest.mark.requirement("QJ-5-2a")
def test_revoking_and_restoring_want_a_reason_and_keep_it(cast: Cast, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0], state="verified", mobile="13900000001")
    browser = open_browser(cast.handler)
    row = [listed.case_id]
    dialog = browser.get(reverse("claim-free-revoke", args=row)).content.decode()
    without = sent(
        browser, "claim-free-revoke", *row, reason=" ", reason_code="IN_TRANSIT_TRANSFER", version=1
    )
    before = Flag.objects.get(pk=listed.flag.pk).state

    sent(
        browser,
        "claim-free-revoke",
        *row,
        reason="转入职工养老办理中",
        reason_code="IN_TRANSIT_TRANSFER",
        version=1,
    )

    assert "说明（必须填写" in dialog
    assert ("必须写明原因" in without, before) == (True, "flagged")
    flag = Flag.objects.get(pk=listed.flag.pk)
    assert (flag.state, flag.reason, flag.reason_code) == (
        "revoked",
        "转入职工养老办理中",
        "IN_TRANSIT_TRANSFER",
    )
    assert "没有待发短信的人" in page_of(browser, "claim-free-sms")
    notice = OutboxMessage.objects.get(purpose="claim_free_ordinary_route", person_id=listed.person.id)
    assert "普通申领" in notice.body
    assert "转入职工养老办理中" in page_of(browser, "claim-free-notices")
    listed.case.refresh_from_db()
    sent(browser, "claim-free-restore", *row, reason="转移已撤销", version=listed.case.version)
    assert Flag.objects.get(pk=listed.flag.pk).state == "flagged"
    history = FlagEvent.objects.filter(flag=flag, action__in=("revoked", "restored")).order_by("at", "id")
    assert [(one.action, one.reason, one.officer_id) for one in history] == [
        ("revoked", "转入职工养老办理中", cast.handler.officer.id),
        ("restored", "转移已撤销", cast.handler.officer.id),
    ]
