"""What an office keeps about its people beside posts: assessments of village assistants, trainings, liaison officers.

Worked example: 穆家营子镇 assesses the assistant of 新民村 for 2026: 2 late monthly lists, 合格; 14 people of the district were
trained on 2026-03-05; 南澳县 has a liaison officer from 2026-01-01 on.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, append_only, audited


class AssistantAssessment(Row):
    """The assessment of a village assistant for a year: the indicators as they stood, and the grade given."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        GOOD = "good", "称职"
        FAIR = "fair", "基本称职"
        POOR = "poor", "不称职"

    natural_person = models.ForeignKey("staff.NaturalPerson", models.PROTECT, related_name="assessments")
    division_path = models.CharField(max_length=80, help_text="the village")
    year = models.IntegerField()
    late_reports = models.IntegerField()
    missing_reports = models.IntegerField()
    returned_reports = models.IntegerField()
    steps_taken = models.IntegerField()
    grade = models.CharField(max_length=10, choices=Grade)
    opinion = models.CharField(max_length=300, default="")
    assessed_by = models.UUIDField(null=True)
    assessed_on = models.DateField()

    class Meta:
        triggers = [*audited("assistant_assessment"), *append_only("assistant_assessment")]


class Training(Row):
    """A training: what about, when, how long, who held it."""

    division_path = models.CharField(max_length=80, help_text="the office that held it")
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    hours = models.IntegerField()
    trainer = models.CharField(max_length=60, default="")
    recorded_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0), name="training_hours")]
        triggers = [*audited("training"), *append_only("training")]


class TrainingParticipant(Row):
    """Somebody who took part."""

    training = models.ForeignKey(Training, models.PROTECT, related_name="participants")
    natural_person = models.ForeignKey("staff.NaturalPerson", models.PROTECT, related_name="trainings")
    place_path = models.CharField(max_length=80, help_text="the office the person worked at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training", "natural_person"], name="training_participant_once")
        ]
        triggers = [*audited("training_participant"), *append_only("training_participant")]


class Liaison(Row):
    """The liaison officer of an office (联络员): name, phone, from when until when."""

    division_path = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True, help_text="NULL: in office")
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division_path"], condition=Q(until_on__isnull=True), name="liaison_one_in_office"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="liaison_period"
            ),
        ]
        triggers = audited("liaison")
