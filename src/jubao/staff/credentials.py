"""What log-in needs: bound phones, codes on the screen, tickets for a new password or phone, every attempt.

Worked example: 李静 types her user name, the page shows a QR and the number 47 (`LoginChallenge`); her phone (`Device`, of
which we hold only the public key) signs challenge and number; the same browser is let in, once, within sixty seconds.
A lost phone is unbound at once; a `Ticket` asked for by one person and agreed by another binds the next one.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited


class Device(Row):
    """A phone bound to a human being: signs log-in codes. Lost: unbound at once, sessions end."""

    class Kind(models.TextChoices):
        PHONE = "phone", "绑定手机"
        E_CARD = "e_card", "电子社保卡"

    natural_person = models.ForeignKey("staff.NaturalPerson", models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=60)
    public_key = models.CharField(
        max_length=64, unique=True, help_text="Ed25519; the private half never leaves it"
    )
    bound_at = models.DateTimeField()
    unbound_at = models.DateTimeField(null=True)
    unbound_reason = models.CharField(max_length=100, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["natural_person"], condition=Q(unbound_at__isnull=True), name="device_one_live"
            )
        ]
        triggers = audited("device")


class LoginChallenge(Row):
    """A code on the screen: single use, sixty seconds, a number to match, bound to the browser that asked.

    `officer` is empty for a user name nobody has: the page looks the same, and no phone can answer.
    """

    class Purpose(models.TextChoices):
        LOGIN = "login", "登录"
        CONFIRM = "confirm", "再次确认身份"

    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.LOGIN)
    officer = models.ForeignKey("staff.Officer", models.PROTECT, null=True)
    browser = models.CharField(max_length=64, help_text="digest of the secret in the browser's cookie")
    match_number = models.CharField(max_length=4)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("staff.NaturalPerson", models.PROTECT, null=True, related_name="+")
    device = models.ForeignKey(Device, models.PROTECT, null=True)
    used_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)


class Ticket(Row):
    """Leave to set a new password and one-time code, or to bind a phone; given by two people, good once, for an hour."""

    class Kind(models.TextChoices):
        PASSWORD = "password", "重置密码和动态码"
        PHONE = "phone", "绑定手机"

    kind = models.CharField(max_length=10, choices=Kind)
    officer = models.ForeignKey("staff.Officer", models.PROTECT, related_name="tickets")
    natural_person = models.ForeignKey("staff.NaturalPerson", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("staff.NaturalPerson", models.PROTECT, null=True, related_name="+")
    agreed_by = models.ForeignKey("staff.NaturalPerson", models.PROTECT, null=True, related_name="+")
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, help_text="the bound phone that asked instead"
    )
    is_founding = models.BooleanField(default=False)
    code_digest = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="from the moment the code was given")
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True)
                | (
                    Q(asked_by__isnull=False)
                    & ~Q(agreed_by=F("asked_by"))
                    & ~Q(agreed_by=F("natural_person"))
                ),
                name="ticket_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind="password") | Q(asked_by__isnull=True) | ~Q(asked_by=F("natural_person")),
                name="ticket_password_by_two_others",
            ),
            models.CheckConstraint(
                condition=Q(code_digest="")
                | Q(is_founding=True)
                | Q(agreed_by__isnull=False)
                | (Q(kind="password") & Q(device__isnull=False)),
                name="ticket_code_needs_leave",
            ),
        ]
        triggers = audited("ticket")


class LoginAttempt(Row):
    """A log-in that worked or did not, and why."""

    username = models.CharField(max_length=40)
    officer_id = models.UUIDField(null=True)
    way = models.CharField(max_length=20)
    outcome = models.CharField(max_length=30)
    address = models.CharField(max_length=45, default="")
    device = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["username", "at"], name="login_attempt_recent"),
            models.Index(fields=["address", "at"], name="login_attempt_address"),
        ]
        triggers = append_only("login_attempt")
