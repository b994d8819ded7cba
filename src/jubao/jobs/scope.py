"""A job sees its district between its transactions too, so that services may read where they stand before the next piece.

Worked example: `with session_scope("500000/500110/"): run_draft(...)` commits piece by piece and reads the run in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def session_scope(scope: str) -> Iterator[None]:
    """Let this process's connection read the subtree of `scope` outside of units of work, until the block ends."""
    former = _set(scope)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set(former)


def _set(scope: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.scope', true)")
        former = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('app.scope', %s, false)", [scope])
    return str(former)
