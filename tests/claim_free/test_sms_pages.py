"""短信发送 from its page: who may be sent, nobody twice, late ones, receipts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jubao.claim_free.models import Notification
from jubao.jobs.outbox import send_outbox
from jubao.kernel.signatures import signed_headers
from jubao.notices.models import OutboxMessage
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.services.cases.deadlines import end_of_day
from jubao.workbench.reads.claim_free import sms_due_on
from tests.staff.browsing import open_browser
from tests.support.cast import Cast
from tests.support.claim_free_people import MONTH, Listed, a_listed
from tests.support.desk_pages import page_of, sent
from tests.support.residents import some_villages

LANDLINE = "023-48612345"
VIEWS = "jubao.workbench.views"


@pytest.fixture
def villages(cast: Cast) -> list[Division]:
    return some_villages("500110", townships=2, each=2)


@pytest.fixture
def handler(cast: Cast) -> Client:
    return open_browser(cast.handler)


def tab(browser: Client, name: str) -> str:
    return page_of(browser, "claim-free-sms", f"?tab={name}")


def stands(listed: Listed, page: str) -> bool:
    """Whether the person has a row on the page."""
    return f"/people/{listed.person.id}/" in page


def state_of(listed: Listed) -> str:
    listed.case.refresh_from_db()
    return listed.case.state


@pytest.mark.requirement("QJ-A2-2-1a")
def test_the_send_tab_shows_the_unconfirmed_with_a_mobile(handler: Client, villages: list[Division]) -> None:
    waiting = a_listed(village=villages[0], mobile="13900000001", state="verified")
    confirmed = a_listed(village=villages[0], name="李国强", mobile="13900000002", state="accepted")

    shown = tab(handler, "send")

    assert (stands(waiting, shown), stands(confirmed, shown)) == (True, False)


@pytest.mark.requirement("QJ-A2-2-1b")
@pytest.mark.requirement("QJ-2-2")
@pytest.mark.requirement("QJ-A1-4-2a")
@pytest.mark.requirement("QJ-A2-2-3")
def test_three_of_five_ticked_get_three_messages(handler: Client, villages: list[Division]) -> None:
    people = [
        a_listed(
            village=villages[0], name=f"张桂{'芳兰英珍华'[n]}", mobile=f"1390000000{n}", state="verified"
        )
        for n in range(5)
    ]
    ticked = [str(one.flag.id) for one in people[:3]]

    preview = sent(handler, "claim-free-send", row=ticked)
    untouched = OutboxMessage.objects.count()
    said = sent(handler, "claim-free-send", confirmed="1", case=[str(one.case_id) for one in people[:3]])

    assert "将办理 3 人，不能办理 0 人" in preview
    assert "城乡居民养老待遇免申即享" in preview
    assert untouched == 0
    assert "成功 3 人" in said
    assert [state_of(one) for one in people] == ["notified"] * 3 + ["verified"] * 2
    messages = OutboxMessage.objects.filter(purpose="claim_free_invitation").order_by("recipient")
    assert [one.recipient for one in messages] == ["13900000000", "13900000001", "13900000002"]
    assert all(
        word in messages[0].body for word in ("免申即享", "重庆人社", "窗口", "2027年1月31日", "12333")
    )
    assert Notification.objects.filter(means="sms", message_id__in=[one.id for one in messages]).count() == 3
    listed = tab(handler, "sent")
    assert "共 3 条" in listed
    assert f"{timezone.localdate():%Y-%m-%d}" in listed
    assert "待发" in listed


@pytest.mark.requirement("QJ-A2-2-1c")
@pytest.mark.requirement("QJ-A2-2-1d")
@pytest.mark.requirement("QJ-4-2b")
def test_who_may_not_be_sent_is_refused_by_name_and_nobody_is_dropped(
    handler: Client, villages: list[Division]
) -> None:
    good = a_listed(village=villages[0], name="张桂芳", mobile="13900000001", state="verified")
    confirmed = a_listed(village=villages[0], name="李国强", mobile="13900000002", state="accepted")
    unverified = a_listed(village=villages[0], name="王秀英", mobile="13900000003")
    revoked = a_listed(
        village=villages[0], name="刘建华", mobile="13900000004", state="revoked", flag="revoked"
    )
    landline = a_listed(village=villages[0], name="陈玉兰", landline=LANDLINE, state="verified")
    everybody = [str(one.case_id) for one in (good, confirmed, unverified, revoked, landline)]

    first = sent(handler, "claim-free-send", confirmed="1", case=everybody)
    second = sent(handler, "claim-free-send", confirmed="1", case=[str(good.case_id)])

    assert ("成功 1 人" in first, "未办 4 人" in first) == (True, True)
    for code in ("ALREADY_CONFIRMED", "NOT_VERIFIED", "FLAG_OFF", "PHONE_NOT_MOBILE"):
        assert code in first
    assert ("ALREADY_SENT" in second, "成功 0 人" in second) == (True, True)
    assert OutboxMessage.objects.count() == 1
    assert [state_of(one) for one in (confirmed, unverified, revoked, landline)] == [
        "accepted", "extracted", "revoked", "verified",
    ]  # fmt: skip


@pytest.mark.requirement("QJ-4-2c")
@pytest.mark.requirement("QJ-4-2d")
@pytest.mark.requirement("QJ-A2-2-2")
def test_a_landline_is_a_wrong_number_until_it_is_corrected(
    handler: Client, villages: list[Division]
) -> None:
    listed = a_listed(village=villages[0], landline=LANDLINE, state="verified")

    wrong = tab(handler, "wrong")
    assert (stands(listed, wrong), stands(listed, tab(handler, "send"))) == (True, False)
    assert f"{reverse('claim-free')}?case={listed.case_id}" in wrong
    assert "共 1 条" in page_of(handler, query=f"?case={listed.case_id}")
    sent(handler, "claim-free-draft", listed.case_id, mobile="13900000000", source="VILLAGE")
    sent(handler, "claim-free-save")

    assert (stands(listed, tab(handler, "wrong")), stands(listed, tab(handler, "send"))) == (False, True)
    sent(handler, "claim-free-send", confirmed="1", case=[str(listed.case_id)])
    assert OutboxMessage.objects.get(purpose="claim_free_invitation").recipient == "13900000000"


@pytest.mark.requirement("QJ-4-2a")
def test_the_unsent_of_a_month_are_late_from_the_eleventh_on(
    handler: Client, villages: list[Division]
) -> None:
    listed = a_listed(village=villages[0], mobile="13900000001", state="verified")
    sent_one = a_listed(village=villages[0], name="李国强", mobile="13900000002", state="notified")

    shown = {}
    for day in (10, 11):
        with mock.patch(f"{VIEWS}.claim_free_sms.today", return_value=date(2026, 11, day)):
            shown[day] = tab(handler, "overdue")

    assert sms_due_on(load_pack("500110"), MONTH) == date(2026, 11, 10)
    assert (stands(listed, shown[10]), stands(listed, shown[11])) == (False, True)
    assert not stands(sent_one, shown[11])


@pytest.fixture
def secret() -> Iterator[str]:
    with mock.patch.dict(os.environ, {"JUBAO_SMS_SECRET": "a secret of the test"}):
        yield "a secret of the test"


def test_a_receipt_needs_the_secret_and_shows_in_the_sent_tab(
    handler: Client, villages: list[Division], secret: str
) -> None:
    listed = a_listed(village=villages[0], mobile="13900000001", state="verified")
    sent(handler, "claim-free-send", confirmed="1", case=[str(listed.case_id)])
    message = OutboxMessage.objects.get()
    body = json.dumps({"id": str(message.id), "state": "delivered", "number": "G-1"}).encode()
    stranger, address = open_browser(None), reverse("sms-receipt")

    def deliver(with_secret: str, content: bytes = body) -> int:
        headers = signed_headers(with_secret, int(timezone.now().timestamp()), content)
        return stranger.post(address, content, content_type="application/json", headers=headers).status_code

    assert stranger.post(address, body, content_type="application/json").status_code == 403
    assert deliver("another") == 403
    assert deliver(secret, b"[]") == 400
    assert [deliver(secret), deliver(secret)] == [204, 204]
    assert "已送达" in tab(handler, "sent")


def test_without_a_gateway_the_page_says_that_messages_wait(
    handler: Client, villages: list[Division], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = a_listed(village=villages[0], mobile="13900000001", state="verified")
    monkeypatch.delenv("JUBAO_SMS_URL", raising=False)
    sent(handler, "claim-free-send", confirmed="1", case=[str(listed.case_id)])

    assert "还没有接通短信平台" in tab(handler, "sent")
    assert "现有 1 条待发" in tab(handler, "sent")
    monkeypatch.setenv("JUBAO_SMS_URL", "http://127.0.0.1:9")
    assert "还没有接通" not in tab(handler, "sent")


def test_an_invitation_ends_with_the_window_and_the_list_says_that_it_never_left(
    handler: Client, villages: list[Division]
) -> None:
    who = a_listed(village=villages[0], mobile="13900000001", state="verified")
    sent(handler, "claim-free-send", confirmed="1", case=[str(who.case_id)])
    message = OutboxMessage.objects.get(purpose="claim_free_invitation")
    assert message.send_until == end_of_day(who.flag.window_until)

    assert send_outbox(now=lambda: end_of_day(who.flag.window_until)) == {"expired": 1}

    shown = tab(handler, "sent")
    assert stands(who, shown) and 'tag-bad">过期未发<' in shown
