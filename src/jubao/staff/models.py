"""Who works here: human beings, their log-in accounts, posts, grants with three signers, devices and log-in attempts.

Worked example: 李静 (one `NaturalPerson`) has the account `lijing` (`Officer`) and a `Grant` of the post 受理岗 in 古南街道
from 2026-01-01 until 2026-12-31, applied for, reviewed and approved by three other people. While it runs, no post of
another family can be granted to her, under whatever account.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from jubao.database.periods import DateRange, ends_after_start
from jubao.database.rows import Row, append_only, audited


class NaturalPerson(Row):
    """A human being who works with the system; known by the digest of the identity number, whatever the account."""

    name = models.CharField(max_length=60)
    number_digest = models.CharField(
        max_length=64, unique=True, help_text="keyed digest of the identity number"
    )

    class Meta:
        triggers = audited("natural_person")


class OfficerManager(BaseUserManager["Officer"]):
    """Finds officers for Django's log-in."""


class Officer(AbstractBaseUser, Row):
    """A log-in account. Rights come from grants, never from the account."""

    username = models.CharField(max_length=40, unique=True)
    natural_person = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="officers")
    phone = models.CharField(max_length=20, default="")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    one_time_code_secret = models.CharField(max_length=64, default="")
    one_time_code_last_step = models.BigIntegerField(default=0, help_text="a code works once")
    locked_until = models.DateTimeField(null=True)
    session_epoch = models.IntegerField(default=1, help_text="raised to end all sessions at once (A5)")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfficerManager()
    USERNAME_FIELD = "username"

    class Meta:
        triggers = audited("officer")


class Post(models.Model):
    """A post of the catalogue: code, Chinese name, family. Rows come from the code's catalogue, not from a page."""

    class Family(models.TextChoices):
        BUSINESS = "business", "业务"
        FINANCE = "finance", "财务"
        DATA = "data", "数据"
        AUDIT = "audit", "稽核"
        SYSTEM = "system", "系统"

    code = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=30)
    family = models.CharField(max_length=10, choices=Family)
    duties = models.CharField(max_length=300, default="")


class Grant(Row):
    """A post held at a place for a time; applied for, reviewed and approved by three different people (A4)."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="grants")
    natural_person = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="grants")
    post = models.ForeignKey(Post, models.PROTECT)
    family = models.CharField(max_length=10)
    duty_group = models.CharField(
        max_length=20,
        default="",
        help_text="determination | certification | handling | review: pairs the pack forbids",
    )
    division_path = models.CharField(max_length=80)
    from_on = models.DateField()
    until_on = models.DateField(help_text="every right ends")
    state = models.CharField(
        max_length=10,
        choices=[
            ("applied", "已申请"),
            ("reviewed", "已审核"),
            ("active", "有效"),
            ("refused", "不同意"),
            ("ended", "已收回"),
        ],
        default="applied",
    )
    applied_by = models.UUIDField(null=True)
    reviewed_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    is_founding = models.BooleanField(
        default=False, help_text="made by `jubao init`; the only grants without three signers"
    )
    ended_reason = models.CharField(max_length=200, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="grant_one_family",
                expressions=[
                    ("natural_person", RangeOperators.EQUAL),
                    ("family", RangeOperators.NOT_EQUAL),
                    (DateRange(F("from_on"), F("until_on")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="active"),
            ),
            models.CheckConstraint(condition=ends_after_start("from_on", "until_on"), name="grant_period"),
            models.CheckConstraint(
                condition=~Q(state="active")
                | Q(is_founding=True)
                | Q(applied_by__isnull=False, reviewed_by__isnull=False, approved_by__isnull=False),
                name="grant_three_signers",
            ),
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True)
                | Q(reviewed_by__isnull=True)
                | ~Q(applied_by=F("reviewed_by")),
                name="grant_reviewer_differs",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    ~Q(approved_by=F("applied_by"))
                    & ~Q(approved_by=F("reviewed_by"))
                    & ~Q(approved_by=F("natural_person"))
                ),
                name="grant_approver_differs",
            ),
        ]
        triggers = audited("grant")


class Device(Row):
    """A phone bound to a human being: scans log-in codes, confirms. Lost: unbound at once, sessions end."""

    natural_person = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="devices")
    label = models.CharField(max_length=60)
    secret_digest = models.CharField(max_length=64)
    bound_at = models.DateTimeField(auto_now_add=True)
    unbound_at = models.DateTimeField(null=True)
    unbound_reason = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["natural_person"], condition=Q(unbound_at__isnull=True), name="device_one_live"
            )
        ]
        triggers = audited("device")


class LoginChallenge(Row):
    """A log-in code on the screen: single use, sixty seconds, a number to match, bound to the browser that asked."""

    browser = models.CharField(max_length=64)
    match_number = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(NaturalPerson, models.PROTECT, null=True)
    used_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)


class LoginAttempt(Row):
    """A log-in that worked or did not, and why."""

    username = models.CharField(max_length=40)
    officer_id = models.UUIDField(null=True)
    way = models.CharField(max_length=20)
    outcome = models.CharField(max_length=30)
    address = models.CharField(max_length=45, default="")
    device = models.CharField(max_length=200, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["username", "at"], name="login_attempt_recent")]
        triggers = append_only("login_attempt")
