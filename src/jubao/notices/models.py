"""The outbox: what leaves the system is written with the business change and sent afterwards; attempts are rows of their own.

Worked example: a payout account changes → two messages (old phone, new phone) in the same transaction; the sender tries,
gets no answer, writes an attempt `unknown`, and does not send again before it knows.
"""

from __future__ import annotations

from django.db import models

from jubao.database.rows import Row, append_only, audited


class OutboxMessage(Row):
    """One message or file to send. `once_key` makes the same message impossible twice."""

    channel = models.CharField(max_length=20, help_text="sms | bank | feed_correction …")
    recipient = models.CharField(max_length=100)
    body = models.TextField()
    purpose = models.CharField(max_length=40)
    once_key = models.CharField(max_length=120, unique=True)
    person_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[
            ("waiting", "待发"),
            ("sent", "已发"),
            ("delivered", "已送达"),
            ("failed", "失败"),
            ("unknown", "不明"),
            ("expired", "过期未发"),
        ],
        default="waiting",
    )
    gateway_number = models.CharField(
        max_length=80, default="", db_default="", help_text="the gateway's own number"
    )
    delivered_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True, help_text="next try at the earliest then")
    send_until = models.DateTimeField(
        null=True, help_text="of no use from then on: it ends as expired, unsent"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["channel", "id"], name="outbox_waiting", condition=models.Q(state="waiting"))
        ]
        triggers = audited("outbox_message")


class DeliveryAttempt(Row):
    """One try to deliver a message and what the other side said."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=10)
    answer = models.CharField(max_length=300, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [*audited("delivery_attempt"), *append_only("delivery_attempt")]


from jubao.notices.public import PublicNotice  # noqa: E402

__all__ = ["DeliveryAttempt", "OutboxMessage", "PublicNotice"]
