"""While the database is away, pages say so with 503 and when to try again; when it is back, the same process serves on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from jubao.database.setup import django_connection
from tests.support.database import OwnDatabase


@pytest.fixture
def visitor() -> Client:
    """A browser that gets the page instead of the exception, with a session to be looked up."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    return client


def test_a_database_that_is_away_gives_503_and_then_service_goes_on(
    own_database: OwnDatabase, visitor: Client
) -> None:
    with django_connection(own_database.url().replace(own_database.name, "nowhere")):
        answer = visitor.get("/workbench/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "暂时无法访问" in answer.content.decode()
    assert visitor.get("/workbench/").status_code in (200, 302)


def test_an_api_client_gets_json(own_database: OwnDatabase, visitor: Client) -> None:
    from django.test import RequestFactory

    from jubao.site.errors import server_error

    try:
        raise ValueError("x")
    except ValueError:
        answer = server_error(RequestFactory().post("/api/v1/anything"))
    assert answer.status_code == 500
    assert b"PROGRAM_ERROR" in answer.content


def test_a_connection_cut_while_idle_is_opened_again(own_database: OwnDatabase, visitor: Client) -> None:
    assert visitor.get("/readyz").status_code == 200
    with own_database.connect("postgres") as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [own_database.name],
        )
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    connection.health_check_enabled = True
    connection.close_if_unusable_or_obsolete()
    assert visitor.get("/readyz").status_code == 200
