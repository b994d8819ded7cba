"""Run inside the unit of work that is open already, so that the audit names the command the officer gave.

Worked example: `contribution_record` opens its unit and calls `ledger.post`; the audit event of the transfer says
`contribution_record`, not `ledger_post`. A post called on its own opens a unit of its own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work


@contextmanager
def inside_unit(actor: Actor, command: str) -> Iterator[None]:
    """A savepoint inside the open unit, or a unit of its own where none is open."""
    if _is_open():
        with transaction.atomic():
            yield
    else:
        with unit_of_work(actor, command):
            yield


def _is_open() -> bool:
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.command', true)")
        return bool(cursor.fetchone()[0])
