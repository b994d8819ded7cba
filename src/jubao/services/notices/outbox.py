"""Sending what waits in the outbox: once, under our own number; no answer is a state of its own, asked about before any resend.

Worked example: a message waits; it is marked `unknown` and committed before the gateway is called, so that a killed sender
leaves no doubt hidden. The call times out: it stays `unknown`, with a time for the next look. Then the gateway is asked by our
id: it has it → `sent`; it never heard of it → the same message goes again under the same id. A 4xx is `failed` with the reason.
A code good for five minutes that waited for six is never handed over: it ends as `expired`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import DeliveryAttempt, OutboxMessage
from jubao.services.notices.sms_gateway import Answer, Gateway
from jubao.services.notices.texts import SMS

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
LEASE, RECEIPT_PAUSE = timedelta(minutes=2), timedelta(minutes=10)
ASKED_FOR = timedelta(days=3)
"""A receipt that did not come is asked for so long."""
STOPPED_BY = ("busy", "unreached")
ENDED = ("delivered", "failed", "expired")
EXPIRED = Answer("expired", reason="过期未发，没有交给短信平台")
STATES: Mapping[str, str] = {"accepted": "sent", "delivered": "delivered", "failed": "failed"}
_AFTER: Mapping[str, str] = {**STATES, "expired": "expired"}


@dataclass(frozen=True)
class Plan:
    """What is to be done with a message: hand it over, or ask about it first."""

    message_id: UUID
    recipient: str
    text: str
    state: str
    send_until: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether what it says is of no use any more."""
        return self.send_until is not None and self.send_until <= now


def messages_expire(*, actor: Actor, now: datetime) -> int:
    """End what waited past its time, whether there is a gateway or not; how many. What is in doubt is asked about first."""
    with unit_of_work(actor, "messages_expire"):
        late = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            channel=SMS, state="waiting", send_until__lte=now
        )
        for message in (found := list(late.order_by("id"))):
            message.state, message.not_before = "expired", None
            message.save(update_fields=["state", "not_before"])
            DeliveryAttempt.objects.create(message=message, outcome=EXPIRED.outcome, answer=EXPIRED.reason)
        return len(found)


def due_messages(*, now: datetime, limit: int) -> list[UUID]:
    """Messages that wait, that are in doubt, or whose receipt is late; the oldest first."""
    is_due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    is_late = Q(state="sent", not_before__lte=now, created_at__gte=now - ASKED_FOR)
    found = OutboxMessage.objects.filter(
        Q(channel=SMS) & is_due & (Q(state__in=("waiting", "unknown")) | is_late)
    )
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


def message_send(*, actor: Actor, gateway: Gateway, message_id: UUID, now: datetime) -> Answer | None:
    """One message one step further; None when somebody else has it in hand or nothing is due."""
    plan = _take(actor, message_id, now)
    if plan is None:
        return None
    answer = _call(gateway, plan, now)
    _keep(actor, plan, answer, now)
    return answer


def _take(actor: Actor, message_id: UUID, now: datetime) -> Plan | None:
    """Mark the message as in doubt before anything leaves; the mark is committed."""
    with unit_of_work(actor, "message_take"):
        message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(id=message_id).first()
        if message is None or message.state not in ("waiting", "unknown", "sent"):
            return None
        if message.not_before is not None and message.not_before > now:
            return None
        plan = Plan(message.id, message.recipient, message.body, message.state, message.send_until)
        message.state = "sent" if message.state == "sent" else "unknown"
        message.not_before = now + LEASE
        message.save(update_fields=["state", "not_before"])
        return plan


def _call(gateway: Gateway, plan: Plan, now: datetime) -> Answer:
    if plan.state != "waiting":
        answer = gateway.ask(plan.message_id, now=now)
        if answer.outcome != "absent":
            return answer
    if plan.is_late(now):
        return EXPIRED
    return gateway.send(plan.message_id, plan.recipient, plan.text, now=now)


def _keep(actor: Actor, plan: Plan, answer: Answer, now: datetime) -> None:
    with unit_of_work(actor, "message_keep"):
        message = OutboxMessage.objects.select_for_update().get(id=plan.message_id)
        tried = DeliveryAttempt.objects.filter(message=message).count()
        DeliveryAttempt.objects.create(
            message=message, outcome=answer.outcome, answer=(answer.reason or answer.number)[:300]
        )
        if message.state in ENDED:
            return  # its receipt was faster
        message.state = _next_state(plan, answer)
        message.gateway_number = answer.number or message.gateway_number
        message.not_before = _next_look(answer, message.state, tried, now)
        if message.state == "delivered":
            message.delivered_at = now
        message.save(update_fields=["state", "gateway_number", "not_before", "delivered_at"])


def _next_state(plan: Plan, answer: Answer) -> str:
    if answer.outcome in _AFTER:
        return _AFTER[answer.outcome]
    if answer.outcome in STOPPED_BY and plan.state == "waiting":
        return "waiting"  # surely not taken
    return "sent" if plan.state == "sent" else "unknown"


def _next_look(answer: Answer, state: str, tried: int, now: datetime) -> datetime | None:
    if state in ENDED:
        return None
    if state == "sent":
        return now + RECEIPT_PAUSE
    pause: timedelta = min(FIRST_PAUSE * (1 << min(tried, 10)), LONGEST_PAUSE)
    return now + max(pause, timedelta(seconds=answer.retry_after))


def receipt_take(
    *, actor: Actor, message_id: UUID, state: str, number: str, reason: str, now: datetime
) -> OutboxMessage | None:
    """A delivery receipt of the gateway; None for a message that is not ours. The same receipt again changes nothing."""
    if state not in STATES:
        return None
    with unit_of_work(actor, "receipt_take"):
        message = OutboxMessage.objects.select_for_update().filter(id=message_id, channel=SMS).first()
        if message is None or message.state in ("delivered", "failed", STATES[state]):
            return message
        message.state, message.gateway_number = STATES[state], number or message.gateway_number
        message.delivered_at = now if message.state == "delivered" else None
        message.not_before = now + RECEIPT_PAUSE if message.state == "sent" else None
        message.save(update_fields=["state", "gateway_number", "delivered_at", "not_before"])
        DeliveryAttempt.objects.create(message=message, outcome=message.state, answer=reason[:300])
        return message
