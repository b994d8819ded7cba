"""What every command on the system does first: open it.

Worked example: `jubao selfaudit` calls `open_system(owner=True)`; on a machine without `JUBAO_DATABASE_URL` that starts
the embedded PostgreSQL. Nothing of Django is imported before.
"""

from __future__ import annotations

from datetime import UTC, datetime


def open_system(*, owner: bool = False) -> None:
    """Start, bring up to date and check the database, and set Django up; `owner` connects as the owner of the tables."""
    from jubao.site import opening

    opening.open_system(now=datetime.now(UTC), owner=owner)
