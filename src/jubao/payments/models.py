"""Payment runs, their lines, the files that go to a bank and what comes back.

Worked example: run 2026-11 of 500110 has 11 204 lines; line 7 is `monthly`, 163.02 yuan = 145.00 + 18.02, leads to its
determination and to two transfers; the bank answers `returned`, 户名不符; the line stops being live and a line of kind
`repayment` in the next run names it in `repays`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited
from jubao.database.sealed import refuses_sealed
from jubao.payments.protections import LINE_TRIGGERS, RUN_TRIGGERS


class PaymentRun(Row):
    """One payment of one district and month. The state only moves forward; each move is an event of its case."""

    class State(models.TextChoices):
        DRAFT = "draft", "已生成"
        CHECKED = "checked", "已核查"
        APPROVED = "approved", "已审批"
        FUNDED = "funded", "资金已到"
        SENT = "sent", "已送银行"
        RECONCILED = "reconciled", "已对账"
        CLOSED = "closed", "已办结"
        VOID = "void", "已作废"

    number = models.CharField(max_length=30, unique=True)
    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    benefit_month = models.IntegerField()
    kind = models.CharField(
        max_length=14, choices=[("regular", "月度"), ("supplementary", "补充")], default="regular"
    )
    sequence = models.IntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    line_count = models.IntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    digest = models.CharField(
        max_length=64, default="", help_text="of all lines in order; what the reviewer approves"
    )
    approved_digest = models.CharField(max_length=64, default="")
    funded_fen = models.BigIntegerField(null=True)
    funded_on = models.DateField(null=True)
    cut_off_on = models.DateField()
    pay_on = models.DateField(null=True, help_text="the day the banks are told to pay; none: the cut-off")
    pack_hash = models.CharField(max_length=64)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="payment_runs")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district_code", "benefit_month", "kind", "sequence"],
                condition=~Q(state="void"),
                name="payment_run_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checked", "void"]) | Q(approved_digest=F("digest")),
                name="payment_run_approved_what_it_is",
            ),
        ]
        triggers = [*audited("payment_run"), *RUN_TRIGGERS]


class PaymentLine(Row):
    """What one person gets for one month under one heading. At most one live line per enrolment, month and kind (B1)."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "月度待遇"
        BACK_PAY = "back_pay", "补发"
        DIFFERENCE = "difference", "差额"
        FUNERAL_GRANT = "funeral_grant", "丧葬补助金"
        REFUND = "refund", "个人账户返还"
        REPAYMENT = "repayment", "重新支付"

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="lines")
    line_number = models.IntegerField(help_text="in the run; the bank's file and answer name the line by it")
    enrolment_id = models.UUIDField()
    entitlement_id = models.UUIDField(null=True)
    division_path = models.CharField(max_length=80)
    benefit_month = models.IntegerField()
    kind = models.CharField(max_length=14, choices=Kind)
    cause = models.CharField(
        max_length=40,
        default="",
        help_text="of back pay and difference: CERTIFICATION, DETERMINATION, ACCOUNT_BOUND …",
    )
    determination_id = models.UUIDField(null=True)
    base_pension_fen = models.BigIntegerField(default=0)
    account_pension_fen = models.BigIntegerField(default=0)
    years_pension_fen = models.BigIntegerField(default=0)
    only_child_supplement_fen = models.BigIntegerField(default=0)
    age_supplement_fen = models.BigIntegerField(default=0)
    other_fen = models.BigIntegerField(default=0, help_text="grant or refund")
    amount_fen = models.BigIntegerField()
    deducted_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="kept back from the base pension for what was paid too much before"
    )
    payout_account_id = models.UUIDField()
    repays = models.ForeignKey("self", models.PROTECT, null=True, related_name="repayments")
    is_live = models.BooleanField(default=True, help_text="false once returned, voided or taken out")
    is_in_run = models.BooleanField(default=True, help_text="false when taken out of the draft by a hold")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_line_positive"),
            models.CheckConstraint(
                condition=Q(deducted_fen=0) | Q(deducted_fen__gt=0, base_pension_fen__gte=0, kind="monthly"),
                name="payment_line_deduction",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen=F("base_pension_fen")
                    + F("account_pension_fen")
                    + F("years_pension_fen")
                    + F("only_child_supplement_fen")
                    + F("age_supplement_fen")
                    + F("other_fen")
                ),
                name="payment_line_adds_up",
            ),
            models.UniqueConstraint(
                fields=["enrolment_id", "benefit_month", "kind", "cause"],
                condition=Q(is_live=True),
                name="payment_line_once",
            ),
            models.UniqueConstraint(fields=["run", "line_number"], name="payment_line_number"),
            models.UniqueConstraint(
                fields=["repays"],
                condition=Q(repays__isnull=False, is_live=True),
                name="payment_line_repaid_once",
            ),
        ]
        indexes = [models.Index(fields=["enrolment_id", "benefit_month"], name="payment_line_person")]
        triggers = [
            *audited("payment_line"),
            *LINE_TRIGGERS,
            refuses_sealed(
                "payment_line",
                "changed_rows AS n JOIN benefits_entitlement AS t ON t.enrolment_id = n.enrolment_id",
            ),
        ]


class PaymentOutcome(Row):
    """The bank's last word on a line that was sent: exactly one of paid, returned, unknown (B7)."""

    line = models.ForeignKey(PaymentLine, models.PROTECT, related_name="outcomes")
    state = models.CharField(
        max_length=10, choices=[("paid", "成功"), ("returned", "退票"), ("unknown", "待查")]
    )
    bank_reason = models.CharField(max_length=100, default="")
    answered_on = models.DateField()
    bank_return_id = models.UUIDField(null=True)
    contradicts = models.ForeignKey(
        "self", models.PROTECT, null=True, help_text="an earlier answer this one overturns (F22)"
    )
    is_last = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(is_last=True), name="payment_outcome_one")
        ]
        triggers = audited("payment_outcome")


class BankFile(Row):
    """A file for a bank, made from the approved lines alone so that it can be made again byte for byte (B6)."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="bank_files")
    profile = models.CharField(max_length=30)
    bank_name = models.CharField(max_length=60)
    sequence = models.IntegerField()
    first_line = models.IntegerField(help_text="number of the first and last line in it, of this bank")
    last_line = models.IntegerField()
    line_count = models.IntegerField()
    total_fen = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    document = models.ForeignKey("archive.Document", models.PROTECT)
    state = models.CharField(
        max_length=10,
        choices=[("made", "已生成"), ("sent", "已送出"), ("answered", "已回盘")],
        default="made",
    )
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "bank_name", "sequence"], name="bank_file_one")]
        triggers = audited("bank_file")


class BankReturn(Row):
    """A return file as received; quarantined whole when a line of it is not ours or an amount differs (F23)."""

    bank_file = models.ForeignKey(BankFile, models.PROTECT, null=True, related_name="returns")
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey("archive.Document", models.PROTECT)
    state = models.CharField(max_length=12, choices=[("booked", "已入账"), ("quarantined", "已隔离")])
    problems = models.JSONField(default=list)
    paid_count = models.IntegerField(default=0)
    returned_count = models.IntegerField(default=0)
    unknown_count = models.IntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank_file", "sha256"], name="bank_return_once")]
        triggers = [*audited("bank_return"), *append_only("bank_return")]


from jubao.payments.one_off import OneOffAnswer, OneOffBatch, OneOffFile, OneOffPayment  # noqa: E402
from jubao.payments.records import (  # noqa: E402  the tables around these, which refer to them by label
    FundsReceipt,
    PaymentDeduction,
    PaymentOmission,
    PaymentStep,
    ReturnCause,
    TwinExplanation,
    Voucher,
)

__all__ = [
    "BankFile",
    "BankReturn",
    "FundsReceipt",
    "OneOffAnswer",
    "OneOffBatch",
    "OneOffFile",
    "OneOffPayment",
    "PaymentDeduction",
    "PaymentLine",
    "PaymentOmission",
    "PaymentOutcome",
    "PaymentRun",
    "PaymentStep",
    "ReturnCause",
    "TwinExplanation",
    "Voucher",
]
