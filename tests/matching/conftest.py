"""Engines beside DuckDB for the tests of cleaning: PostgreSQL where it is installed, Spark with its mark."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.embedded_postgres import EmbeddedPostgres, programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    if programs() is None:
        pytest.skip("embedded-postgres is not installed")
    folder = Path(
        tempfile.mkdtemp(prefix="jubao-pg-")
    )  # not tmp_path: its parents are closed to other accounts
    try:
        with EmbeddedPostgres(folder) as cluster, psycopg.connect(cluster.dsn, autocommit=True) as connection:
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark(spark_session: Any) -> Any:
    return spark_session
