"""What proves everything else: audit events of every change, sealed heads, who looked at whom, what was exported, job progress.

Worked example: approving case 17 writes one `AuditEvent` per table touched with the ids and SHA-256 of the rows; the sealer
chains them with SM3 into an `AuditHead` whose value goes to two witnesses.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class AuditEvent(models.Model):
    """One statement's change of up to a thousand rows of one table; written by triggers, never changed."""

    sequence = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True)
    command = models.CharField(max_length=60)
    case_id = models.UUIDField(null=True)
    table_name = models.CharField(max_length=60)
    operation = models.CharField(max_length=1, choices=[("I", "新增"), ("U", "修改"), ("D", "删除")])
    row_ids = ArrayField(models.TextField())
    row_digests = ArrayField(models.BinaryField())

    class Meta:
        indexes = [models.Index(fields=["case_id"], name="audit_case", condition=Q(case_id__isnull=False))]
        triggers = append_only("audit_event")


class AuditHead(models.Model):
    """A seal over all events up to `until_sequence`: SM3 of the former head and the events since (L2)."""

    id = models.BigAutoField(primary_key=True)
    from_sequence = models.BigIntegerField()
    until_sequence = models.BigIntegerField(unique=True)
    event_count = models.IntegerField()
    head = models.BinaryField()
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = append_only("audit_head")


class AccessEvent(Row):
    """Somebody looked at a person's data: who, why, which fields; never the value (L4)."""

    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60)
    fields = models.CharField(max_length=200)
    case_id = models.UUIDField(null=True)
    place_path = models.CharField(max_length=80, default="")
    device = models.CharField(max_length=100, default="")
    was_refused = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "id"], name="access_person"),
            models.Index(
                fields=["case_id", "natural_person_id"],
                name="access_case",
                condition=models.Q(case_id__isnull=False),
            ),
            models.Index(fields=["id"], name="access_refused", condition=models.Q(was_refused=True)),
        ]
        triggers = append_only("access_event")


class Export(Row):
    """A file that left with data of people: purpose, rows, hash, watermark, approval (X4)."""

    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    filters = models.JSONField(default=dict)
    row_count = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    document_id = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [*audited("export"), *append_only("export")]


class JobRun(Row):
    """One job for one district and month: runs once, shows how far it is, goes on where it was killed (F43)."""

    job = models.CharField(max_length=60)
    district_code = models.CharField(max_length=6)
    month = models.IntegerField(null=True)
    key = models.CharField(max_length=120, default="", help_text="what else tells two runs apart")
    state = models.CharField(
        max_length=10,
        choices=[
            ("waiting", "等待"),
            ("running", "进行中"),
            ("done", "完成"),
            ("failed", "失败"),
            ("stopped", "已停止"),
        ],
        default="waiting",
    )
    step = models.CharField(max_length=60, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.TextField(default="")
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "district_code", "month", "key"], nulls_distinct=False, name="job_run_one"
            )
        ]


class SelfAuditReport(Row):
    """What a self-audit found: one line per invariant."""

    started_at = models.DateTimeField(auto_now_add=True)
    lines = models.JSONField()
    violations = models.IntegerField()

    class Meta:
        triggers = [*audited("self_audit"), *append_only("self_audit")]
