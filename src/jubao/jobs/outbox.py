"""The sender: takes what is due from the outbox to the gateway, until nothing is due or the gateway wants a pause.

Worked example: `send_outbox(now=clock)` sends 96 invitations and asks about 2 in doubt: `{"sent": 98, "left": 0}`. Without
`JUBAO_SMS_URL` everything waits. A page calls `ask_sending()` in its transaction, and the worker begins within a second.
"""

from __future__ import annotations

from collections import Counter

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jubao.database.actor import Actor
from jubao.jobs.progress import Clock
from jubao.services.notices.outbox import STOPPED_BY, due_messages, message_send, messages_expire
from jubao.services.notices.sms_gateway import Gateway, gateway

TASK = "jubao.outbox"
AT_ONCE = 300
DOUBTS = 3
"""So many calls without an answer, and the gateway is left in peace until the next minute."""


def send_outbox(*, now: Clock, through: Gateway | None = None, limit: int = AT_ONCE) -> dict[str, int]:
    """Send what is due; how many calls ended how."""
    actor, found = Actor.system("outbox", scope="%"), Counter[str]()
    if late := messages_expire(actor=actor, now=now()):
        found["expired"] = late
    sender = through or gateway()
    if sender is None:
        return dict(found)
    for message_id in due_messages(now=now(), limit=limit):
        answer = message_send(actor=actor, gateway=sender, message_id=message_id, now=now())
        if answer is None:
            continue
        found[answer.outcome] += 1
        if answer.outcome in STOPPED_BY or found["unknown"] >= DOUBTS:
            break
    return dict(found)


def ask_sending() -> None:
    """Let the worker send now; one request in the queue is enough."""
    try:
        app.configure_task(TASK, queueing_lock="outbox").defer(timestamp=0)
    except AlreadyEnqueued:
        return
