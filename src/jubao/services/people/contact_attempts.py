"""Attempts to reach somebody as they were recorded, and which different means have failed; reads only.

Worked example: a call on 3 June and a visit on 9 June failed: `failed_means` gives both; after a call that reached her, none.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.certification.models import ContactAttempt


def failed_means(person_id: UUID, *, since: date, until: date) -> set[str]:
    """The different means that failed in the time; none as soon as the person was reached after them."""
    attempts = ContactAttempt.objects.filter(
        person_id=person_id, attempted_on__gte=since, attempted_on__lte=until
    ).order_by("attempted_on", "id")
    failed: set[str] = set()
    for attempt in attempts:
        failed = set() if attempt.was_reached else failed | {attempt.means}
    return failed
