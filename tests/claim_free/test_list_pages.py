"""免申即享查询 from its page: who is shown and found, drafts and saving, verifying, revoking and restoring, the export."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from jubao.cases.models import CaseEvent
from jubao.claim_free.models import Flag, FlagEvent, ListDraft
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.oversight.models import Export
from jubao.people.models import CardAccountCheck, Division, Phone, SharedFact
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member, an_officer
from tests.support.claim_free_people import MONTH, NOW, Listed, a_listed
from tests.support.residents import some_villages, system


@pytest.fixture
def villages(cast: Cast) -> list[Division]:
    return some_villages("500110", townships=2, each=2)


def handler_at(village: Division, *posts: str) -> Member:
    """办理岗 of the township of a village."""
    assert village.parent is not None
    return an_officer(*(posts or ("handler",)), path=village.parent.path)


def page_of(browser: Client, route: str = "claim-free", query: str = "") -> str:
    answer = browser.get(reverse(route) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(browser: Client, route: str, *args: object, **fields: object) -> str:
    """What the page says after a post."""
    answer = browser.post(reverse(route, args=args), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def live_number(listed: Listed) -> str:
    return Phone.objects.get(person=listed.person, until_on__isnull=True, is_mobile=True).number


@pytest.mark.requirement("QJ-A2-1-1a")
@pytest.mark.requirement("QJ-A2-1-1c")
def test_the_list_is_that_of_the_extraction_and_narrows_by_month_and_place(
    cast: Cast, villages: list[Division]
) -> None:
    for village in (villages[0], villages[2]):
        for month in (MONTH, MONTH - 1):
            a_listed(village=village, name="张桂芳", month=month)
    browser = open_browser(cast.handler)

    assert "共 4 条" in page_of(browser)
    narrowed = page_of(
        browser, query=f"?month={MONTH}&place={villages[0].parent.path}&village={villages[0].path}"
    )  # type: ignore[union-attr]
    assert "共 1 条" in narrowed
    assert "2026-11" in narrowed
    assert "共 2 条" in page_of(browser, query=f"?month={MONTH - 1}")
    assert "名单是空的" in page_of(browser, query="?month=24000")


@pytest.mark.requirement("QJ-A2-1-1d")
@pytest.mark.parametrize("what", ["name", "initials", "personal_number", "id_number"])
def test_people_are_found_by_name_number_and_initials(
    cast: Cast, villages: list[Division], what: str
) -> None:
    from jubao.people.numbers import numbers_of

    wanted = a_listed(village=villages[0], name="欧阳秀英")
    namesake = a_listed(village=villages[1], name="欧阳秀英")
    a_listed(village=villages[0], name="王建国")
    typed = {
        "name": "欧阳秀英", "initials": "oyxy", "personal_number": wanted.person.personal_number,
        "id_number": numbers_of([wanted.person.id])[wanted.person.id],
    }[what]  # fmt: skip
    browser = open_browser(cast.handler)

    answer = browser.post(reverse("claim-free"), {"q": typed}, follow=True)

    assert typed not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    both = what in ("name", "initials")
    assert f"共 {2 if both else 1} 条" in answer.content.decode()
    assert str(wanted.person.id) in answer.content.decode()
    assert (str(namesake.person.id) in answer.content.decode()) is both
    outside = open_browser(handler_at(villages[2]))
    assert "名单是空的" in outside.post(reverse("claim-free"), {"q": typed}, follow=True).content.decode()


@pytest.mark.requirement("QJ-A2-1-1e")
def test_the_export_has_the_rows_of_the_filters_and_is_written_down(
    cast: Cast, villages: list[Division]
) -> None:
    for n in range(12):
        a_listed(village=villages[0], name=f"张桂{'芳兰英珍华云霞琴秀玉素梅'[n]}", mobile=f"139000000{n:02d}")
    a_listed(village=villages[2], name="王建国")
    browser = open_browser(cast.handler)
    query = f"?place={villages[0].parent.path}"  # type: ignore[union-attr]

    refused = browser.post(reverse("claim-free-export") + query, {"purpose": ""}, follow=True)
    answer = browser.post(reverse("claim-free-export") + query, {"purpose": "电话核实"})

    assert "没有写明用途" in refused.content.decode()
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 2 + 12
    assert "电话核实" in str(rows[0][0])
    assert {row[0] for row in rows[2:]} >= {"张桂芳"}
    assert any("13900000003" in map(str, row) for row in rows)
    kept = Export.objects.get(what="claim_free:claim-free")
    assert (kept.row_count, kept.purpose) == (12, "电话核实")
    assert kept.filters == {"place": villages[0].parent.path}  # type: ignore[union-attr]


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


@pytest.mark.requirement("QJ-5-2b")
def test_a_card_that_is_not_active_is_marked_and_listed(cast: Cast, villages: list[Division]) -> None:
    listed, other = a_listed(village=villages[0]), a_listed(village=villages[0], name="李国强")
    with unit_of_work(system(), "test"):
        for one, is_active in ((listed, False), (other, True)):
            CardAccountCheck.objects.create(
                person=one.person, outcome="found", account_number=f"62170000000000000{is_active:d}", bank_name="农商行",
                is_activated=is_active, source="CARD_SYSTEM", fetched_at=NOW,
            )  # fmt: skip
    browser = open_browser(handler_at(villages[0]))

    for route, query in (("claim-free", "?card=inactive"), ("claim-free-village", "?need=inactive")):
        found = page_of(browser, route, query)
        assert "共 1 条" in found
        assert str(listed.person.id) in found
        assert "待激活" in found


def test_a_reviewer_looks_and_changes_nothing(cast: Cast, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0])
    browser = open_browser(cast.reviewer)

    assert "claim-free-verify" not in page_of(browser).replace(
        reverse("claim-free-verify"), "claim-free-verify"
    )
    for route, args in (
        ("claim-free-verify", []),
        ("claim-free-revoke", [listed.case_id]),
        ("claim-free-save", []),
    ):
        assert browser.post(reverse(route, args=args)).status_code == 403
