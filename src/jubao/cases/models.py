"""Cases (业务件): every change of business data, who proposed it, who decided, what they saw, and what came of it.

Worked example: 受理岗 opens case 500110-2026-000123 of kind `suspension`; its `digest` is the SHA-256 of the proposal; the
reviewer's event carries the digest seen; if the proposal changes meanwhile, the approval no longer fits and is refused.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from jubao.cases.protections import two_people
from jubao.database.rows import Row, append_only, audited


class Case(Row):
    """One piece of business. `state` moves along the transition table of its kind; `version` counts the moves."""

    number = models.CharField(max_length=30, unique=True, help_text="district-year-sequence, without gaps")
    kind = models.CharField(max_length=40)
    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="cases")
    person_id: UUID | None
    subject_id = models.UUIDField(
        null=True, help_text="what it is about when not a person: a run, an import, a grant"
    )
    title = models.CharField(max_length=200, default="")
    channel = models.CharField(max_length=20, default="counter")
    state = models.CharField(max_length=30)
    version = models.IntegerField(default=1)
    proposal = models.JSONField(
        default=dict, help_text="what the handler proposes; its digest is what the reviewer approves"
    )
    digest = models.CharField(max_length=64, default="")
    is_open = models.BooleanField(default=True)
    outcome = models.CharField(max_length=30, default="", help_text="approved | rejected | withdrawn | done")
    maker_id = models.UUIDField(null=True, help_text="natural person who made the proposal")
    checker_id = models.UUIDField(null=True, help_text="natural person who decided")
    approver_id = models.UUIDField(
        null=True, help_text="natural person of the second approval, where there is one"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField(null=True, help_text="last day, in working days of the calendar")
    closed_at = models.DateTimeField(null=True)
    pack_hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(maker_id__isnull=True)
                | Q(checker_id__isnull=True)
                | ~Q(maker_id=F("checker_id")),
                name="case_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=Q(approver_id__isnull=True)
                | (
                    (Q(maker_id__isnull=True) | ~Q(approver_id=F("maker_id")))
                    & (Q(checker_id__isnull=True) | ~Q(approver_id=F("checker_id")))
                ),
                name="case_approver_is_a_third",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(is_open=True, person__isnull=False),
                name="case_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="approved") | Q(checker_id__isnull=False),
                name="case_approved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_path", "kind", "id"],
                name="case_place",
                opclasses=["varchar_pattern_ops", "varchar_ops", "uuid_ops"],
            ),
            models.Index(fields=["kind", "state", "due_on"], name="case_inbox", condition=Q(is_open=True)),
        ]
        triggers = [*audited("case"), two_people("case")]


class CaseEvent(Row):
    """One step of a case: who did it, under which grant, where, on which device, and which digest was before his eyes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    sequence = models.IntegerField()
    action = models.CharField(max_length=30)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    officer_id = models.UUIDField(null=True)
    natural_person_id = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True)
    place_path = models.CharField(max_length=80, default="")
    device = models.CharField(max_length=100, default="")
    digest_seen = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=500, default="", help_text="opinion or ground")
    makes_proposal = models.BooleanField(
        default=False, help_text="whoever did this may not decide the case, however often it changes hands"
    )
    proposal = models.JSONField(
        null=True, help_text="what was proposed by this step, where it made a proposal"
    )
    answers = models.JSONField(null=True, help_text="what was answered to the points of the step's checklist")
    is_out_of_hours = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="case_event_sequence")]
        indexes = [models.Index(fields=["natural_person_id", "id"], name="case_event_human")]
        triggers = [*audited("case_event"), *append_only("case_event")]


class CaseMaterial(Row):
    """A document handed in for a case, by kind of material."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    kind = models.CharField(max_length=40)
    document = models.ForeignKey("archive.Document", models.PROTECT)
    page_count = models.IntegerField(default=1)
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        triggers = audited("case_material")


class ProgressLink(Row):
    """The token of the QR code on a form or receipt: it leads to the progress of a case and to nothing else."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="progress_link")
    token = models.CharField(max_length=32, unique=True, help_text="random, 130 bits")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [*audited("progress_link"), *append_only("progress_link")]


class Receipt(Row):
    """《业务受理单》: issued once a case is accepted; reprinted from the stored document, byte for byte."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="receipts", db_index=False)
    issue = models.SmallIntegerField(
        default=1, db_default=1, help_text="one more for every confirmation that was taken back"
    )
    number = models.CharField(max_length=30, unique=True)
    document = models.ForeignKey("archive.Document", models.PROTECT)
    accepted_on = models.DateField()
    outlet_path = models.CharField(max_length=80, help_text="the place that accepted")
    officer_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "issue"], name="receipt_once")]
        triggers = [*audited("receipt"), *append_only("receipt")]


class NumberSequence(models.Model):
    """The next number of a series without gaps (case numbers, batch numbers); taken under a row lock."""

    id = models.BigAutoField(primary_key=True)
    district_code = models.CharField(max_length=6)
    year = models.IntegerField()
    series = models.CharField(max_length=20)
    next_number = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district_code", "year", "series"], name="number_sequence_one")
        ]


class IdempotencyKey(models.Model):
    """A command already carried out: same key and body give the same answer, another body is an error (F11, F12)."""

    key = models.CharField(max_length=80, primary_key=True)
    command = models.CharField(max_length=60)
    body_digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)


class ImportBatch(Row):
    """One imported file: staged row by row, shown as differences, approved, applied, undone as long as it has no effects."""

    class State(models.TextChoices):
        STAGED = "staged", "已暂存"
        REFUSED = "refused", "已拒绝"
        APPLIED = "applied", "已生效"
        UNDONE = "undone", "已撤销"

    kind = models.CharField(
        max_length=30,
        help_text="participants | contributions | roster | feed | bank_return | special_group …",
    )
    source = models.CharField(max_length=30, default="", help_text="the feed's source code")
    district_code = models.CharField(max_length=6)
    division_path = models.CharField(max_length=80)
    month = models.IntegerField(null=True)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    document = models.ForeignKey("archive.Document", models.PROTECT, null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="import_batches")
    state = models.CharField(max_length=10, choices=State, default=State.STAGED)
    row_count = models.IntegerField(default=0)
    accepted_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)
    summary = models.JSONField(
        default=dict, help_text="differences by kind: new, changed, same, refused, with sums"
    )
    mapping = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(row_count=F("accepted_count") + F("rejected_count")), name="import_rows_add_up"
            ),
            models.UniqueConstraint(
                fields=["kind", "source", "district_code", "month", "file_sha256"],
                condition=Q(state__in=["staged", "applied"]),
                nulls_distinct=False,
                name="import_content_once",
            ),
        ]
        triggers = audited("import_batch")


class ImportRow(models.Model):
    """One row of an import: what the file says, what it would change, or why it is refused."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    source_row = models.IntegerField()
    values = models.JSONField()
    decision = models.CharField(
        max_length=10, choices=[("new", "新增"), ("change", "变更"), ("same", "相同"), ("refused", "拒绝")]
    )
    differences = models.JSONField(default=dict)
    problem_field = models.CharField(max_length=60, default="")
    problem_rule = models.CharField(max_length=40, default="")
    remedy = models.CharField(max_length=300, default="")
    target_id = models.UUIDField(null=True, help_text="the row made or changed")

    class Meta:
        indexes = [models.Index(fields=["batch", "source_row"], name="import_row_order")]
