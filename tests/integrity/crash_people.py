"""Who acts in the crash trials, found again in every process by user name.

Worked example: `actor("500110-reviewer")` in the process that repeats a command is the same natural person as before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from jubao.database.actor import Actor

DISTRICT = "500110"
DAY = date(2025, 7, 10)
NOW = datetime.combine(DAY, time(2), UTC)  # ten in the morning in the office
EVERYWHERE = Actor.system("crash", scope="")


def actor(username: str) -> Actor:
    """The actor of an officer of the cast."""
    from jubao.staff.models import Officer
    from tests.support.cast import actor_now

    return actor_now(Officer.objects.get(username=username))


def of(post: str) -> Actor:
    """The officer of the trial district who holds a post."""
    return actor(f"{DISTRICT}-{post}")
