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
from jubao.database.rows import Row, audited
from jubao.database.sealed import refuses_sealed_person
from jubao.people.circumstances import (
    Address,
    CardAccountCheck,
    CustodyPeriod,
    DeathReport,
    DesignatedPayee,
    OtherSchemeRecord,
    PayoutAccount,
    PersonChange,
    Phone,
    SharedFact,
    SpecialGroupPeriod,
)


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
        triggers = [
            *audited("person"),
            *refuses_sealed_person(
                "person", ("name", "gender", "birth_date"), person="id", is_inserted=False
            ),
        ]


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
        triggers = [
            *audited("identity_document"),
            *refuses_sealed_person("document", ("person_id", "kind", "number", "valid_from", "valid_until")),
        ]


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
        triggers = [
            *audited("enrolment"),
            *refuses_sealed_person(
                "enrolment",
                ("person_id", "division_path", "participation_identity", "is_only_child"),
                is_inserted=False,
            ),
        ]


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


__all__ = [
    "Address",
    "CardAccountCheck",
    "CustodyPeriod",
    "DeathReport",
    "DesignatedPayee",
    "Division",
    "Enrolment",
    "EnrolmentStatus",
    "IdentityDocument",
    "OtherSchemeRecord",
    "PayoutAccount",
    "Person",
    "PersonChange",
    "Phone",
    "SharedFact",
    "SpecialGroupPeriod",
]
