"""Who works here: human beings, their log-in accounts, posts and grants with three signers.

Worked example: 李静 (one `NaturalPerson`) has the account `lijing` (`Officer`) and a `Grant` of the post 受理岗 in 古南街道
from 2026-01-01 until 2026-12-31, applied for, reviewed and approved by three other people. While it runs, no post of
another family can be granted to her, under whatever account. What log-in needs (phones, codes, attempts): `credentials`.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from jubao.database.periods import DateRange, ends_after_start
from jubao.database.rows import Row, audited
from jubao.staff.guards import grant_guard, officer_guard


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
    one_time_code_secret = models.CharField(
        max_length=200, default="", help_text="sealed with the key of the site"
    )
    one_time_code_last_step = models.BigIntegerField(default=0, help_text="a code works once")
    unlocked_at = models.DateTimeField(null=True, help_text="failures before this instant do not count")
    session_epoch = models.IntegerField(default=1, help_text="raised to end all sessions at once (A5)")
    created_at = models.DateTimeField(auto_now_add=True)

    last_login = None  # every attempt is a row of its own

    objects = OfficerManager()
    USERNAME_FIELD = "username"

    class Meta:
        triggers = [*audited("officer"), officer_guard()]


class Post(models.Model):
    """A post of the catalogue (`staff.posts`), written after each migration, never by a page."""

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
    levels = ArrayField(models.CharField(max_length=10), default=list)
    is_high_risk = models.BooleanField(default=False)


class PostWord(models.Model):
    """A name that a pack's incompatible pair may use for a post: its family, a duty group, its own name."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, models.CASCADE, related_name="words")
    word = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "word"], name="post_word_one")]


class IncompatiblePair(Row):
    """Two kinds of work that one human being may not hold together: the pack's `posts.incompatible` as rows."""

    pack_code = models.CharField(max_length=6)
    one = models.CharField(max_length=30)
    other = models.CharField(max_length=30)
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack_code", "one", "other", "from_on"], name="pair_one")
        ]
        triggers = audited("incompatible_pair")


class Grant(Row):
    """A post held at a place for a time; applied for, reviewed and approved by three different people (A4)."""

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        REVIEWED = "reviewed", "已审核"
        ACTIVE = "active", "有效"
        REFUSED = "refused", "不同意"
        ENDED = "ended", "已收回"

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="grants")
    natural_person = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="grants")
    post = models.ForeignKey(Post, models.PROTECT)
    family = models.CharField(max_length=10, help_text="that of the post, set by the trigger")
    division_path = models.CharField(max_length=80)
    from_on = models.DateField()
    until_on = models.DateField(help_text="every right ends")
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    reason = models.CharField(max_length=200, default="")
    applied_by = models.ForeignKey(NaturalPerson, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(NaturalPerson, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(NaturalPerson, models.PROTECT, null=True, related_name="+")
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
                | (~Q(approved_by=F("applied_by")) & ~Q(approved_by=F("reviewed_by"))),
                name="grant_approver_differs",
            ),
            models.CheckConstraint(
                condition=(Q(applied_by__isnull=True) | ~Q(applied_by=F("natural_person")))
                & (Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("natural_person")))
                & (Q(approved_by__isnull=True) | ~Q(approved_by=F("natural_person"))),
                name="grant_not_for_oneself",
            ),
        ]
        triggers = [*audited("grant"), grant_guard()]


from jubao.staff.credentials import Device, LoginAttempt, LoginChallenge, Ticket  # noqa: E402
from jubao.staff.offices import AssistantAssessment, Liaison, Training, TrainingParticipant  # noqa: E402

__all__ = [
    "AssistantAssessment",
    "Device",
    "Grant",
    "IncompatiblePair",
    "Liaison",
    "LoginAttempt",
    "LoginChallenge",
    "NaturalPerson",
    "Officer",
    "Post",
    "PostWord",
    "Ticket",
    "Training",
    "TrainingParticipant",
]
