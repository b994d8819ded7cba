"""The engines of the parity gate: DuckDB always, PostgreSQL, Spark with its mark."""

from __future__ import annotations

from typing import Any

import pytest

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
def postgres(plain_server: Any) -> PostgreSQL:
    return PostgreSQL(plain_server)


@pytest.fixture(scope="session")
def spark(spark_session: Any) -> Spark:
    return Spark(spark_session)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        found: Engine = request.getfixturevalue("duckdb_engine")
        return found
    return request.getfixturevalue(request.param)
