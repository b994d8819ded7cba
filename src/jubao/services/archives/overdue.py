"""Cases that are finished and not filed: the list behind 及时归档, and filing them all at once.

Worked example: a deregistration closed on 2024-05-06; the pack gives 30 days; from 2024-06-06 it is overdue and listed with the
days beyond. Filing all files what is complete and names what each of the others lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from django.db.models import QuerySet

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.services.archives.filing import NOT_FILED, archive_file
from jubao.staff.regions import pack_of

OFFICE_TIME = timezone(timedelta(hours=8))
AT_ONCE = 200
"""So many are filed by one press; the page says how many are left."""


@dataclass(frozen=True)
class Filed:
    """What came of filing many: how many were filed, what kept back the others (case number, reason)."""

    count: int
    kept_back: tuple[tuple[str, str], ...]


def file_within_days(scope: str, today: date) -> int | None:
    """Within how many days a finished case is filed; None where the text sets no term."""
    value = pack_of(scope).setting("archive.file_within_days", today).value
    return None if value == "none" else int(value)


def cases_to_file(*, scope: str, today: date) -> QuerySet[Case]:
    """Finished cases of a place of a kind with a category that are not filed yet, the oldest first."""
    known = pack_of(scope).setting("archive.categories", today).value
    found = Case.objects.filter(
        division_path__startswith=scope.rstrip("%"), is_open=False, archived__isnull=True, kind__in=sorted(known)
    )  # fmt: skip
    return found.exclude(outcome__in=NOT_FILED).order_by("closed_at", "id").select_related("person")


def cases_overdue(*, scope: str, today: date) -> QuerySet[Case]:
    """Those of them that the term has run out for."""
    days = file_within_days(scope, today)
    found = cases_to_file(scope=scope, today=today)
    if days is None:
        return found.none()
    last = today - timedelta(days=days)
    return found.filter(closed_at__lt=datetime.combine(last, time.min, OFFICE_TIME).astimezone(UTC))


def days_late(case: Case, days: int, today: date) -> int:
    """How many days beyond the term a finished case waits; none or less: in time."""
    if case.closed_at is None:
        return 0
    return (today - case.closed_at.astimezone(OFFICE_TIME).date()).days - days


def archive_file_all(*, actor: Actor, today: date) -> Filed:
    """File the finished cases of the officer's place, the oldest first; each is a transaction of its own."""
    count, kept_back = 0, []
    for case in list(cases_to_file(scope=actor.scope, today=today)[:AT_ONCE]):
        try:
            archive_file(actor=actor, case=case, today=today)
            count += 1
        except DomainError as refused:
            kept_back.append((case.number, refused.message))
    return Filed(count, tuple(kept_back))
