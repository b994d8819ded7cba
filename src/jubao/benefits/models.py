"""Who is entitled since when, what was determined and why, and in which months payment is normal, held or stopped.

Worked example: an entitlement from 2027-01 has determination 1 (163.02 yuan, with every step in `trace`), payment status
`normal` from 2027-01; in 2027-07 a case puts `suspended`, reason NOT_CERTIFIED; the months wait as back pay.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from jubao.benefits.protections import open_seal_index, sealed_only_reopens
from jubao.database.periods import no_overlap
from jubao.database.rows import Row, append_only, audited


class Entitlement(Row):
    """The right of one enrolment to a monthly pension; the chain of determinations hangs on it."""

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="entitlements")
    start_month = models.IntegerField()
    end_month = models.IntegerField(null=True, help_text="first month not due any more")
    end_reason = models.CharField(max_length=40, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(end_month__isnull=True), name="entitlement_one_live"
            ),
            models.CheckConstraint(
                condition=Q(end_month__isnull=True) | Q(end_month__gte=F("start_month")),
                name="entitlement_period",
            ),
        ]
        triggers = audited("entitlement")


class Determination(Row):
    """What was decided about the amount: facts used, components, trace, pack. Never changed; a new one supersedes it."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="determinations")
    sequence = models.IntegerField()
    month = models.IntegerField(help_text="first benefit month it is for")
    account_balance_fen = models.BigIntegerField()
    contribution_months = models.IntegerField()
    make_up_months = models.IntegerField(default=0)
    min_tier_months = models.IntegerField(default=0)
    is_only_child = models.BooleanField(default=False)
    is_provisional = models.BooleanField(
        default=False, help_text="rests on a rate not yet published; recalculated later"
    )
    base_pension_fen = models.BigIntegerField()
    account_pension_fen = models.BigIntegerField()
    years_pension_fen = models.BigIntegerField(default=0)
    only_child_supplement_fen = models.BigIntegerField(default=0)
    age_supplement_fen = models.BigIntegerField(default=0)
    monthly_pension_fen = models.BigIntegerField()
    facts = models.JSONField(help_text="every fact the rules were given")
    trace = models.JSONField(help_text="steps: rule, citation, inputs, value")
    pack_code = models.CharField(max_length=6)
    pack_hash = models.CharField(max_length=64)
    difference = models.JSONField(default=dict, help_text="against the one superseded")
    proposed_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "sequence"], name="determination_sequence"),
            models.CheckConstraint(
                condition=Q(
                    monthly_pension_fen=F("base_pension_fen")
                    + F("account_pension_fen")
                    + F("years_pension_fen")
                    + F("only_child_supplement_fen")
                    + F("age_supplement_fen")
                ),
                name="determination_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(proposed_by=F("approved_by")),
                name="determination_two_people",
            ),
        ]
        indexes = [
            models.Index(
                fields=["entitlement", "-sequence"],
                include=[
                    "month",
                    "id",
                    "base_pension_fen",
                    "account_pension_fen",
                    "years_pension_fen",
                    "only_child_supplement_fen",
                    "age_supplement_fen",
                    "monthly_pension_fen",
                ],
                name="determination_in_force",
            )
        ]
        triggers = [
            *audited("determination"),
            *append_only("determination"),
            sealed_only_reopens("determination", pgtrigger.Insert),
        ]


class PaymentStatus(Row):
    """Months in one state of payment. Held, suspended, stopped and sealed each say why, by whom and until when.

    An empty period (`until_month = from_month`) is one that a later decision covered whole: it counts for no month.
    """

    class Kind(models.TextChoices):
        NORMAL = "normal", "正常"
        HELD = "held", "暂缓"
        SUSPENDED = "suspended", "暂停"
        STOPPED = "stopped", "停发"
        SEALED = "sealed", "封存"

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="payment_statuses")
    kind = models.CharField(max_length=10, choices=Kind)
    from_month = models.IntegerField()
    until_month = models.IntegerField(null=True)
    reason = models.CharField(
        max_length=40, default="", help_text="NOT_CERTIFIED, DEATH_REPORTED, IN_CUSTODY …"
    )
    legal_basis = models.CharField(max_length=120, default="")
    hold_expires_on = models.DateField(
        null=True, help_text="a hold not decided by then releases itself and pays (Q8)"
    )
    proposed_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            no_overlap("payment_status_one", ("entitlement",), "from_month", "until_month"),
            models.CheckConstraint(
                condition=Q(until_month__isnull=True) | Q(until_month__gte=F("from_month")),
                name="payment_status_period",
            ),
            models.CheckConstraint(
                condition=Q(kind="normal")
                | (
                    ~Q(reason="")
                    & ~Q(legal_basis="")
                    & Q(decided_by__isnull=False)
                    & Q(case_id__isnull=False)
                ),
                name="payment_status_against_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(proposed_by=F("decided_by")),
                name="payment_status_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(kind="held") | Q(hold_expires_on__isnull=False),
                name="payment_status_hold_has_clock",
            ),
        ]
        indexes = [open_seal_index()]
        triggers = [*audited("payment_status"), sealed_only_reopens("payment_status")]


class Due(Row):
    """A past month that a decision awarded and the next payment pays: back pay or a difference, each month its own row.

    It is owed as long as it lives and no live payment line of (enrolment, month, kind, cause) exists (B11).
    """

    class Kind(models.TextChoices):
        BACK_PAY = "back_pay", "补发"
        DIFFERENCE = "difference", "差额"

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="dues")
    benefit_month = models.IntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    cause = models.CharField(
        max_length=40, help_text="RESUMPTION, FIRST_PAYMENT, MISSED, RECALCULATION, ADJUSTMENT, CORRECTION …"
    )
    determination = models.ForeignKey(Determination, models.PROTECT)
    base_pension_fen = models.BigIntegerField(default=0)
    account_pension_fen = models.BigIntegerField(default=0)
    years_pension_fen = models.BigIntegerField(default=0)
    only_child_supplement_fen = models.BigIntegerField(default=0)
    age_supplement_fen = models.BigIntegerField(default=0)
    amount_fen = models.BigIntegerField()
    is_live = models.BooleanField(default=True, help_text="false once a later decision took it back unpaid")
    case_id = models.UUIDField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "benefit_month", "kind", "cause"],
                condition=Q(is_live=True),
                name="due_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen__gt=0,
                    base_pension_fen__gte=0,
                    account_pension_fen__gte=0,
                    years_pension_fen__gte=0,
                    only_child_supplement_fen__gte=0,
                    age_supplement_fen__gte=0,
                ),
                name="due_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("base_pension_fen")
                    + F("account_pension_fen")
                    + F("years_pension_fen")
                    + F("only_child_supplement_fen")
                    + F("age_supplement_fen")
                ),
                name="due_adds_up",
            ),
        ]
        triggers = [*audited("due"), sealed_only_reopens("due", pgtrigger.Insert)]


class Decrease(Row):
    """What a recalculation found paid too much: listed for a decision, never deducted by itself."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="decreases")
    benefit_month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    account_pension_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="of it the part that the personal account had paid"
    )
    cause = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10,
        choices=[("open", "待决定"), ("recover", "追回"), ("waived", "不追回"), ("deduct", "从后续待遇扣减")],
        default="open",
    )
    case_id = models.UUIDField()
    decided_by = models.UUIDField(null=True)
    decided_case_id = models.UUIDField(null=True)
    decided_reason = models.CharField(max_length=300, default="", db_default="")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="decrease_positive"),
            models.CheckConstraint(
                condition=Q(account_pension_fen__gte=0, account_pension_fen__lte=F("amount_fen")),
                name="decrease_of_the_account",
            ),
            models.CheckConstraint(
                condition=~Q(state="deduct") | Q(decided_case_id__isnull=False),
                name="decrease_deducted_by_a_case",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False), name="decrease_decided_by_somebody"
            ),
            models.UniqueConstraint(fields=["entitlement", "benefit_month", "cause"], name="decrease_once"),
        ]
        triggers = audited("decrease")


class HoldProposal(Row):
    """A check of a run proposes a hold; a named officer confirms or releases it; open, it blocks the run (Q14)."""

    run_id = models.UUIDField()
    entitlement = models.ForeignKey(Entitlement, models.PROTECT)
    reason = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10,
        choices=[("open", "待定"), ("confirmed", "确认暂缓"), ("released", "照发")],
        default="open",
    )
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run_id", "entitlement", "reason"], name="hold_proposal_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False),
                name="hold_proposal_decided_by_somebody",
            ),
        ]
        triggers = audited("hold_proposal")
