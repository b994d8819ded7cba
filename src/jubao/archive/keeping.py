"""Who keeps the files: volumes they are bound in, hand-overs between offices and people, loans with their purpose.

Worked example: 穆家营子镇 files twelve deregistrations of 2026, binds them into one volume AJ-150404-2026-000003 and hands them
over to the district by hand-over YJ-150404-2026-000001: list, who gave, who received, on which day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited


class Handover(Row):
    """A signed hand-over: by an office to the district, by an officer or a village assistant to the successor."""

    class Kind(models.TextChoices):
        OFFICE = "office", "档案移交"
        OFFICER = "officer", "经办人员变动"
        ASSISTANT = "assistant", "协办员变动"

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="handover")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=30, unique=True)
    division_path = models.CharField(max_length=80, help_text="the office that gives")
    to_path = models.CharField(max_length=80)
    from_person_id = models.UUIDField(null=True, help_text="natural person who gives")
    to_person_id = models.UUIDField(null=True, help_text="natural person who receives")
    supervisor_id = models.UUIDField(null=True, help_text="natural person who supervised")
    from_name = models.CharField(max_length=60, default="")
    to_name = models.CharField(max_length=60, default="")
    supervisor_name = models.CharField(max_length=60, default="")
    lines = models.JSONField(help_text="what was handed over: title and count of each line, in order")
    signed_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["from_person_id"], name="handover_giver")]
        triggers = [*audited("handover"), *append_only("handover")]


class HandoverItem(Row):
    """One file that went over; the last hand-over of a file says who keeps it."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    filed = models.ForeignKey("archive.ArchivedCase", models.PROTECT, related_name="handovers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "filed"], name="handover_item_once")]
        triggers = [*audited("handover_item"), *append_only("handover_item")]


class Volume(Row):
    """A volume (卷): the files of one category and year that one office keeps, in order, with its catalogue."""

    number = models.CharField(max_length=30, unique=True)
    division_path = models.CharField(max_length=80, help_text="the office that keeps it")
    category = models.CharField(max_length=60)
    year = models.IntegerField()
    title = models.CharField(max_length=200)
    retention_until = models.DateField(null=True, help_text="the latest of its files; NULL: permanent")
    made_on = models.DateField()
    officer_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("volume"), *append_only("volume")]


class VolumeEntry(Row):
    """One file in a volume, at its place; a file is bound once."""

    volume = models.ForeignKey(Volume, models.PROTECT, related_name="entries")
    filed = models.OneToOneField("archive.ArchivedCase", models.PROTECT, related_name="bound")
    position = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volume", "position"], name="volume_place_once")]
        triggers = [*audited("volume_entry"), *append_only("volume_entry")]


class Loan(Row):
    """A file lent: to whom, what for, until when; back when it was returned."""

    filed = models.ForeignKey("archive.ArchivedCase", models.PROTECT, related_name="loans")
    division_path = models.CharField(max_length=80)
    borrower = models.CharField(max_length=60)
    unit = models.CharField(max_length=100, default="")
    purpose = models.CharField(max_length=200)
    lent_on = models.DateField()
    due_on = models.DateField()
    returned_on = models.DateField(null=True)
    lent_by = models.UUIDField(null=True)
    taken_back_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filed"], condition=Q(returned_on__isnull=True), name="loan_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("lent_on")), name="loan_period"),
            models.CheckConstraint(condition=~Q(purpose=""), name="loan_has_a_purpose"),
        ]
        triggers = audited("loan")
