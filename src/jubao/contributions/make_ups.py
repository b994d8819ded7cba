"""Beside the monthly collection: make-up money and its moves, orders to pay on behalf, proofs, where payments are registered.

Worked example: 1 000.00 for 2019 and 2020 came with slip JZ-7 on 2024-05-06 (`MakeUpPayment`) and went to the tax account on
2024-05-20 with nine others (`MakeUpMove` of 5 300.00). Read through `contributions.models`.
"""

# ruff: noqa: RUF012 -- Django reads the lists of Meta, nobody shares them
from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class CollectionAccount(Row):
    """An account of a district into which money is collected: 指定账户 for make-up payments, 税务专户."""

    class Kind(models.TextChoices):
        MAKE_UP = "make_up", "补缴指定账户"
        TAX = "tax", "税务专户"

    district_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=10, choices=Kind)
    holder_name = models.CharField(max_length=100)
    bank_name = models.CharField(max_length=100)
    number = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district_code", "kind"],
                condition=Q(until_on__isnull=True),
                name="collection_account_one",
            )
        ]
        triggers = audited("collection_account")


class MakeUpMove(Row):
    """Make-up money moved to the tax account: day, amount, voucher (SS-10-2)."""

    division_path = models.CharField(max_length=80)
    district_code = models.CharField(max_length=6)
    moved_on = models.DateField()
    amount_fen = models.BigIntegerField()
    payment_count = models.IntegerField()
    voucher_number = models.CharField(max_length=40)
    account_number = models.CharField(max_length=40)
    officer_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, payment_count__gt=0), name="make_up_move_amount"
            ),
            models.UniqueConstraint(fields=["district_code", "voucher_number"], name="make_up_move_once"),
        ]
        triggers = [*audited("make_up_move"), *append_only("make_up_move")]


class MakeUpPayment(Row):
    """A make-up payment as its bank credit slip shows it (SS-08-4)."""

    case_id = models.UUIDField(unique=True)
    division_path = models.CharField(max_length=80)
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    slip_number = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    month = models.IntegerField(help_text="month of registration")
    move = models.ForeignKey(MakeUpMove, models.PROTECT, null=True, related_name="payments")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="make_up_payment_amount"),
            models.UniqueConstraint(fields=["slip_number"], name="make_up_payment_slip_once"),
        ]
        triggers = audited("make_up_payment")


class OnBehalfOrder(Row):
    """That the government pays a year for somebody: ordered by the township, effective by the district."""

    class State(models.TextChoices):
        ORDERED = "ordered", "待区级确认"
        EFFECTIVE = "effective", "已生效"
        REFUSED = "refused", "未同意"

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    division_path = models.CharField(max_length=80)
    year = models.IntegerField()
    group_code = models.CharField(max_length=40)
    tier_fen = models.BigIntegerField()
    case_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.ORDERED)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tier_fen__gt=0), name="on_behalf_order_amount"),
            models.UniqueConstraint(
                fields=["enrolment", "year"], condition=~Q(state="refused"), name="on_behalf_order_once"
            ),
        ]
        triggers = audited("on_behalf_order")


class ContributionProof(Row):
    """《参保缴费证明》 handed out: number, paper, issuer (SS-03-6-1e)."""

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    division_path = models.CharField(max_length=80)
    number = models.CharField(max_length=40, unique=True)
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")
    payment_count = models.IntegerField()
    amount_fen = models.BigIntegerField()
    issued_on = models.DateField()
    officer_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("contribution_proof"), *append_only("contribution_proof")]


class RegisteringOffice(Row):
    """Where somebody's payments are registered when it is not the place of the enrolment (SS-03-6-1h)."""

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    office_path = models.CharField(max_length=80)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(until_on__isnull=True), name="registering_office_one"
            )
        ]
        triggers = audited("registering_office")
