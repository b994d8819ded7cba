"""What is true of a person for a time: special groups, custody, deaths as reported, addresses, telephones, payout accounts.

Worked example: 张桂芳 bears the mark `low_income_partial` from 2026-10 to 2026-11, as row 17 of 低保.xlsx says; her payout
account of 2026-11-20 is usable from 2026-12-04. Read through `people.models`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.periods import DateRange, ends_after_start, no_overlap
from jubao.database.rows import Row, append_only, audited
from jubao.database.sealed import refuses_sealed_person


class SpecialGroupPeriod(Row):
    """Months in which a department's list carries a person as 特困, 低保, 残疾 …; the source row is named (A4)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="special_groups")
    group_code = models.CharField(max_length=40)
    from_month = models.IntegerField()
    until_month = models.IntegerField(null=True)
    source_file = models.CharField(max_length=200, default="")
    source_row = models.IntegerField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("special_group_one", ("person", "group_code"), "from_month", "until_month"),
            models.CheckConstraint(
                condition=ends_after_start("from_month", "until_month"), name="special_group_period"
            ),
        ]
        triggers = audited("special_group")


class CustodyPeriod(Row):
    """Days under sentence or in custody; `kind` is a row of the pack's custody table."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="custody_periods")
    kind = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=200, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [no_overlap("custody_one", ("person",), "from_on", "until_on", kind=DateRange)]
        triggers = audited("custody_period")


class DeathReport(Row):
    """What a source says about a death; all are kept (E8). One row per person is `is_decisive`: payment reads that one."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="death_reports")
    died_on = models.DateField()
    source = models.CharField(max_length=60)
    source_row = models.CharField(max_length=200, default="")
    recorded_at = models.DateTimeField(auto_now_add=True)
    is_decisive = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_decisive=True), name="death_one_decisive"
            ),
        ]
        triggers = audited("death_report")


class Address(Row):
    """Where somebody lives or is registered, as written, with the place it was found to be."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=10, choices=[("register", "户籍地"), ("residence", "居住地")])
    text = models.CharField(max_length=200)
    division = models.ForeignKey("people.Division", models.PROTECT, null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("address_one", ("person", "kind"), "from_on", "until_on", kind=DateRange)]
        triggers = [
            *audited("address"),
            *refuses_sealed_person("address", ("person_id", "text", "division_id", "from_on", "until_on")),
        ]


class Phone(Row):
    """A telephone number of a person for a time; one is the mobile that messages go to."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="phones")
    number = models.CharField(max_length=20)
    is_mobile = models.BooleanField(default=True)
    source = models.CharField(
        max_length=30, default="", db_default="", help_text="who gave the number: SHARED_DATA, VILLAGE …"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            no_overlap(
                "phone_one_mobile", ("person",), "from_on", "until_on", when=Q(is_mobile=True), kind=DateRange
            ),
        ]
        triggers = [
            *audited("phone"),
            *refuses_sealed_person("phone", ("person_id", "number", "from_on", "until_on")),
        ]


class PayoutAccount(Row):
    """The bank account a pension goes to. A change is usable from `usable_on` or once confirmed on a second channel (B13)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="payout_accounts")
    account_number = models.CharField(max_length=40)
    holder_name = models.CharField(max_length=60)
    bank_name = models.CharField(max_length=60)
    is_social_security_card = models.BooleanField(default=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    usable_on = models.DateField(help_text="first day a payment may go here without confirmation")
    confirmed_at = models.DateTimeField(null=True)
    is_custodian = models.BooleanField(
        default=False, help_text="registered custodian: the one exception to one account, one person (B12)"
    )
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("payout_account_one", ("person",), "from_on", "until_on", kind=DateRange),
            no_overlap(
                "payout_account_one_person",
                ("account_number",),
                "from_on",
                "until_on",
                when=Q(is_custodian=False),
                kind=DateRange,
            ),
            models.CheckConstraint(
                condition=ends_after_start("from_on", "until_on"), name="payout_account_period"
            ),
        ]
        indexes = [models.Index(fields=["account_number"], name="payout_account_number")]
        triggers = [
            *audited("payout_account"),
            *refuses_sealed_person(
                "payout_account",
                (
                    "person_id",
                    "account_number",
                    "holder_name",
                    "bank_name",
                    "from_on",
                    "until_on",
                    "usable_on",
                    "confirmed_at",
                    "is_custodian",
                ),
            ),
        ]


class DesignatedPayee(Row):
    """Who deregisters and settles the account after a death: the beneficiary named, or the heirs by law, for a time."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="designated_payees")
    is_legal_heir = models.BooleanField(default=False, help_text="nobody is named: the heirs by law")
    name = models.CharField(max_length=60, default="")
    relation = models.CharField(max_length=30, default="")
    phone = models.CharField(max_length=20, default="")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("designated_payee_one", ("person",), "from_on", "until_on", kind=DateRange),
            models.CheckConstraint(
                condition=Q(is_legal_heir=True) | ~Q(name=""), name="designated_payee_has_a_name"
            ),
        ]
        triggers = [
            *audited("designated_payee"),
            *refuses_sealed_person(
                "designated_payee", ("person_id", "name", "relation", "phone", "from_on", "until_on")
            ),
        ]


class OtherSchemeRecord(Row):
    """What another scheme or place says about a person, with the date of the information (G6)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="other_schemes")
    scheme = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=20, help_text="contribution | benefit | transfer | death | death_benefit"
    )
    place = models.CharField(max_length=60, default="")
    state = models.CharField(
        max_length=20,
        default="",
        db_default="",
        help_text="contribution: open | transferred | refunded; benefit: normal | suspended | ended; blank counts as open",
    )
    from_month = models.IntegerField(null=True)
    until_month = models.IntegerField(null=True)
    known_on = models.DateField()
    source_file = models.CharField(max_length=200, default="")
    source_row = models.IntegerField(null=True)

    class Meta:
        triggers = audited("other_scheme")


class CardAccountCheck(Row):
    """One answer of the card system: the bank account of the social-security card and whether its bank function is active."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="card_checks")
    outcome = models.CharField(max_length=10, help_text="found | none | failed")
    account_number = models.CharField(max_length=40, default="")
    bank_name = models.CharField(max_length=60, default="")
    is_activated = models.BooleanField(null=True)
    source = models.CharField(max_length=30)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "fetched_at"], name="card_check_last")]
        triggers = [*audited("card_check"), *append_only("card_check")]


class SharedFact(Row):
    """What the data-sharing platform says about a person: only_child = yes | no | not_found, mobile = a number …"""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="shared_facts")
    fact = models.CharField(max_length=30, help_text="only_child | mobile | mobility_impaired")
    value = models.CharField(max_length=60)
    source = models.CharField(max_length=30)
    known_on = models.DateField()
    source_file = models.CharField(max_length=200, default="")
    source_row = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "fact", "known_on"], name="shared_fact_last")]
        triggers = [*audited("shared_fact"), *append_only("shared_fact")]


class PersonChange(Row):
    """A former value of a person's own row (name, gender, birth, place): what it was, what it became, why, by which case."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="changes")
    field = models.CharField(max_length=40)
    old_value = models.CharField(max_length=200)
    new_value = models.CharField(max_length=200)
    changed_at = models.DateTimeField(auto_now_add=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        triggers = [
            *audited("person_change"),
            *append_only("person_change"),
            *refuses_sealed_person("person_change", ()),
        ]
