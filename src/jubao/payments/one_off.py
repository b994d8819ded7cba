"""One-off payments (对外支付): what is paid once to a named payee: an account refunded, a funeral grant, moved rights, a refund.

Worked example: 王秀兰's account of 2504.73 goes to her son: one row of kind `refund`, `waiting`, with pending transfers from each
part of her account; in a batch it becomes `batched`, then `sent`, then `paid`; returned by the bank for 户名不符, a new row
with the mended account names it in `repays`.
"""

# ruff: noqa: RUF012  Django reads the lists of Meta, nobody shares them

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, audited
from jubao.database.sealed import refuses_sealed


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
            models.UniqueConstraint(
                fields=["case", "enrolment", "kind", "payee_account"],
                condition=~Q(state__in=["returned", "void"]),
                name="one_off_once",
            ),
        ]
        indexes = [models.Index(fields=["district_code", "state"], name="one_off_waiting")]
        triggers = [
            *audited("one_off_payment"),
            refuses_sealed(
                "one_off_payment",
                "changed_rows AS n JOIN benefits_entitlement AS t ON t.enrolment_id = n.enrolment_id",
            ),
        ]
