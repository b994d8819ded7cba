"""Pension rights that move: to another place, from another place, between this scheme and the employees'.

Worked example: 张桂芳 moves here from 翁牛特旗 with 8 years and 3 200.00: one `PensionTransfer` of direction `in` with its case,
the number of the acceptance letter, the record sent (96 months) and, once confirmed, one `TransferPart` per source.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jubao.database.rows import Row, append_only, audited


class PensionTransfer(Row):
    """One move of somebody's rights, beside its case: the other place, the letter, the record, the money."""

    class Direction(models.TextChoices):
        IN = "in", "转入"
        OUT = "out", "转出"
        TO_EMPLOYEE = "to_employee", "转入职工养老保险"
        TO_RESIDENT = "to_resident", "从职工养老保险转入"

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="pension_transfer")
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="pension_transfers")
    division_path = models.CharField(max_length=80)
    direction = models.CharField(max_length=12, choices=Direction)
    other_place = models.CharField(max_length=120, help_text="province, city and county of the other agency")
    other_agency = models.CharField(max_length=120, default="", db_default="")
    letter_number = models.CharField(max_length=40, default="", db_default="")
    letter_on = models.DateField(null=True, help_text="of the acceptance letter or the contact letter")
    waiting_since = models.DateField(null=True, help_text="since when it lies with the other place")
    contribution_months = models.IntegerField(default=0, db_default=0, help_text="that came or went over")
    amount_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="by the record: the sum of the parts"
    )
    money_fen = models.BigIntegerField(null=True, help_text="that arrived or left; NULL: not yet")
    money_on = models.DateField(null=True)
    finished_on = models.DateField(null=True)
    opened_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, contribution_months__gte=0), name="pension_transfer_amounts"
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(money_fen=F("amount_fen")),
                name="pension_transfer_money_is_record",
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_path", "id"],
                name="pension_transfer_place",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            )
        ]
        triggers = audited("pension_transfer")


class TransferPart(Row):
    """One source of the account that moved. Only what is confirmed stands here."""

    transfer = models.ForeignKey(PensionTransfer, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=20, help_text="part of a personal account")
    amount_fen = models.BigIntegerField()
    case_id = models.UUIDField(help_text="the case that confirmed it: the move, or an objection to it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "kind"], name="transfer_part_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_part_amount"),
        ]
        triggers = [*audited("transfer_part"), *append_only("transfer_part")]


class Correspondence(Row):
    """One exchange with the other place: when, how, with whom, what was said."""

    class Way(models.TextChoices):
        LETTER = "letter", "信函"
        PHONE = "phone", "电话"
        SYSTEM = "system", "系统"

    transfer = models.ForeignKey(PensionTransfer, models.PROTECT, related_name="correspondence")
    case_id = models.UUIDField(help_text="the move or the objection for which it was")
    happened_on = models.DateField()
    way = models.CharField(max_length=10, choices=Way)
    with_whom = models.CharField(max_length=120)
    said = models.CharField(max_length=500)
    officer_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["case_id"], name="correspondence_case")]
        triggers = [*audited("correspondence"), *append_only("correspondence")]
