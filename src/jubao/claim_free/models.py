"""免申即享: the monthly extraction, the flag and its history, forms and confirmations, notifications, drafts of the list.

Worked example: the extraction of 2026-11 screens 140 people of 500110; 96 `Screened` rows are candidates, each with a `Flag`
and a case `claim_free` in state `extracted`; 44 are excluded with every obstacle. Months are indexes (year * 12 + month - 1).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jubao.claim_free.month_records import Bulletin, MonthSummary, MonthTask, ProgrammeMember
from jubao.claim_free.protections import waived_is_final
from jubao.database.rows import Row, append_only, audited


class Extraction(Row):
    """One monthly extraction of one district: on which day, by which pack, with what result."""

    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    drawn_on = models.DateField()
    pack_hash = models.CharField(max_length=64)
    candidate_count = models.IntegerField()
    excluded_count = models.IntegerField()
    extracted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district_code", "month"], name="extraction_once")]
        triggers = [*audited("extraction"), *append_only("extraction")]


class Screened(Row):
    """One person inside the window, as the extraction judged: candidate, or excluded with every obstacle in order."""

    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="screened")
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT)
    person = models.ForeignKey("people.Person", models.PROTECT)
    division_path = models.CharField(max_length=80)
    decision = models.CharField(max_length=10, choices=[("candidate", "符合"), ("excluded", "不符合")])
    obstacles = ArrayField(
        models.CharField(max_length=40), default=list, help_text="all codes; the first is the headline"
    )
    facts = models.JSONField(default=dict, help_text="what the rules were given")
    window_from = models.DateField()
    window_until = models.DateField(help_text="last day on which the person may confirm")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["extraction", "enrolment"], name="screened_once")]
        indexes = [
            models.Index(
                fields=["division_path", "id"],
                name="screened_place",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            )
        ]
        triggers = [*audited("screened"), *append_only("screened")]


class Flag(Row):
    """免申即享人员标识 of an enrolment, as it stands; `FlagEvent` is its history. Waived never changes again."""

    class State(models.TextChoices):
        FLAGGED = "flagged", "有标识"
        REVOKED = "revoked", "已撤销"
        WAIVED = "waived", "本人放弃"
        USED = "used", "已办结"
        EXPIRED = "expired", "已过期"

    enrolment = models.OneToOneField("people.Enrolment", models.PROTECT, related_name="claim_free_flag")
    person = models.ForeignKey("people.Person", models.PROTECT)
    division_path = models.CharField(max_length=80)
    extraction = models.ForeignKey(Extraction, models.PROTECT, related_name="flags")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="claim_free_flags")
    month = models.IntegerField(help_text="the month of the extraction that set it: the month of the lists")
    window_until = models.DateField(help_text="last day on which the person may confirm")
    state = models.CharField(max_length=10, choices=State, default=State.FLAGGED)
    reason_code = models.CharField(
        max_length=40, default="", help_text="why it is off: an obstacle, waiver, other"
    )
    reason = models.CharField(max_length=300, default="")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["division_path", "month", "id"],
                name="claim_free_flag_place",
                opclasses=["varchar_pattern_ops", "int4_ops", "uuid_ops"],
            )
        ]
        triggers = [*audited("claim_free_flag"), waived_is_final("claim_free_flag")]


class FlagEvent(Row):
    """One change of a flag: set, revoked, restored, waived, used, expired; by whom, why, when."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="events")
    action = models.CharField(
        max_length=10, help_text="flagged | revoked | restored | waived | used | expired"
    )
    reason_code = models.CharField(max_length=40, default="")
    reason = models.CharField(max_length=300, default="")
    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [*audited("claim_free_flag_event"), *append_only("claim_free_flag_event")]


class ListDraft(models.Model):
    """✓ 暂存: an edited row of the query list that 保存 has not stored yet; one per case and officer. Not business data."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="list_drafts")
    officer_id = models.UUIDField()
    values = models.JSONField(default=dict, help_text="mobile, mobile_source …, as typed")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "officer_id"], name="list_draft_one")]


class Notification(Row):
    """How and when the person was told: once by SMS, or by call, visit, WeChat, village notice with its result."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="claim_free_notifications")
    means = models.CharField(max_length=20, help_text="sms | phone | visit | wechat | village_notice")
    informed_on = models.DateField()
    was_reached = models.BooleanField(default=True)
    result = models.CharField(max_length=200, default="")
    message_id = models.UUIDField(
        null=True, help_text="row of notices.OutboxMessage, where a message was sent"
    )
    officer_id = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(means="sms"), name="claim_free_sms_once")
        ]
        triggers = [*audited("claim_free_notification"), *append_only("claim_free_notification")]


class ConfirmationForm(Row):
    """《信息确认表》, on paper or on the phone: what was shown, what was answered and signed. Two signatures make it void."""

    class State(models.TextChoices):
        OPEN = "open", "未签字"
        CONSENT = "consent", "同意"
        WAIVER = "waiver", "放弃"
        VOID = "void", "作废"

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="confirmation_forms")
    number = models.CharField(max_length=30, unique=True)
    channel = models.CharField(max_length=20, help_text="COUNTER | HOME_VISIT | APP_…: the pack's channel")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    contents = models.JSONField(
        help_text="every field as shown: the five of the person, amounts in fen, account, dates"
    )
    is_only_child = models.BooleanField()
    payable_make_up_years = models.IntegerField(default=0)
    make_up_answer = models.CharField(
        max_length=10, default="", help_text="give_up | make_up | '' when not asked"
    )
    has_paid_recently = models.BooleanField(null=True)
    is_recent_payment_credited = models.BooleanField(null=True)
    texts = models.JSONField(
        help_text="name and SHA-256 of each text agreed to: declaration, handling notes, promise"
    )
    document = models.ForeignKey(
        "archive.Document", models.PROTECT, null=True, help_text="the PDF as exported"
    )
    signed_on = models.DateField(null=True)
    has_thumbprint = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    account_id = models.UUIDField(null=True, help_text="residents.Account that confirmed on the phone")
    helper_name = models.CharField(max_length=60, default="", help_text="who confirmed for the person")
    helper_relation = models.CharField(max_length=30, default="")
    officer_id = models.UUIDField(null=True)
    exported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "void"]) | Q(signed_on__isnull=False),
                name="confirmation_signed",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["consent", "waiver"]), name="confirmation_one_valid"
            ),
        ]
        triggers = audited("confirmation_form")


class OnlineConfirmation(Row):
    """A confirmation under way on the phone: each step taken and when, so that nothing is lost and no step is skipped."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="online_confirmations")
    account_id = models.UUIDField(help_text="residents.Account at work: the person or the helper")
    is_helped = models.BooleanField(default=False)
    helper_relation = models.CharField(max_length=30, default="")
    agreed_at = models.DateTimeField(null=True, help_text="the agreements before the face authentication")
    face_check_id = models.UUIDField(null=True, help_text="the passed residents.FaceCheck")
    is_only_child = models.BooleanField(null=True)
    data_confirmed_at = models.DateTimeField(null=True)
    make_up_answer = models.CharField(max_length=10, default="")
    make_up_answered_at = models.DateTimeField(null=True)
    front_document_id = models.UUIDField(null=True)
    back_document_id = models.UUIDField(null=True)
    only_child_document_id = models.UUIDField(null=True)
    notes_opened_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="", help_text="consent | waiver")
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account_id"],
                condition=Q(finished_at__isnull=True),
                name="online_confirmation_one",
            )
        ]
        triggers = audited("online_confirmation")


__all__ = [
    "Bulletin",
    "ConfirmationForm",
    "Extraction",
    "Flag",
    "FlagEvent",
    "ListDraft",
    "MonthSummary",
    "MonthTask",
    "Notification",
    "OnlineConfirmation",
    "ProgrammeMember",
    "Screened",
]
