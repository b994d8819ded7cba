"""One command, one transaction: opens it, says who acts and inside which scope, so that triggers and row security know.

Worked example::

    with unit_of_work(actor, "case_return", case_id=case.id):
        ...                                    # every changed row gets its audit event; outside the scope nothing is seen

The settings end with the transaction (`set_config(…, true)`); nothing leaks into a pooled connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from jubao.database.actor import Actor

SETTINGS = ("app.command", "app.officer", "app.natural_person", "app.grant", "app.case", "app.scope")
EVERYWHERE = "%"


@contextmanager
def unit_of_work(actor: Actor, command: str, *, case_id: UUID | None = None) -> Iterator[None]:
    """A transaction (a savepoint inside another one) in which `actor` carries out `command`.

    On leaving, the settings of the enclosing unit come back, so that one service may call another.
    """
    with transaction.atomic():
        former = _settings()
        _set(
            (
                command,
                actor.officer_id,
                actor.natural_person_id,
                actor.grant_id,
                case_id,
                pattern(actor.scope),
            )
        )
        yield
        _set(former)


@contextmanager
def read_scope(scope: str) -> Iterator[None]:
    """A transaction that may read the subtree of `scope` and write nothing audited."""
    with transaction.atomic():
        former = _settings()
        _set(("", None, None, None, None, pattern(scope)))
        yield
        _set(former)


def pattern(scope: str) -> str:
    """What row security compares paths with: the scope's prefix; the whole country is `%`, for nothing set means nothing seen."""
    return scope or EVERYWHERE


def _settings() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}', true)" for name in SETTINGS))
        return tuple(cursor.fetchone())


def _set(values: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS),
            ["" if value is None else str(value) for value in values],
        )
