"""What refuses to start: settings that lose acknowledged work, clocks apart, a role that gets past row security."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from jubao.database.embedded import Cluster
from jubao.database.safety import refuse_unsafe_server, unsafe_settings
from jubao.kernel.errors import CheckFailed
from tests.support.database import OwnDatabase


def test_a_server_that_waits_for_no_disk_is_refused_with_setting_and_remedy(test_cluster: Cluster) -> None:
    with (
        psycopg.connect(test_cluster.dsn()) as connection,
        pytest.raises(CheckFailed) as refused,
    ):
        refuse_unsafe_server(connection.cursor(), now=datetime.now(UTC), role_matters=False)
    assert refused.value.code == "UNSAFE_SETTING"
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert f"{setting} = off" in refused.value.message
    assert "postgresql.conf" in refused.value.message


def test_a_server_without_checksums_is_refused() -> None:
    class WithoutChecksums:
        """Answers every question about a setting as such a server does."""

        def execute(self, query: str) -> None:
            self.is_on = "data_checksums" not in query

        def fetchone(self) -> tuple[str]:
            return ("on" if self.is_on else "off",)

    (finding,) = unsafe_settings(WithoutChecksums())
    assert "data_checksums" in finding.message
    assert "pg_checksums" in finding.remedy


@pytest.mark.parametrize(("minutes", "is_refused"), [(4, False), (-4, False), (6, True), (-6, True)])
def test_clocks_more_than_five_minutes_apart_are_refused(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, minutes: int, is_refused: bool
) -> None:
    monkeypatch.setenv("JUBAO_DATABASE_FOR_TESTS", "1")
    with own_database.connect() as connection:
        now = datetime.now(UTC) + timedelta(minutes=minutes)
        if not is_refused:
            refuse_unsafe_server(connection.cursor(), now=now)
            return
        with pytest.raises(CheckFailed) as refused:
            refuse_unsafe_server(connection.cursor(), now=now)
        assert refused.value.code == "CLOCKS_DIFFER"


@pytest.mark.parametrize("role", ["jubao_owner", "postgres"])
def test_the_site_does_not_work_as_owner_or_superuser(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("JUBAO_DATABASE_FOR_TESTS", "1")
    with own_database.connect(role) as connection, pytest.raises(CheckFailed) as refused:
        refuse_unsafe_server(connection.cursor(), now=datetime.now(UTC))
    assert refused.value.code == "ROLE_TOO_MIGHTY"
