"""Documents stored by the hash of their content outside the database; the row says what, whose, how long.

Worked example: the PDF of a determination is `documents/ab/cd/abcd…`, class `determination_form`, kept permanently.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class Document(Row):
    """One file. The same content for another case is another row with the same hash."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size_bytes = models.BigIntegerField()
    document_class = models.CharField(max_length=40)
    retention_until = models.DateField(null=True, help_text="NULL: permanent")
    district_code = models.CharField(max_length=6, default="")
    person_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    is_encrypted = models.BooleanField(
        default=False, db_default=False, help_text="the file is sealed; sha256 is of the clear content"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    disposed_on = models.DateField(
        null=True, help_text="the content was destroyed by decision; the row stays"
    )
    disposal_case_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id"], name="document_person", condition=Q(person_id__isnull=False)),
            models.Index(fields=["case_id"], name="document_case", condition=Q(case_id__isnull=False)),
        ]
        triggers = audited("document")


class ArchivedCase(Row):
    """A finished case as it was filed: category, file number, until when it is kept, and every item with its hash."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="archived")
    division_path = models.CharField(max_length=80)
    keeper_path = models.CharField(
        max_length=80, default="", db_default="", help_text="the office that filed it and keeps the originals"
    )
    number = models.CharField(max_length=30, unique=True, help_text="file number")
    category = models.CharField(max_length=60, help_text="key of the pack's archive.retention")
    retention_until = models.DateField(null=True, help_text="NULL: permanent")
    items = models.JSONField(help_text="kind, document, sha256, name of each item, in order")
    archived_on = models.DateField()
    officer_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["division_path", "id"],
                name="archived_case_place",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            )
        ]
        triggers = [*audited("archived_case"), *append_only("archived_case")]


from jubao.archive.keeping import Handover, HandoverItem, Loan, Volume, VolumeEntry  # noqa: E402

__all__ = ["ArchivedCase", "Document", "Handover", "HandoverItem", "Loan", "Volume", "VolumeEntry"]
