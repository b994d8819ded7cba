"""What is done to get a claim back: visits with two officers and footage, notices and who got them, money, the hand-over.

Worked example: on 2024-05-31 核实岗 and a colleague bring notice ZJ-150404-2026-000017-1 over 700.00 to the son; he signs the
receipt, the camera's film is kept with its hash; on 2024-06-20 his deposit slip over 500.00 leaves 200.00.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited


class Action(Row):
    """One thing done about a claim, by whom, seen by which camera. Never changed."""

    class Kind(models.TextChoices):
        INVESTIGATE = "investigate", "调查核实"
        INFORM = "inform", "告知本人或家属"
        DELIVER = "deliver", "送达通知书"
        VISIT = "visit", "上门追缴"
        CONTACT = "contact", "联系记录"

    claim = models.ForeignKey("recovery.Claim", models.PROTECT, related_name="actions")
    division_path = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    done_on = models.DateField()
    people = ArrayField(models.UUIDField(), help_text="natural persons of the officers present")
    names = models.CharField(max_length=200)
    footage = models.ForeignKey("archive.Document", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, default="")
    recorded_by = models.UUIDField(help_text="natural person")

    class Meta:
        indexes = [models.Index(fields=["claim", "done_on"], name="recovery_action_claim")]
        triggers = [*audited("recovery_action"), *append_only("recovery_action")]


class Notice(Row):
    """A notice over what was left on its day: to which account, until when, who brings it."""

    claim = models.ForeignKey("recovery.Claim", models.PROTECT, related_name="notices")
    division_path = models.CharField(max_length=80)
    kind = models.CharField(
        max_length=20, choices=[("return_notice", "返还通知书"), ("recovery_notice", "追缴通知书")]
    )
    number = models.CharField(max_length=40, unique=True)
    amount_fen = models.BigIntegerField()
    account = models.CharField(max_length=200, help_text="name, bank and number of the account to pay into")
    due_on = models.DateField(help_text="as printed; a later delivery moves the claim's own day")
    issued_on = models.DateField()
    deliverer_id = models.UUIDField(help_text="natural person")
    deliverer_name = models.CharField(max_length=60)
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(is_live=True), name="recovery_notice_one_live"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_notice_amount"),
        ]
        triggers = audited("recovery_notice")


class Recipient(Row):
    """Somebody a notice is for. Delivered: signed, or refused before two officers and a camera (R3)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="recipients")
    division_path = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=20)
    delivered_on = models.DateField(null=True)
    receipt = models.ForeignKey("archive.Document", models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=200, default="")
    action = models.ForeignKey(Action, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True)
                | (Q(action__isnull=False) & (Q(receipt__isnull=False) | ~Q(refused_because=""))),
                name="recovery_recipient_proven",
            )
        ]
        triggers = audited("recovery_recipient")


class Deposit(Row):
    """Money given back: registered with its slip by one, booked in the ledger by another of the finance office."""

    claim = models.ForeignKey("recovery.Claim", models.PROTECT, related_name="deposits")
    claim_id: UUID
    division_path = models.CharField(max_length=80)
    district_code = models.CharField(max_length=6)
    slip_number = models.CharField(max_length=60)
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")
    registered_by = models.UUIDField(help_text="natural person")
    registered_on = models.DateField()
    booked_by = models.UUIDField(null=True, help_text="natural person")
    booked_on = models.DateField(null=True)
    undone_because = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district_code", "slip_number"],
                condition=Q(undone_because=""),
                name="recovery_slip_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_deposit_amount"),
            models.CheckConstraint(
                condition=Q(booked_by__isnull=True, booked_on__isnull=True)
                | (Q(booked_on__isnull=False, undone_because="") & ~Q(booked_by=F("registered_by"))),
                name="recovery_deposit_two_people",
            ),
        ]
        triggers = audited("recovery_deposit")


class Instalment(Row):
    """One part of an agreed plan; a new plan ends the one before."""

    claim = models.ForeignKey("recovery.Claim", models.PROTECT, related_name="instalments")
    division_path = models.CharField(max_length=80)
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    agreed_on = models.DateField()
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "due_on"], condition=Q(is_live=True), name="recovery_instalment_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_instalment_amount"),
        ]
        triggers = audited("recovery_instalment")


class Referral(Row):
    """The hand-over of what was not given back in time: to whom, how much, with which documents."""

    claim = models.OneToOneField("recovery.Claim", models.PROTECT, related_name="referral")
    division_path = models.CharField(max_length=80)
    department = models.CharField(max_length=60)
    left_fen = models.BigIntegerField()
    documents = models.JSONField(help_text="kind, document and sha256 of each paper handed over")
    note = models.CharField(max_length=500, default="")
    referred_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(left_fen__gt=0), name="recovery_referral_left")]
        triggers = [*audited("recovery_referral"), *append_only("recovery_referral")]
