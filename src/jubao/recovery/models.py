"""One claim for each case of 追缴, its months, and what was taken from account and grant; what was done is in `actions`.

Worked example: case 150404-2026-000017 has a claim of 2000.00 yuan over twelve months; 300.00 from the account and 1000.00 from
the grant are two clearings; 700.00 are left for the notice. The figures can never make more than the claim.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited
from jubao.recovery.actions import Action, Deposit, Instalment, Notice, Recipient, Referral

__all__ = [
    "Action",
    "Claim",
    "ClaimMonth",
    "Clearing",
    "Deposit",
    "Instalment",
    "Notice",
    "Recipient",
    "Referral",
]


class Claim(Row):
    """What is claimed back of one enrolment. `amount_fen` is 0 until the district confirms it, and fixed from then on."""

    class Ground(models.TextChoices):
        DEATH = "death", "死亡后冒领"
        SENTENCE = "sentence", "判刑期间冒领"
        NATIONALITY = "nationality", "丧失国籍后多领"
        OTHER_BENEFIT = "other_benefit", "重复领取待遇"
        LOST = "lost", "不具备资格期间领取"

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="recovery_claim")
    case_id: UUID
    enrolment = models.ForeignKey(
        "people.Enrolment", models.PROTECT, related_name="recovery_claims", db_index=False
    )
    enrolment_id: UUID
    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    ground = models.CharField(max_length=16, choices=Ground)
    happened_on = models.DateField(null=True)
    first_month = models.IntegerField(help_text="first month that was not due")
    amount_fen = models.BigIntegerField(default=0)
    cleared_fen = models.BigIntegerField(default=0, help_text="taken from account and funeral grant")
    returned_fen = models.BigIntegerField(
        default=0, help_text="given back in money, booked on a deposit slip"
    )
    confirmed_on = models.DateField(null=True)
    is_open = models.BooleanField(default=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    due_on = models.DateField(null=True, help_text="last day to give back, known from the delivery on")
    fault = models.CharField(max_length=10, default="", db_default="", help_text="whose doing it was")
    assigned_path = models.CharField(
        max_length=80, default="", db_default="", help_text="township asked to help"
    )

    @property
    def left_fen(self) -> int:
        """What is still owed."""
        return self.amount_fen - self.cleared_fen - self.returned_fen

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(is_open=True), name="recovery_claim_one_open"
            ),
            models.CheckConstraint(
                condition=Q(
                    cleared_fen__gte=0,
                    returned_fen__gte=0,
                    amount_fen__gte=F("cleared_fen") + F("returned_fen"),
                ),
                name="recovery_claim_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=0, confirmed_on__isnull=True)
                | Q(amount_fen__gt=0, confirmed_on__isnull=False),
                name="recovery_claim_amount_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_path", "id"],
                name="recovery_claim_place",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            )
        ]
        triggers = audited("recovery_claim")


class ClaimMonth(Row):
    """One month of a confirmed claim; a paid line is claimed back once."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="months")
    division_path = models.CharField(max_length=80)
    benefit_month = models.IntegerField()
    payment_line_id = models.UUIDField(null=True, help_text="NULL: paid before this system kept the lines")
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment_line_id"], name="recovery_month_line_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_month_amount"),
        ]
        triggers = [*audited("recovery_month"), *append_only("recovery_month")]


class Clearing(Row):
    """What one settlement took for a claim from one account."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="clearings")
    division_path = models.CharField(max_length=80)
    case_id = models.UUIDField(help_text="the settlement, or the claim's own case")
    account_kind = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()
    cleared_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "case_id", "account_kind"], name="recovery_clearing_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_clearing_amount"),
        ]
        triggers = [*audited("recovery_clearing"), *append_only("recovery_clearing")]
