"""Notices on the board: what is to be posted at a place, from when until when, and that it was, with a photo.

Worked example: 穆家营子镇 has 2026年待遇发放公示 posted in 新民村 from 2026-03-05 to 2026-03-12; the assistant posts it at the
board of the village office on 5 March and sends the photo.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jubao.database.rows import Row, audited


class PublicNotice(Row):
    """One notice at one place; a notice for ten villages is ten rows of one batch."""

    class Kind(models.TextChoices):
        POLICY = "policy", "政策宣传"
        PUBLICITY = "publicity", "情况公示"

    batch = models.UUIDField(help_text="the same for all places of one notice")
    kind = models.CharField(max_length=10, choices=Kind)
    division_path = models.CharField(
        max_length=80, help_text="where it is posted: a village, or the township itself"
    )
    title = models.CharField(max_length=120)
    text = models.TextField(default="")
    from_on = models.DateField()
    until_on = models.DateField(help_text="its last day on the board is the day before")
    made_by = models.UUIDField(null=True)
    place = models.CharField(max_length=120, default="", help_text="the board")
    posted_on = models.DateField(null=True)
    photo = models.ForeignKey("archive.Document", models.PROTECT, null=True, related_name="+")
    posted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="public_notice_period"),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True) | ~Q(place=""), name="public_notice_posted_somewhere"
            ),
            models.UniqueConstraint(fields=["batch", "division_path"], name="public_notice_once_a_place"),
        ]
        triggers = audited("public_notice")
