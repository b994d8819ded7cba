"""How contributions are collected: terminals of the villages, their payments, monthly lists, ledgers, reports, make-up money.

Worked example: terminal POS-0001 of 新民村 takes 500 yuan of 王秀兰 for 2024: one `PosTransaction`, one `VillageLine`
in the assistant's book; the list of May goes to the township, whose `TownshipLedger` of May never changes. Read through
`contributions.models`.
"""

# ruff: noqa: RUF012 -- Django reads the lists of Meta, nobody shares them
from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited


class PosTerminal(Row):
    """A POS terminal of the tax office; one in use per village (SS-03-6-1b)."""

    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80, help_text="the village; the district's while it has none")
    has_village = models.BooleanField(default=False)
    number = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField(null=True, help_text="NULL: in use")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(until_on__isnull=True), name="pos_terminal_once"
            ),
            models.UniqueConstraint(
                fields=["division_path"],
                condition=Q(until_on__isnull=True, has_village=True),
                name="pos_terminal_one_per_village",
            ),
        ]
        triggers = audited("pos_terminal")


class PosFault(Row):
    """A fault of a terminal from the report to the repair (SS-03-6-1c)."""

    terminal = models.ForeignKey(PosTerminal, models.PROTECT, related_name="faults")
    division_path = models.CharField(max_length=80)
    what = models.CharField(max_length=200)
    reported_on = models.DateField()
    closed_on = models.DateField(null=True)
    repair = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["terminal"], condition=Q(closed_on__isnull=True), name="pos_fault_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("reported_on")),
                name="pos_fault_closed_after",
            ),
        ]
        triggers = audited("pos_fault")


class PosTransaction(Row):
    """One payment as the terminal recorded it: person, year, tier, amount, terminal and time (SS-03-3-1b)."""

    terminal = models.ForeignKey(PosTerminal, models.PROTECT, related_name="transactions")
    division_path = models.CharField(max_length=80, help_text="the village of the terminal")
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    year = models.IntegerField()
    tier_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    paid_at = models.DateTimeField()
    month = models.IntegerField()
    voucher_number = models.CharField(max_length=40)
    import_batch_id = models.UUIDField(null=True)
    source_row = models.IntegerField(null=True)
    is_live = models.BooleanField(
        default=True, db_default=True, help_text="false once its file is taken back"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="pos_transaction_amount"),
            models.UniqueConstraint(
                fields=["terminal", "voucher_number"], condition=Q(is_live=True), name="pos_transaction_once"
            ),
        ]
        indexes = [models.Index(fields=["division_path", "month"], name="pos_transaction_month")]
        triggers = audited("pos_transaction")


_ARCHIVED = """
    IF OLD.ledger_id IS NOT NULL THEN
        RAISE EXCEPTION 'LEDGER_ARCHIVED: line % stands in an archived ledger; correct it by a later line', OLD.id;
    END IF;
    RETURN NEW;
"""


class VillageLine(Row):
    """One line of the assistant's book. A correction is a later line with the difference, which may be negative."""

    division_path = models.CharField(max_length=80)
    month = models.IntegerField()
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    year = models.IntegerField()
    amount_fen = models.BigIntegerField()
    means = models.CharField(max_length=20)
    voucher_number = models.CharField(max_length=40)
    paid_on = models.DateField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    note = models.CharField(max_length=200, default="")
    case_id = models.UUIDField(null=True, help_text="the list it was entered with")
    ledger = models.ForeignKey(
        "contributions.TownshipLedger", models.PROTECT, null=True, related_name="lines"
    )
    is_live = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | (Q(corrects__isnull=False) & ~Q(amount_fen=0)),
                name="village_line_amount",
            ),
            models.CheckConstraint(condition=~Q(means="cash"), name="village_line_no_cash"),
            models.UniqueConstraint(
                fields=["division_path", "voucher_number"],
                condition=Q(is_live=True, corrects__isnull=True),
                name="village_line_once",
            ),
        ]
        indexes = [models.Index(fields=["division_path", "month"], name="village_line_month")]
        triggers = [
            *audited("village_line"),
            pgtrigger.Trigger(
                name="archived_village_line",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=_ARCHIVED,
            ),
        ]


class TownshipLedger(Row):
    """The original ledger of a township's month, archived: nobody changes it (SS-09-3)."""

    division_path = models.CharField(max_length=80)
    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    document = models.ForeignKey("archive.Document", models.PROTECT, related_name="+")
    person_count = models.IntegerField()
    line_count = models.IntegerField()
    amount_fen = models.BigIntegerField()
    archived_on = models.DateField()
    officer_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_path", "month"], name="township_ledger_one")]
        triggers = [*audited("township_ledger"), *append_only("township_ledger")]


class TownshipDifference(Row):
    """One person and year on which a township's report and the money received differ (SS-10-1)."""

    case_id = models.UUIDField(help_text="the report")
    division_path = models.CharField(max_length=80)
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="+")
    year = models.IntegerField()
    reported_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField()
    explanation = models.CharField(max_length=300, default="")
    is_live = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "enrolment", "year"], name="township_difference_one")
        ]
        triggers = audited("township_difference")
