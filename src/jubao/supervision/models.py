"""What supervision keeps: tip-offs, findings with their answers, referrals, samples; each row stands for ever.

Worked example: a tip of 2021-05-06 (`death`, by telephone) has a case; its informant is a sealed document that only named posts
open. The audit writes finding 1 (`wrong_collection`, 489.06 yuan), the township answers, the bureau refers it to a body.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class TipOff(Row):
    """What somebody told. Who it was stands in `informant`, a sealed document; empty for an anonymous tip."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="tip_off")
    division_path = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, help_text="phone | letter | online | in_person")
    topic = models.CharField(max_length=20, help_text="death | wrong_collection | duplicate | staff | other")
    is_anonymous = models.BooleanField()
    informant = models.ForeignKey("archive.Document", models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=60, default="", help_text="whom it is about, as told")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    person_id: UUID | None
    content = models.CharField(max_length=1000)
    taken_on = models.DateField()
    token = models.CharField(max_length=32, unique=True, help_text="with it the informant asks how far it is")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(informant__isnull=True), name="tip_off_anonymous"
            )
        ]
        indexes = [
            models.Index(
                fields=["division_path", "id"], name="tip_off_place", opclasses=["varchar_pattern_ops", "uuid_ops"]
            )
        ]  # fmt: skip
        triggers = [*audited("tip_off"), *append_only("tip_off")]


class AuditSample(Row):
    """A sample drawn by a rule: the same focus, place, day, size and seed give the same people again."""

    number = models.CharField(max_length=30, unique=True)
    division_path = models.CharField(max_length=80)
    focus = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    size = models.IntegerField()
    as_of = models.DateField()
    population = models.IntegerField(help_text="how many it was drawn from")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the keys drawn, in order")
    officer_id = models.UUIDField(null=True)
    drawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division_path", "focus", "seed", "size", "as_of"], name="audit_sample_one"
            )
        ]
        triggers = [*audited("audit_sample"), *append_only("audit_sample")]


class SampleItem(Row):
    """One member of a sample: a person enrolled or a closed case, with the rules that pointed at it."""

    sample = models.ForeignKey(AuditSample, models.PROTECT, related_name="items")
    division_path = models.CharField(max_length=80)
    position = models.IntegerField()
    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    rules = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "position"], name="sample_item_one")]
        indexes = [
            models.Index(
                fields=["division_path", "id"], name="sample_item_place", opclasses=["varchar_pattern_ops", "uuid_ops"]
            )
        ]  # fmt: skip
        triggers = [*audited("sample_item"), *append_only("sample_item")]


class Finding(Row):
    """One thing found: in a case of supervision or at a member of a sample; `clean` says that nothing was."""

    division_path = models.CharField(max_length=80)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="findings")
    item = models.ForeignKey(SampleItem, models.PROTECT, null=True, related_name="findings")
    number = models.IntegerField(help_text="of its case or its member of a sample, from 1 on")
    category = models.CharField(max_length=20)
    text = models.CharField(max_length=1000)
    amount_fen = models.BigIntegerField(null=True)
    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    found_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, item__isnull=True) | Q(case__isnull=True, item__isnull=False),
                name="finding_of_one",
            ),
            models.UniqueConstraint(
                fields=["case", "number"], condition=Q(case__isnull=False), name="finding_of_case"
            ),
            models.UniqueConstraint(
                fields=["item", "number"], condition=Q(item__isnull=False), name="finding_of_item"
            ),
        ]
        triggers = [*audited("finding"), *append_only("finding")]


class FindingResponse(Row):
    """What the office concerned answers to a finding; a better answer is another row."""

    division_path = models.CharField(max_length=80)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="responses")
    text = models.CharField(max_length=1000)
    responded_on = models.DateField()
    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("finding_response"), *append_only("finding_response")]


class Referral(Row):
    """A hand-over to the body that decides further: which, on which day, with which paper, which sanction was given here."""

    division_path = models.CharField(max_length=80)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="referrals")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="referrals")
    body = models.CharField(max_length=60)
    referred_on = models.DateField()
    sanction = models.CharField(max_length=200, default="")
    document = models.ForeignKey("archive.Document", models.PROTECT)
    officer_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("referral"), *append_only("referral")]
