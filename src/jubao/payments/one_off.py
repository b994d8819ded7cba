"""One-off payments (对外支付): what is paid once to a named payee: an account refunded, a funeral grant, moved rights, a refund.

Worked example: 王秀兰's account of 2504.73 goes to her son: one row of kind `refund`, `waiting`, with pending transfers from each
part of her account; in a batch it becomes `batched`, then `sent`, then `paid`; returned by the bank for 户名不符, a new row
with the mended account names it in `repays`.
"""

# ruff: noqa: RUF012  Django reads the lists of Meta, nobody shares them

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited
from jubao.database.sealed import refuses_sealed

_MOVES = (
    "waiting>batched", "waiting>void", "batched>waiting", "batched>sent", "sent>paid", "sent>returned",
)  # fmt: skip
_FROZEN = pgtrigger.Trigger(
    name="one_off_payment_frozen",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
        IF (NEW.amount_fen, NEW.enrolment_id, NEW.case_id, NEW.kind, NEW.payee_name, NEW.payee_number, NEW.payee_bank,
            NEW.payee_account, NEW.repays_id) IS DISTINCT FROM (OLD.amount_fen, OLD.enrolment_id, OLD.case_id, OLD.kind,
            OLD.payee_name, OLD.payee_number, OLD.payee_bank, OLD.payee_account, OLD.repays_id) THEN
            RAISE EXCEPTION 'ONE_OFF_FROZEN: whom a payment pays and how much never changes; mend it by a new one';
        END IF;
        IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({", ".join(f"'{one}'" for one in _MOVES)}) THEN
            RAISE EXCEPTION 'ONE_OFF_MOVE: % to %', OLD.state, NEW.state;
        END IF;
        RETURN NEW;
    """,
)
"""What the database itself refuses of a payment that was made."""


class OneOffPayment(Row):
    """One amount for one payee out of one case. Its money is reserved by pending transfers that name it as `line_id`."""

    class Kind(models.TextChoices):
        REFUND = "refund", "个人账户返还"
        FUNERAL_GRANT = "funeral_grant", "丧葬补助金"
        TRANSFER_OUT = "transfer_out", "转出资金"
        CONTRIBUTION_REFUND = "contribution_refund", "退费"

    class State(models.TextChoices):
        WAITING = "waiting", "待支付"
        BATCHED = "batched", "已编批"
        SENT = "sent", "已送银行"
        PAID = "paid", "已支付"
        RETURNED = "returned", "退票"
        VOID = "void", "已作废"

    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="one_off_payments")
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="one_off_payments")
    kind = models.CharField(max_length=20, choices=Kind)
    amount_fen = models.BigIntegerField()
    payee_name = models.CharField(max_length=100)
    payee_number = models.CharField(max_length=30, default="", help_text="identity number; empty: an agency")
    payee_bank = models.CharField(max_length=60)
    payee_account = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    bank_reason = models.CharField(max_length=100, default="")
    answered_on = models.DateField(null=True)
    repays = models.OneToOneField("self", models.PROTECT, null=True, related_name="repaid_by")
    mended = models.CharField(
        max_length=300, default="", help_text="how the cause of the return was put right"
    )
    created_on = models.DateField()
    batch = models.ForeignKey("payments.OneOffBatch", models.PROTECT, null=True, related_name="lines")
    line_number = models.IntegerField(null=True, help_text="in the batch; file and answer name it by this")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="one_off_positive"),
            models.CheckConstraint(
                condition=~Q(payee_name="") & ~Q(payee_bank="") & ~Q(payee_account=""),
                name="one_off_has_payee",
            ),
            models.CheckConstraint(
                condition=Q(repays__isnull=True) | ~Q(mended=""), name="one_off_repaid_when_mended"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "void"], batch__isnull=True)
                | (~Q(state="waiting") & Q(batch__isnull=False, line_number__isnull=False)),
                name="one_off_has_batch",
            ),
            models.UniqueConstraint(fields=["batch", "line_number"], name="one_off_line_number"),
            models.UniqueConstraint(
                fields=["case", "enrolment", "kind", "payee_account"],
                condition=~Q(state__in=["returned", "void"]),
                name="one_off_once",
            ),
        ]
        indexes = [models.Index(fields=["district_code", "state"], name="one_off_waiting")]
        triggers = [
            *audited("one_off_payment"),
            _FROZEN,
            refuses_sealed(
                "one_off_payment",
                "changed_rows AS n JOIN benefits_entitlement AS t ON t.enrolment_id = n.enrolment_id",
            ),
        ]


class OneOffBatch(Row):
    """One-off payments that finance sends together; what a second person approves by its digest."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        APPROVED = "approved", "已审批"
        SENT = "sent", "已送银行"
        CLOSED = "closed", "已办结"
        VOID = "void", "已作废"

    number = models.CharField(max_length=40, unique=True)
    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="one_off_batch")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    line_count = models.IntegerField()
    total_fen = models.BigIntegerField()
    digest = models.CharField(
        max_length=64, help_text="of the lines in order; stands in the proposal approved"
    )
    made_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total_fen__gt=0), name="one_off_batch_positive")]
        triggers = audited("one_off_batch")


class OneOffFile(Row):
    """The part of a batch that goes to one bank, as it was approved."""

    batch = models.ForeignKey(OneOffBatch, models.PROTECT, related_name="files")
    division_path = models.CharField(max_length=80)
    bank_name = models.CharField(max_length=60)
    profile = models.CharField(max_length=30)
    line_count = models.IntegerField()
    total_fen = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "bank_name"], name="one_off_file_one")]
        triggers = [*audited("one_off_file"), *append_only("one_off_file")]


class OneOffAnswer(Row):
    """A bank's answer to such a file as received; put aside whole when a line of it is not ours or an amount differs."""

    file = models.ForeignKey(OneOffFile, models.PROTECT, related_name="answers")
    division_path = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=[("booked", "已入账"), ("quarantined", "已隔离")])
    problems = models.JSONField(default=list)
    paid_count = models.IntegerField(default=0)
    returned_count = models.IntegerField(default=0)
    unknown_count = models.IntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "sha256"], name="one_off_answer_once")]
        triggers = [*audited("one_off_answer"), *append_only("one_off_answer")]
