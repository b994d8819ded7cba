"""Money: accounts and immutable transfers between them, in whole fen. Only `services.accounts.postings` adds transfers.

Worked example: a contribution of 400 yuan paid into the treasury on 2025-03-12 is one transfer of 40000 fen from the
district's `treasury_receipts` to the person's `own_payment`; its subsidy of 60 yuan a second one from `subsidy_fund` to
`subsidy`. A correction is a transfer the other way that names the first in `reverses`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jubao.database.rows import Row, append_only, audited
from jubao.database.sealed import refuses_sealed
from jubao.ledger.guards import account_guards, transfer_guards
from jubao.ledger.moves import INCOME, LEAVING, PERSONAL_KINDS

EFFECTIVE = ("posted", "post")
"""Phases in which money has moved; what is pending or void is found by its line and never by its account."""


class Account(models.Model):
    """One account: a part of a person's account, a fund of a district, a bank file or a claim that must come to zero."""

    class Kind(models.TextChoices):
        OWN_PAYMENT = "own_payment", "个人缴费"
        COLLECTIVE_AID = "collective_aid", "集体补助"
        SPONSORSHIP = "sponsorship", "资助"
        SUBSIDY = "subsidy", "政府补贴"
        PAID_ON_BEHALF = "paid_on_behalf", "政府代缴"
        INTEREST = "interest", "利息"
        TRANSFERRED_IN = "transferred_in", "转入"
        TREASURY_RECEIPTS = "treasury_receipts", "税务征收入库"
        SUBSIDY_FUND = "subsidy_fund", "缴费补贴资金"
        AID_RECEIPTS = "aid_receipts", "集体补助和资助收入"
        INTEREST_FUND = "interest_fund", "个人账户利息资金"
        BASE_PENSION_FUND = "base_pension_fund", "基础养老金资金"
        SUPPLEMENT_FUND = "supplement_fund", "加发养老金资金"
        GRANT_FUND = "grant_fund", "丧葬补助金资金"
        TRANSFER_FUND = "transfer_fund", "转移资金"
        BANK_FILE = "bank_file", "代发批次清算"
        RECOVERY_CLAIM = "recovery_claim", "追缴"
        PAID_OUT = "paid_out", "已发放"
        SUSPENSE = "suspense", "待查"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    district_code = models.CharField(max_length=6)
    enrolment = models.ForeignKey(
        "people.Enrolment", models.PROTECT, null=True, related_name="accounts", db_index=False
    )
    reference_id = models.UUIDField(null=True, help_text="the bank file or claim of a clearing account")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=Q(enrolment__isnull=False),
                name="account_one_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "district_code", "reference_id"],
                condition=Q(enrolment__isnull=True),
                nulls_distinct=False,
                name="account_one_of_a_fund",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PERSONAL_KINDS, enrolment__isnull=False)
                | (~Q(kind__in=PERSONAL_KINDS) & Q(enrolment__isnull=True)),
                name="account_personal_has_owner",
            ),
        ]
        triggers = [*audited("account"), *append_only("account"), *account_guards()]


class Transfer(Row):
    """One movement of money. The key comes from the caller and makes the transfer happen once."""

    class Phase(models.TextChoices):
        POSTED = "posted", "已记账"
        PENDING = "pending", "待银行回盘"
        POST = "post", "确认"
        VOID = "void", "作废"

    class Code(models.TextChoices):
        CONTRIBUTION = "contribution", "个人缴费"
        SUBSIDY = "subsidy", "缴费补贴"
        COLLECTIVE_AID = "collective_aid", "集体补助"
        SPONSORSHIP = "sponsorship", "资助"
        PAID_ON_BEHALF = "paid_on_behalf", "代缴"
        INTEREST = "interest", "利息"
        TRANSFER_IN = "transfer_in", "转入"
        TRANSFER_OUT = "transfer_out", "转出"
        BASE_PENSION = "base_pension", "基础养老金"
        ACCOUNT_PENSION = "account_pension", "个人账户养老金"
        YEARS_PENSION = "years_pension", "缴费年限养老金"
        ONLY_CHILD_SUPPLEMENT = "only_child_supplement", "独子增发"
        AGE_SUPPLEMENT = "age_supplement", "高龄增发"
        FUNERAL_GRANT = "funeral_grant", "丧葬补助金"
        REFUND = "refund", "个人账户返还"
        OFFSET = "offset", "抵扣"
        RECOVERY = "recovery", "追缴到账"
        SETTLEMENT = "settlement", "清算"
        OPENING = "opening", "期初"

    # No foreign keys in the database: the guards check the accounts and transfers named once a statement (ADR 0027).
    debit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="debits", db_index=False, db_constraint=False
    )
    credit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="credits", db_index=False, db_constraint=False
    )
    amount_fen = models.BigIntegerField()
    code = models.CharField(max_length=24, choices=Code)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.POSTED, db_default="posted")
    resolves = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="resolutions",
        db_index=False,
        db_constraint=False,
        help_text="the pending transfer",
    )
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="reversals",
        db_index=False,
        db_constraint=False,
        help_text="the transfer corrected",
    )
    value_date = models.DateField(help_text="the day that counts: 入库, payment")
    benefit_month = models.IntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    case_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    line_id = models.UUIDField(null=True, help_text="the payment line or contribution it belongs to")
    pack_hash = models.CharField(max_length=64, default="", db_default="")
    reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="transfer_two_accounts"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["post", "void"], resolves__isnull=False)
                | Q(phase__in=["posted", "pending"], resolves__isnull=True),
                name="transfer_resolution",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True)
                | (~Q(reason="") & (Q(case_id__isnull=False) | Q(run_id__isnull=False))),
                name="transfer_reversal_reason",
            ),
            models.CheckConstraint(
                condition=~Q(code__in=list(LEAVING)) | Q(case_id__isnull=False),
                name="transfer_leaving_has_case",
            ),
            models.UniqueConstraint(
                fields=["line_id", "code"],
                condition=Q(code__in=list(INCOME), reverses__isnull=True, resolves__isnull=True),
                name="transfer_income_once_a_line",
            ),
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="transfer_resolved_once"
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_reversed_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["debit_account", "value_date"],
                name="transfer_debit",
                condition=Q(phase__in=EFFECTIVE),
            ),
            models.Index(
                fields=["credit_account", "value_date"],
                name="transfer_credit",
                condition=Q(phase__in=EFFECTIVE),
            ),
            models.Index(fields=["line_id"], name="transfer_line", condition=Q(line_id__isnull=False)),
            models.Index(
                fields=["run_id"], name="transfer_pending", condition=Q(phase="pending", run_id__isnull=False)
            ),
        ]
        triggers = [
            *audited("transfer"),
            *append_only("transfer"),
            *transfer_guards(),
            # The bank's answer to what left before the seal is no new business.
            refuses_sealed(
                "transfer",
                "(SELECT debit_account_id AS id FROM changed_rows WHERE resolves_id IS NULL UNION ALL"
                " SELECT credit_account_id FROM changed_rows WHERE resolves_id IS NULL) AS n JOIN ledger_account AS a"
                " ON a.id = n.id JOIN benefits_entitlement AS t ON t.enrolment_id = a.enrolment_id",
            ),
        ]


class Balance(models.Model):
    """Projection: what stands in one part of a personal account. Kept by a trigger, recomputed by `selfaudit` (M3, M5)."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True)
    balance_fen = models.BigIntegerField(default=0, help_text="credits less debits, posted")
    pending_fen = models.BigIntegerField(default=0, help_text="on its way out, not yet answered by the bank")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_fen__gte=F("pending_fen"), pending_fen__gte=0),
                name="balance_not_negative",
            ),
        ]


class InterestYear(Row):
    """The settlement of one account-year: posted once, on the published rate (M6); its transfer has our id as `line_id`."""

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, db_index=False)
    year = models.IntegerField()
    last_month = models.IntegerField(default=12, db_default=12, help_text="last month counted, 1 to 12")
    is_final = models.BooleanField(
        default=False, db_default=False, help_text="settled for good inside the year: death, transfer"
    )
    rate_ppm = models.IntegerField()
    is_provisional = models.BooleanField(default=False)
    interest_fen = models.BigIntegerField()
    opening_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)
    is_live = models.BooleanField(default=True, db_default=True)
    trace = models.JSONField(default=dict)
    pack_hash = models.CharField(max_length=64, default="", db_default="")
    recorded_at = models.DateTimeField(db_default=Now())
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "year"], condition=Q(is_live=True), name="interest_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(interest_fen__gte=0, last_month__gte=1, last_month__lte=12),
                name="interest_year_amount",
            ),
        ]
        triggers = audited("interest_year")


class Statement(Row):
    """One statement given to a participant: which days it covers, how it reached the person, what stood at its end (SS-15-1)."""

    class Channel(models.TextChoices):
        COUNTER = "counter", "窗口打印"
        SMS = "sms", "短信告知"
        APP = "app", "网上查询"
        PAPER = "paper", "纸质送达"

    enrolment = models.ForeignKey(
        "people.Enrolment", models.PROTECT, related_name="statements", db_index=False
    )
    year = models.IntegerField(help_text="the year it tells of")
    from_on = models.DateField()
    until_on = models.DateField(help_text="last day told of")
    channel = models.CharField(max_length=10, choices=Channel)
    opening_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    delivered_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "year"], name="statement_year")]
        triggers = [*audited("statement"), *append_only("statement")]
