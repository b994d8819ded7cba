"""Persons and what is true of them for a time: documents, enrolments, places, groups, phones, payout accounts, deaths.

Worked example: 张桂芳 (one `Person`) has an identity card since 1985 (`IdentityDocument`), one live `Enrolment` in
沱湾社区, an `EnrolmentStatus` active since 2010-01, and a `PayoutAccount` usable from the third working day after its
change. A period is half-open: `until` is the first day or month that does not count any more; NULL is open.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate

from jubao.database.periods import DateRange, ends_after_start, no_overlap
from jubao.database.rows import Row, append_only, audited


class Division(models.Model):
    """A place under one code for a time. `path` lists the codes from the top, each closed by `/`: scope is a prefix."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        DISTRICT = "district", "区县"
        TOWNSHIP = "township", "镇街"
        VILLAGE = "village", "村社区"

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=200, default="", help_text="pinyin for sorting")
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until__isnull=True), name="division_code_live"
            ),
            models.UniqueConstraint(
                fields=["path"], condition=Q(valid_until__isnull=True), name="division_path_live"
            ),
        ]
        triggers = audited("division")


class Person(Row):
    """One human being under our own key. The number lives in `IdentityDocument` and is read by `people.numbers` only."""

    personal_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_key = models.CharField(
        max_length=200, db_collation="C", help_text="pinyin with spaces, for sorting and searching"
    )
    name_initials = models.CharField(max_length=30, db_collation="C", help_text="zgf for 张桂芳")
    gender = models.CharField(max_length=6, choices=[("male", "男"), ("female", "女")])
    birth_date = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_initials", "id"], name="person_initials"),
            models.Index(fields=["name_key", "id"], name="person_name_key"),
            models.Index(Collate("name", "C"), "id", name="person_name"),
            models.Index(
                fields=["personal_number"], name="person_personal_number", opclasses=["varchar_pattern_ops"]
            ),
        ]
        triggers = audited("person")


class IdentityDocument(Row):
    """A number a person is or was known by. One person per live number, one live document of a kind per person."""

    class Kind(models.TextChoices):
        ID_CARD = "id_card", "居民身份证"
        SOCIAL_SECURITY_CARD = "social_security_card", "社会保障卡"
        HMT_RESIDENCE_PERMIT = "hmt_residence_permit", "港澳台居民居住证"
        FOREIGN_RESIDENCE_PERMIT = "foreign_residence_permit", "外国人居留证"
        PASSPORT = "passport", "外国人护照"
        OTHER = "other", "其他有效证件"

    person = models.ForeignKey(Person, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=30, choices=Kind, default=Kind.ID_CARD)
    number = models.CharField(max_length=30)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("document_one_owner", ("kind", "number"), "valid_from", "valid_until", kind=DateRange),
            no_overlap(
                "document_one_of_a_kind", ("person", "kind"), "valid_from", "valid_until", kind=DateRange
            ),
            models.CheckConstraint(
                condition=ends_after_start("valid_from", "valid_until"), name="document_period"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="document_number", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["person"], name="document_live", condition=Q(valid_until__isnull=True)),
        ]
        triggers = audited("identity_document")


class Enrolment(Row):
    """A person in a scheme at a place. One live enrolment per scheme; `division_path` follows the household register."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    scheme = models.CharField(max_length=30, default="resident_pension")
    division = models.ForeignKey(Division, models.PROTECT)
    division_path = models.CharField(max_length=80)
    enrolled_on = models.DateField()
    ended_on = models.DateField(null=True)
    participation_identity = models.CharField(max_length=30, default="ordinary", help_text="参保身份")
    is_only_child = models.BooleanField(null=True, help_text="独生子女父母; NULL: not known")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "scheme"], condition=Q(ended_on__isnull=True), name="enrolment_one_live"
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_path", "id"],
                name="enrolment_place",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            )
        ]
        triggers = audited("enrolment")


class EnrolmentStatus(Row):
    """Months in one state of enrolment, with the reason code and the case that brought it."""

    class Kind(models.TextChoices):
        ACTIVE = "active", "正常参保"
        PAUSED = "paused", "暂停缴费"
        DRAWING = "drawing", "领取待遇"
        ENDED = "ended", "终止"

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="statuses")
    kind = models.CharField(max_length=10, choices=Kind)
    from_month = models.IntegerField()
    until_month = models.IntegerField(null=True)
    reason = models.CharField(max_length=40, default="")
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            no_overlap("enrolment_status_one", ("enrolment",), "from_month", "until_month"),
            models.CheckConstraint(
                condition=ends_after_start("from_month", "until_month"), name="enrolment_status_period"
            ),
        ]
        triggers = audited("enrolment_status")


class SpecialGroupPeriod(Row):
    """Months in which a department's list carries a person as 特困, 低保, 残疾 …; the source row is named (A4)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="special_groups")
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

    person = models.ForeignKey(Person, models.PROTECT, related_name="custody_periods")
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

    person = models.ForeignKey(Person, models.PROTECT, related_name="death_reports")
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

    person = models.ForeignKey(Person, models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=10, choices=[("register", "户籍地"), ("residence", "居住地")])
    text = models.CharField(max_length=200)
    division = models.ForeignKey(Division, models.PROTECT, null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("address_one", ("person", "kind"), "from_on", "until_on", kind=DateRange)]
        triggers = audited("address")


class Phone(Row):
    """A telephone number of a person for a time; one is the mobile that messages go to."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="phones")
    number = models.CharField(max_length=20)
    is_mobile = models.BooleanField(default=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            no_overlap(
                "phone_one_mobile", ("person",), "from_on", "until_on", when=Q(is_mobile=True), kind=DateRange
            ),
        ]
        triggers = audited("phone")


class PayoutAccount(Row):
    """The bank account a pension goes to. A change is usable from `usable_on` or once confirmed on a second channel (B13)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="payout_accounts")
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
        triggers = audited("payout_account")


class OtherSchemeRecord(Row):
    """What another scheme or place says about a person, with the date of the information (G6)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="other_schemes")
    scheme = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, help_text="contribution | benefit | transfer")
    place = models.CharField(max_length=60, default="")
    from_month = models.IntegerField(null=True)
    until_month = models.IntegerField(null=True)
    known_on = models.DateField()
    source_file = models.CharField(max_length=200, default="")
    source_row = models.IntegerField(null=True)

    class Meta:
        triggers = audited("other_scheme")


class PersonChange(Row):
    """A former value of a person's own row (name, gender, birth, place): what it was, what it became, why, by which case."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="changes")
    field = models.CharField(max_length=40)
    old_value = models.CharField(max_length=200)
    new_value = models.CharField(max_length=200)
    changed_at = models.DateTimeField(auto_now_add=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("person_change"), *append_only("person_change")]
