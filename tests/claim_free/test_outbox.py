"""The sender against the gateway of the demo: nothing twice, nothing lost, whatever the gateway does."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from jubao.database.unit_of_work import unit_of_work
from jubao.demo.counterparts.sms_gateway import Store, server
from jubao.jobs.outbox import send_outbox
from jubao.notices.models import DeliveryAttempt, OutboxMessage
from jubao.services.notices.outbox import receipt_take
from jubao.services.notices.sms_gateway import HttpGateway
from tests.support.residents import system

SECRET = "a secret of the test"
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Clock:
    """A clock that the test moves; the signatures of the gateway need the real one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Counterpart:
    """The gateway in a thread of the test."""

    def __init__(self, seconds: float = 0.6) -> None:
        self.store = Store()
        self.http = server(0, self.store)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.client = HttpGateway(self.url, SECRET, seconds)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def fail(self, mode: str, times: int = 1) -> None:
        body = json.dumps({"mode": mode, "times": times}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/control", data=body)).close()

    def taken(self) -> dict[str, int]:
        """Id → how often it was handed over."""
        return {row["id"]: row["calls"] for row in self.store.everything()}


@pytest.fixture
def counterpart() -> Iterator[Counterpart]:
    made = Counterpart()
    yield made
    made.http.shutdown()
    made.http.server_close()


pytestmark = pytest.mark.usefixtures("database")


def a_message(recipient: str = "13900000001") -> OutboxMessage:
    with unit_of_work(system("%"), "test"):
        return OutboxMessage.objects.create(
            channel="sms", recipient=recipient, body="您将满60周岁", purpose="test", once_key=str(uuid4())
        )


def state_of(message: OutboxMessage) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_is_sent_once_and_its_receipt_asked_for(counterpart: Counterpart) -> None:
    message, clock = a_message(), Clock()

    first = send_outbox(now=clock, through=counterpart.client)
    again = send_outbox(now=clock, through=counterpart.client)

    assert (first, again, state_of(message)) == ({"accepted": 1}, {}, "sent")
    assert message.gateway_number.startswith("DEMO-")
    counterpart.store.settle(str(message.id))
    clock.ahead = timedelta(minutes=11)
    send_outbox(now=clock, through=counterpart.client)
    assert state_of(message) == "delivered"
    assert message.delivered_at is not None
    assert counterpart.taken() == {str(message.id): 1}


@pytest.mark.parametrize(("mode", "handed_over"), [("silence", 1), ("lost", 1), ("error", 1)])
def test_no_answer_is_a_state_and_the_gateway_is_asked_first(
    counterpart: Counterpart, mode: str, handed_over: int
) -> None:
    message, clock = a_message(), Clock()
    counterpart.fail(mode)

    send_outbox(now=clock, through=counterpart.client)
    in_doubt = state_of(message)
    too_soon = send_outbox(now=clock, through=counterpart.client)
    clock.ahead = timedelta(minutes=3)
    send_outbox(now=clock, through=counterpart.client)

    assert (in_doubt, too_soon, state_of(message)) == ("unknown", {}, "sent")
    assert counterpart.taken() == {str(message.id): handed_over}


def test_a_busy_gateway_gets_its_pause_and_the_message_goes_later(counterpart: Counterpart) -> None:
    message, other, clock = a_message(), a_message("13900000002"), Clock()
    counterpart.fail("throttle")

    found = send_outbox(now=clock, through=counterpart.client)

    assert found == {"busy": 1}
    assert (state_of(message), state_of(other)) == ("waiting", "waiting")
    clock.ahead = timedelta(minutes=3)
    assert send_outbox(now=clock, through=counterpart.client) == {"accepted": 2}


def test_a_refusal_fails_with_its_reason(counterpart: Counterpart) -> None:
    message = a_message()
    counterpart.fail("reject")

    send_outbox(now=Clock(), through=counterpart.client)

    assert state_of(message) == "failed"
    assert "内容不合规" in DeliveryAttempt.objects.get(message=message).answer


def test_a_gateway_that_is_not_there_loses_nothing(counterpart: Counterpart) -> None:
    message, clock = a_message(), Clock()

    found = send_outbox(now=clock, through=HttpGateway("http://127.0.0.1:9", SECRET))

    assert (found, state_of(message)) == ({"unreached": 1}, "waiting")
    clock.ahead = timedelta(minutes=2)
    assert send_outbox(now=clock, through=counterpart.client) == {"accepted": 1}


def test_without_an_address_everything_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUBAO_SMS_URL", raising=False)
    message = a_message()

    assert send_outbox(now=Clock()) == {}
    assert state_of(message) == "waiting"


def test_a_wrong_secret_sends_nothing(counterpart: Counterpart) -> None:
    counterpart.store.secret = SECRET
    message = a_message()

    send_outbox(now=Clock(), through=HttpGateway(counterpart.url, "another", 0.6))

    assert state_of(message) == "unknown"
    assert counterpart.taken() == {}


def test_a_receipt_is_taken_once_and_a_late_one_changes_nothing(counterpart: Counterpart) -> None:
    message, clock = a_message(), Clock()
    send_outbox(now=clock, through=counterpart.client)
    taken: dict[str, Any] = {
        "actor": system("%"),
        "message_id": message.id,
        "number": "G-1",
        "reason": "",
        "now": START,
    }

    for state in ("delivered", "delivered", "failed"):
        receipt_take(state=state, **taken)

    assert state_of(message) == "delivered"
    assert [one.outcome for one in DeliveryAttempt.objects.filter(message=message).order_by("id")] == [
        "accepted", "delivered",
    ]  # fmt: skip
    assert receipt_take(**taken | {"message_id": uuid4(), "state": "delivered"}) is None


@pytest.mark.parametrize("reached", [True, False])
def test_a_sender_killed_in_the_middle_sends_nothing_twice(counterpart: Counterpart, reached: bool) -> None:
    """The mark is written before anything leaves: the next sender asks, and hands over only what never arrived."""
    message, clock = a_message(), Clock()

    class Killed:
        def send(self, message_id: Any, recipient: str, text: str, *, now: datetime) -> Any:
            if reached:
                counterpart.client.send(message_id, recipient, text, now=now)
            raise KeyboardInterrupt

        def ask(self, message_id: Any, *, now: datetime) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_outbox(now=clock, through=Killed())
    assert state_of(message) == "unknown"
    assert send_outbox(now=clock, through=counterpart.client) == {}
    clock.ahead = timedelta(minutes=3)
    send_outbox(now=clock, through=counterpart.client)

    assert state_of(message) == "sent"
    assert counterpart.taken() == {str(message.id): 1}


def a_code(recipient: str = "13900000001", *, minutes: float = 5) -> OutboxMessage:
    with unit_of_work(system("%"), "test"):
        return OutboxMessage.objects.create(
            channel="sms", recipient=recipient, body="验证码 123456", purpose="login_code", once_key=str(uuid4()),
            send_until=datetime.now(UTC) + timedelta(minutes=minutes),
        )  # fmt: skip


def test_what_waited_past_its_time_while_the_gateway_was_away_is_never_sent(counterpart: Counterpart) -> None:
    code, invitation, clock = a_code(), a_message("13900000002"), Clock()
    away = send_outbox(now=clock, through=HttpGateway("http://127.0.0.1:9", SECRET))

    clock.ahead = timedelta(minutes=6)
    back = send_outbox(now=clock, through=counterpart.client)
    clock.ahead = timedelta(minutes=30)
    send_outbox(now=clock, through=counterpart.client)

    assert (away, back) == ({"unreached": 1}, {"expired": 1, "accepted": 1})
    assert (state_of(code), state_of(invitation)) == ("expired", "sent")
    assert counterpart.taken() == {str(invitation.id): 1}
    last = DeliveryAttempt.objects.filter(message=code).order_by("-id")[0]
    assert (last.outcome, "没有交给短信平台" in last.answer) == ("expired", True)


def test_what_is_in_time_is_sent_and_its_receipt_counts_later(counterpart: Counterpart) -> None:
    code, clock = a_code(), Clock()

    send_outbox(now=clock, through=counterpart.client)
    counterpart.store.settle(str(code.id))
    clock.ahead = timedelta(minutes=11)
    send_outbox(now=clock, through=counterpart.client)

    assert state_of(code) == "delivered" and counterpart.taken() == {str(code.id): 1}


@pytest.mark.parametrize(("mode", "state"), [("silence", "sent"), ("error", "sent"), ("lost", "sent")])
def test_a_late_one_in_doubt_is_asked_about_and_never_handed_over_again(
    counterpart: Counterpart, mode: str, state: str
) -> None:
    code, clock = a_code(), Clock()
    counterpart.fail(mode)
    send_outbox(now=clock, through=counterpart.client)
    handed_over = counterpart.taken()

    clock.ahead = timedelta(minutes=6)
    send_outbox(now=clock, through=counterpart.client)

    assert state_of(code) == (state if handed_over else "expired")
    assert counterpart.taken() == handed_over


def test_without_a_gateway_what_is_late_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUBAO_SMS_URL", raising=False)
    code = a_code(minutes=-1)

    assert send_outbox(now=Clock()) == {"expired": 1}
    assert state_of(code) == "expired"
