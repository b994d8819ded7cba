"""The programme's month: dated tasks of each township, the frozen summary, the published bulletin, who leads.

Worked example: on 2026-11-01 古南街道 gets four `MonthTask` rows (verify to 11-03, notify to 11-10, confirm 11-10 to 11-20,
summarise 11-25 to 11-30); on 11-25 the `MonthSummary` of each place is stored and never changes. Read through
`claim_free.models`.
"""

from __future__ import annotations

from django.db import models

from jubao.database.rows import Row, append_only, audited


class MonthTask(Row):
    """One dated task of a township in the month's calendar. Days are inclusive."""

    division_path = models.CharField(max_length=80)
    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    key = models.CharField(max_length=60, help_text="key of the pack's calendar")
    title = models.CharField(max_length=100)
    from_on = models.DateField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True, help_text="officer")
    note = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_path", "month", "key"], name="month_task_once")
        ]
        triggers = audited("month_task")


class MonthSummary(Row):
    """The figures of a place for a month, frozen; later changes do not alter them."""

    division_path = models.CharField(max_length=80)
    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    extracted = models.IntegerField()
    revoked = models.IntegerField(help_text="net of the restored")
    notified = models.IntegerField()
    confirmed = models.IntegerField()
    in_process = models.IntegerField()
    completed = models.IntegerField()
    waived = models.IntegerField()
    still_open = models.IntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_path", "month"], name="month_summary_once")]
        triggers = [*audited("month_summary"), *append_only("month_summary")]


class Bulletin(Row):
    """通报: the ranking of a frozen month as a document, published to the townships."""

    district_code = models.CharField(max_length=6)
    month = models.IntegerField()
    document = models.ForeignKey("archive.Document", models.PROTECT)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district_code", "month"], name="bulletin_once")]
        triggers = audited("bulletin")


class ProgrammeMember(Row):
    """A role in the programme (领导小组): leader, deputy leader, member, office; for a place and a time. Holders are data."""

    class Role(models.TextChoices):
        LEADER = "leader", "组长"
        DEPUTY_LEADER = "deputy_leader", "副组长"
        MEMBER = "member", "成员"
        OFFICE = "office", "办公室"

    natural_person_id = models.UUIDField()
    role = models.CharField(max_length=20, choices=Role)
    division_path = models.CharField(
        max_length=80, help_text="what the role sees: the district, or a township"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    assigned_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["natural_person_id", "role", "division_path"],
                condition=models.Q(until_on__isnull=True),
                name="programme_member_once",
            )
        ]
        triggers = audited("programme_member")
