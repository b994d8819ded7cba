"""Engines beside DuckDB for the tests of cleaning: PostgreSQL, Spark with its mark."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def postgres(plain_server: Any) -> Any:
    return plain_server


@pytest.fixture(scope="session")
def spark(spark_session: Any) -> Any:
    return spark_session
