"""A clock that jumped stops month work before it can stop or pay anybody (F40 to F42)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from jubao.jobs.clock import refuse_strange_day
from jubao.kernel.errors import CheckFailed

pytestmark = pytest.mark.usefixtures("database")


def database_day() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()::date")
        found: date = cursor.fetchone()[0]
    return found


def seal_on(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO oversight_audithead (from_sequence, until_sequence, event_count, head, sealed_at)"
            " VALUES (1, 1, 1, '\\x00', %s)",
            [day],
        )


def refusal(today: date, confirmed_by: str = "") -> str:
    with pytest.raises(CheckFailed) as refused:
        refuse_strange_day(today, confirmed_by=confirmed_by)
    return refused.value.code


def test_a_day_before_the_last_seal_is_refused_even_if_confirmed() -> None:
    today = database_day()
    seal_on(today)

    assert refusal(today - timedelta(days=1)) == "CLOCK_BEHIND"
    assert refusal(today - timedelta(days=1), confirmed_by="李静") == "CLOCK_BEHIND"


@pytest.mark.parametrize(("days", "is_refused"), [(6, False), (7, False), (8, True)])
def test_a_week_after_the_last_seal_is_the_limit(days: int, is_refused: bool) -> None:
    today = database_day()
    seal_on(today - timedelta(days=days))

    if is_refused:
        assert refusal(today) == "CLOCK_AHEAD"
        refuse_strange_day(today, confirmed_by="李静")
    else:
        refuse_strange_day(today)


def test_the_time_of_the_database_rules() -> None:
    today = database_day()

    assert refusal(today + timedelta(days=31)) == "CLOCKS_DIFFER"
    refuse_strange_day(today)
