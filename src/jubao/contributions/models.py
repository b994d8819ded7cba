"""What was paid in: one contribution per payment, with its treasury receipt and its place in the source file.

Worked example: year 2025, tier 400 yuan, paid by the person, receipt 3500112503120001, treasury day 2025-03-12: one row,
one transfer of 40000 fen, and a second transfer of 6000 fen for the subsidy that the pack's table gives that tier.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jubao.contributions.collecting import (
    PosFault,
    PosTerminal,
    PosTransaction,
    TownshipDifference,
    TownshipLedger,
    VillageLine,
)
from jubao.contributions.make_ups import (
    CollectionAccount,
    ContributionProof,
    MakeUpMove,
    MakeUpPayment,
    OnBehalfOrder,
    RegisteringOffice,
)
from jubao.database.rows import Row, audited
from jubao.database.sealed import refuses_sealed


class Contribution(Row):
    """One payment into the account for one contribution year."""

    class Payer(models.TextChoices):
        OWN = "own", "个人"
        COLLECTIVE = "collective", "集体"
        SPONSOR = "sponsor", "资助"
        ON_BEHALF = "on_behalf", "政府代缴"

    enrolment = models.ForeignKey(
        "people.Enrolment", models.PROTECT, related_name="contributions", db_index=False
    )
    year = models.IntegerField()
    tier_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    payer = models.CharField(max_length=12, choices=Payer, default=Payer.OWN)
    is_make_up = models.BooleanField(default=False, help_text="补缴: for a past year")
    means = models.CharField(max_length=20, default="", help_text="electronic, online, mobile, counter")
    treasury_on = models.DateField(help_text="入库日期")
    receipt_number = models.CharField(max_length=40)
    import_batch_id = models.UUIDField(null=True)
    source_row = models.IntegerField(null=True)
    subsidy_fen = models.BigIntegerField(
        null=True, default=0, help_text="NULL: the subsidy table of that year is not known; posted once it is"
    )
    is_live = models.BooleanField(default=True, help_text="false once reversed")
    recorded_at = models.DateTimeField(db_default=Now())
    case_id = models.UUIDField(null=True)
    paid_at_path = models.CharField(
        max_length=80, default="", db_default="", help_text="the hall of another place that took it"
    )
    registered_path = models.CharField(
        max_length=80, default="", db_default="", help_text="where it is registered when not at home"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & (Q(subsidy_fen__isnull=True) | Q(subsidy_fen__gte=0)),
                name="contribution_amounts",
            ),
            models.UniqueConstraint(
                fields=["receipt_number"], condition=Q(is_live=True), name="contribution_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "year"],
                condition=Q(is_live=True, payer="own"),
                name="contribution_once_a_year",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "year"],
                condition=Q(is_live=True, payer="on_behalf"),
                name="contribution_on_behalf_once",
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "year"], name="contribution_year"),
            models.Index(fields=["treasury_on"], name="contribution_treasury"),
            models.Index(
                fields=["paid_at_path", "registered_path"],
                name="contribution_elsewhere",
                condition=~Q(paid_at_path="") | ~Q(registered_path=""),
            ),
        ]
        triggers = [
            *audited("contribution"),
            refuses_sealed(
                "contribution",
                "changed_rows AS n JOIN benefits_entitlement AS t ON t.enrolment_id = n.enrolment_id",
            ),
        ]


class ContributionMonth(Row):
    """The monthly closing between agency, tax and finance: closes only with every difference explained (SS-11-1)."""

    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    state = models.CharField(max_length=10, choices=[("open", "未结"), ("closed", "已结")], default="open")
    tax_count = models.IntegerField(default=0)
    tax_fen = models.BigIntegerField(default=0)
    booked_count = models.IntegerField(default=0)
    booked_fen = models.BigIntegerField(default=0)
    finance_fen = models.BigIntegerField(
        null=True, help_text="what the treasury account of finance shows; NULL: not told"
    )
    explanation = models.TextField(default="")
    closed_by_id = models.UUIDField(null=True, help_text="natural person who closed it")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district_code", "month"], name="contribution_month_one")
        ]
        triggers = audited("contribution_month")


class TaxRecord(Row):
    """One line of the tax office's list of a month: what went into the treasury, as they say it (SS-03-6-1f)."""

    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    receipt_number = models.CharField(max_length=40)
    enrolment_id = models.UUIDField(null=True, help_text="NULL: nobody of ours has this number")
    payer_name = models.CharField(max_length=60, default="", db_default="")
    year = models.IntegerField()
    amount_fen = models.BigIntegerField()
    treasury_on = models.DateField()
    import_batch_id = models.UUIDField(null=True)
    source_row = models.IntegerField(null=True)
    is_live = models.BooleanField(
        default=True, db_default=True, help_text="false once its file is taken back"
    )

    class Meta:
        indexes = [models.Index(fields=["district_code", "month", "receipt_number"], name="tax_record_month")]
        triggers = audited("tax_record")


class ContributionDifference(Row):
    """One difference of a month between tax, agency and finance, with its explanation once there is one (SS-11-1)."""

    class Kind(models.TextChoices):
        ONLY_TAX = "only_tax", "税务有、我方无"
        ONLY_BOOKED = "only_booked", "我方有、税务无"
        AMOUNT = "amount", "金额不同"
        DOUBLED = "doubled", "重复"
        FINANCE = "finance", "与财政到账不同"

    contribution_month = models.ForeignKey(ContributionMonth, models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=12, choices=Kind)
    receipt_number = models.CharField(max_length=40, default="", db_default="")
    enrolment_id = models.UUIDField(null=True)
    tax_fen = models.BigIntegerField(null=True)
    booked_fen = models.BigIntegerField(null=True)
    explanation = models.CharField(max_length=300, default="", db_default="")
    is_live = models.BooleanField(
        default=True, db_default=True, help_text="false once the difference is gone"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contribution_month", "kind", "receipt_number"], name="contribution_difference_one"
            )
        ]
        triggers = audited("contribution_difference")


class FormerYears(Row):
    """What the former system certified at the take-over: months paid before `until_year`, without single payments.

    Counted once per enrolment beside the contributions recorded here; the money of those years is the opening balance.
    """

    enrolment = models.OneToOneField("people.Enrolment", models.PROTECT, related_name="former_years")
    until_year = models.IntegerField(help_text="first year whose contributions are recorded one by one")
    contribution_months = models.IntegerField()
    make_up_months = models.IntegerField(default=0)
    min_tier_months = models.IntegerField(help_text="months at or above the lowest tier")
    has_gap = models.BooleanField(default=False, help_text="a year without a payment before `until_year`")
    source = models.CharField(max_length=100, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contribution_months__gte=F("make_up_months"), make_up_months__gte=0),
                name="former_years_months",
            )
        ]
        triggers = audited("former_years")


__all__ = [
    "CollectionAccount",
    "Contribution",
    "ContributionDifference",
    "ContributionMonth",
    "ContributionProof",
    "FormerYears",
    "MakeUpMove",
    "MakeUpPayment",
    "OnBehalfOrder",
    "PosFault",
    "PosTerminal",
    "PosTransaction",
    "RegisteringOffice",
    "TaxRecord",
    "TownshipDifference",
    "TownshipLedger",
    "VillageLine",
]
