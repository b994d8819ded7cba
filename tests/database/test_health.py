"""`/healthz` and `/readyz`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from jubao.database.setup import django_connection
from jubao.site.health import readiness
from tests.support.database import OwnDatabase


def test_alive_asks_nothing(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_names_database_clock_worker_and_log_head(database: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    state = answer.json()
    assert state["ready"] is True
    assert set(state) == {"ready", "database", "clock", "worker", "log_head"}
    assert state["worker"] == {"ok": False, "last_heartbeat": None}  # reported, and the pages stay


def test_a_worker_that_beats_is_seen_and_one_that_stopped_is_not(database: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert readiness(datetime.now(UTC))["worker"]["ok"] is True
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    assert readiness(datetime.now(UTC))["worker"]["ok"] is False


@pytest.mark.parametrize(("minutes", "is_ready"), [(0, True), (10, False)])
def test_clocks_apart_are_not_ready(database: None, minutes: int, is_ready: bool) -> None:
    assert readiness(datetime.now(UTC) + timedelta(minutes=minutes))["ready"] is is_ready


def test_without_its_database_the_site_says_so(own_database: OwnDatabase, client: Client) -> None:
    with django_connection(own_database.url().replace(own_database.name, "nowhere")):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"]["ok"] is False
