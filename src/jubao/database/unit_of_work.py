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
_SET = ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
# The values of before are read before the new ones are set: the list of a SELECT is worked off from left to right.
_FORMER_AND_SET = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in SETTINGS) + ", " + _SET


@contextmanager
def unit_of_work(actor: Actor, command: str, *, case_id: UUID | None = None) -> Iterator[None]:
    """A transaction (a savepoint inside another one) in which `actor` carries out `command`.

    On leaving, the settings of the enclosing unit come back, so that one service may call another.
    """
    values = (
        command,
        actor.officer_id,
        actor.natural_person_id,
        actor.grant_id,
        case_id,
        pattern(actor.reach or actor.scope),
    )
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        former = _exchange(values)
        yield
        if is_inside:
            _set(former)


@contextmanager
def read_scope(scope: str) -> Iterator[None]:
    """A transaction that may read the subtree of `scope` and write nothing audited."""
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        former = _exchange(_reading(scope))
        yield
        if is_inside:
            _set(former)


@contextmanager
def request_scope(scope: str) -> Iterator[None]:
    """The same for the whole of a request's transaction, which ends right after: no savepoint, nothing to bring back."""
    ends_here = connection.in_atomic_block and not connection.savepoint_ids
    with transaction.atomic(savepoint=False):
        if ends_here:
            _set(_reading(scope))
            yield
        else:
            former = _exchange(_reading(scope))
            yield
            _set(former)


def pattern(scope: str) -> str:
    """What row security compares paths with: the scope's prefix; the whole country is `%`, for nothing set means nothing seen."""
    return scope or EVERYWHERE


def _reading(scope: str) -> tuple[object, ...]:
    return ("", None, None, None, None, pattern(scope))


def _exchange(values: tuple[object, ...]) -> tuple[object, ...]:
    """Set the settings and give those of before, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FORMER_AND_SET, _texts(values))
        return tuple(cursor.fetchone()[: len(SETTINGS)])


def _set(values: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SET}", _texts(values))


def _texts(values: tuple[object, ...]) -> list[str]:
    return ["" if value is None else str(value) for value in values]
