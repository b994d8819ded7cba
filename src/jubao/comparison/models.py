"""Comparison with other departments: feeds as imported, evidence per person, runs and the list each person was put on.

Worked example: CREMATION of 2026-10 names 张桂芳 on row 12; the run of 2026-10 puts her on `lost`, headline DEATH, with
that evidence row; the run's id and hash let the list be made again from the same evidence.
"""

from __future__ import annotations

from django.db import models

from jubao.database.rows import Row, append_only, audited


class FeedFile(Row):
    """One file of a source for a month, cleaned once; later months read the cleaned Parquet."""

    source = models.CharField(max_length=30)
    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    batch_id = models.UUIDField(null=True)
    sha256 = models.CharField(max_length=64)
    row_count = models.IntegerField()
    accepted_count = models.IntegerField()
    rejected_count = models.IntegerField()
    data_from = models.DateField(null=True)
    data_until = models.DateField(null=True)
    document_id = models.UUIDField(null=True)
    imported_at = models.DateTimeField(auto_now_add=True)
    is_live = models.BooleanField(default=True, help_text="false once the import is undone")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "district_code", "sha256"],
                condition=models.Q(is_live=True),
                name="feed_content_once",
            )
        ]
        triggers = audited("feed_file")


class ComparisonRun(Row):
    """One comparison of a district and month with the feeds known then."""

    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    as_of = models.DateField()
    run_hash = models.CharField(max_length=64)
    pack_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    feeds = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district_code", "month", "run_hash"], name="comparison_run_content"
            )
        ]
        triggers = [*audited("comparison_run"), *append_only("comparison_run")]


class JudgedSubject(Row):
    """Where a run put one person: eligible, lost, to_verify, not_subject, with every reason."""

    run = models.ForeignKey(ComparisonRun, models.PROTECT, related_name="subjects")
    enrolment_id = models.UUIDField()
    division_path = models.CharField(max_length=80)
    list_name = models.CharField(max_length=12)
    headline_reason = models.CharField(max_length=40, default="")
    reasons = models.TextField(default="")
    certified_until = models.DateField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "enrolment_id"], name="judged_once")]
        indexes = [models.Index(fields=["run", "list_name", "division_path"], name="judged_list")]
        triggers = [*audited("judged_subject"), *append_only("judged_subject")]


class Evidence(Row):
    """One record of one feed about one person: what it says, how it was linked, used or ignored and why. Never changed."""

    run = models.ForeignKey(ComparisonRun, models.PROTECT, related_name="evidence")
    enrolment_id = models.UUIDField()
    source = models.CharField(max_length=30)
    feed_file_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=200, default="")
    file_row = models.IntegerField(null=True)
    event_on = models.DateField(null=True)
    nature = models.CharField(max_length=4, help_text="life | loss")
    link = models.CharField(max_length=20)
    score = models.FloatField(null=True)
    used = models.CharField(max_length=120, default="")

    class Meta:
        indexes = [models.Index(fields=["enrolment_id", "id"], name="evidence_person")]
        triggers = [*audited("evidence"), *append_only("evidence")]
