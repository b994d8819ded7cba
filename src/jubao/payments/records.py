"""What stands around a run: its finished pieces, what it leaves out and why, explanations, funds received, vouchers.

Worked example: run 2026-11 of 500110 has 3 pieces of step `monthly`; 12 people are omitted with NO_ACCOUNT; the finance
office sent 2 442 054.60 yuan under notice 2026-拨-117, equal to the approval form.
"""

# ruff: noqa: RUF012  Django reads the lists of Meta, nobody shares them

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class PaymentStep(Row):
    """One finished piece of the making or sending of a run; written with its rows, so that a killed run goes on (F1)."""

    run = models.ForeignKey("payments.PaymentRun", models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    piece = models.IntegerField()
    until_key = models.CharField(
        max_length=60, default="", help_text="last key done; the next piece begins after it"
    )
    row_count = models.IntegerField(default=0)
    is_last = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "step", "piece"], name="payment_step_once")]
        triggers = [*audited("payment_step"), *append_only("payment_step")]


class PaymentOmission(Row):
    """What is due to somebody and is not in the run, with the reason: listed, never lost."""

    class Reason(models.TextChoices):
        NO_ACCOUNT = "NO_ACCOUNT", "无可用账户"
        ACCOUNT_WAITING = "ACCOUNT_WAITING", "账户变更等待期"
        NOT_COVERED = "NOT_COVERED", "政策参数缺失"
        HELD = "HELD", "发放前核查暂缓"

    run = models.ForeignKey("payments.PaymentRun", models.PROTECT, related_name="omissions")
    enrolment_id = models.UUIDField()
    entitlement_id = models.UUIDField(null=True)
    division_path = models.CharField(max_length=80)
    benefit_month = models.IntegerField()
    kind = models.CharField(max_length=14)
    cause = models.CharField(max_length=40, default="")
    reason = models.CharField(max_length=20, choices=Reason)
    detail = models.CharField(max_length=300, default="")
    amount_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "enrolment_id", "benefit_month", "kind", "cause"], name="payment_omission_once"
            )
        ]
        indexes = [models.Index(fields=["enrolment_id", "benefit_month"], name="payment_omission_person")]
        triggers = audited("payment_omission")


class PaymentDeduction(Row):
    """What a line keeps back for one month paid too much; it counts while the line lives or was sent.

    `to_account_fen` of it goes back to the personal account, because the account had paid it; the rest to the fund.
    """

    line = models.ForeignKey("payments.PaymentLine", models.PROTECT, related_name="deductions")
    decrease_id = models.UUIDField()
    amount_fen = models.BigIntegerField()
    to_account_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "decrease_id"], name="payment_deduction_once"),
            models.CheckConstraint(
                condition=Q(
                    amount_fen__gt=0, to_account_fen__gte=0, to_account_fen__lte=models.F("amount_fen")
                ),
                name="payment_deduction_amounts",
            ),
        ]
        indexes = [models.Index(fields=["decrease_id"], name="payment_deduction_of")]
        triggers = [*audited("payment_deduction"), *append_only("payment_deduction")]


class TwinExplanation(Row):
    """Why one person's line differs from last month's although no recorded change explains it; a named officer says so."""

    run = models.ForeignKey("payments.PaymentRun", models.PROTECT, related_name="explanations")
    enrolment_id = models.UUIDField()
    difference = models.CharField(max_length=10, help_text="new | gone | amount | account")
    explanation = models.CharField(max_length=300)
    explained_by = models.UUIDField(null=True, help_text="natural person")
    explained_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "enrolment_id", "difference"], name="twin_explained_once")
        ]
        triggers = [*audited("twin_explanation"), *append_only("twin_explanation")]


class FundsReceipt(Row):
    """Money that the finance office sent for a month, matched to the approval form of a run (SS-03-6-2)."""

    district_code = models.CharField(max_length=6)
    benefit_month = models.IntegerField(null=True, help_text="NULL: the notice names no period; flagged")
    amount_fen = models.BigIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=60, help_text="number of the treasury's notice or voucher")
    run = models.ForeignKey("payments.PaymentRun", models.PROTECT, null=True, related_name="receipts")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district_code", "reference"], name="funds_receipt_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="funds_receipt_positive"),
        ]
        triggers = audited("funds_receipt")


class Voucher(Row):
    """The accountant's voucher of a payment or receipt; its sum is compared with the business ledger (SS-39-5)."""

    district_code = models.CharField(max_length=6)
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=[("payment", "付款"), ("receipt", "收款")])
    benefit_month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    booked_on = models.DateField()
    run = models.ForeignKey("payments.PaymentRun", models.PROTECT, null=True, related_name="vouchers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district_code", "number"], name="voucher_once")]
        triggers = [*audited("voucher"), *append_only("voucher")]


class ReturnCause(Row):
    """That the cause of a return was put right although the account stays the same (the bank unlocked it, …) (B8)."""

    line = models.OneToOneField("payments.PaymentLine", models.PROTECT, related_name="return_cause")
    how = models.CharField(max_length=300)
    fixed_by = models.UUIDField(null=True, help_text="natural person")
    fixed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [*audited("return_cause"), *append_only("return_cause")]
