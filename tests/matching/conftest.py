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
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
    }
    builder: Any = sql.SparkSession.builder.master("local[1]").appName("jubao-cleaning")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
