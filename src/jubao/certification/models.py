"""Proof once in a period that somebody is alive and entitled. `certified_until` is computed from these events, never typed.

Worked example: a face pass on 2026-05-17 in a region with a rolling twelve months counts to 2027-05-16.
"""

from __future__ import annotations

from django.db import models

from jubao.database.rows import Row, append_only, audited


class CertificationEvent(Row):
    """One proof of one person: channel, evidence or source event, operator, place, device (Q2, Q3)."""

    enrolment = models.ForeignKey("people.Enrolment", models.PROTECT, related_name="certifications")
    certified_on = models.DateField()
    channel = models.CharField(
        max_length=30, help_text="comparison | app_face | on_site | home_visit | determination …"
    )
    source = models.CharField(max_length=60, default="")
    evidence_document_id = models.UUIDField(null=True)
    evidence_id = models.UUIDField(null=True, help_text="row of comparison.Evidence")
    officer_id = models.UUIDField(null=True)
    place_path = models.CharField(max_length=80, default="")
    device = models.CharField(max_length=100, default="")
    case_id = models.UUIDField(null=True)
    is_out_of_hours = models.BooleanField(default=False, db_default=False)
    out_of_hours_reason = models.CharField(max_length=200, default="", db_default="")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["enrolment", "certified_on"], name="certification_last"),
            models.Index(
                fields=["recorded_at"], name="certification_late", condition=models.Q(is_out_of_hours=True)
            ),
        ]
        triggers = [*audited("certification_event"), *append_only("certification_event")]


class ContactAttempt(Row):
    """A try to reach somebody before anything is decided against him: means, when, outcome (CQ-09-5, Q7)."""

    person = models.ForeignKey("people.Person", models.PROTECT)
    means = models.CharField(max_length=20, help_text="phone | sms | home_visit | relative | village")
    attempted_on = models.DateField()
    was_reached = models.BooleanField()
    note = models.CharField(max_length=200, default="")
    case_id = models.UUIDField(null=True)
    officer_id = models.UUIDField(null=True)

    class Meta:
        triggers = [*audited("contact_attempt"), *append_only("contact_attempt")]
