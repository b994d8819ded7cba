"""`--engine spark` writes the bytes that DuckDB writes: lists, evidence, rejects, feeds, whatever the files hold."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jubao.demo.districts import DISTRICTS, District
from jubao.demo.order import Order, carry_out
from jubao.kernel.month import Month
from jubao.matching.compare import run_compare
from jubao.matching.run import CompareRequest
from tests.spark.corner_files import COUNTIES, corner_request

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark_session")]
MONTH = Month.parse("2026-10")
FILES = {"eligible", "lost", "to_verify", "not_subject", "evidence", "rejects", "feeds"}


def written(request: CompareRequest, engine: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a run by name, and its summary without what may differ."""
    out = request.out.with_name(f"{request.out.name}-{engine}")
    run_compare(replace(request, engine=engine, out=out))
    files = {path.stem: path.read_bytes() for path in out.glob("*.csv")}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary.pop("engine") == engine and summary.pop("seconds") > 0
    return files, summary


def assert_equal(request: CompareRequest) -> dict[str, bytes]:
    """Both engines give the same bytes; answers them."""
    expected, expected_summary = written(request, "duckdb")
    found, summary = written(request, "spark")
    assert set(expected) == FILES
    assert [name for name in expected if found.get(name) != expected[name]] == []
    assert summary == expected_summary
    return expected


@pytest.mark.parametrize("region", COUNTIES)
def test_corner_files_give_equal_lists(tmp_path: Path, region: str) -> None:
    files = assert_equal(corner_request(tmp_path / region, region, "2024-05"))

    # The corners are worth something: every list and several reasons for rejecting a cell are reached.
    assert all(files[name].count(b"\n") > 1 for name in FILES)
    rules = {row.split(",")[4] for row in files["rejects"].decode("utf-8-sig").splitlines()[1:]}
    assert {"ID_CHECKSUM", "DUPLICATE_ROW", "DATE_UNREADABLE"} <= rules


@pytest.mark.parametrize("place", DISTRICTS, ids=lambda each: each.code)
def test_twenty_thousand_people_give_equal_lists(tmp_path: Path, place: District) -> None:
    kinds = ("roster", "feeds")
    carry_out(
        Order(tmp_path / "data", people=20_000, seed=7, month=MONTH, regions=(place.code,), kinds=kinds)
    )
    data = tmp_path / "data" / place.code
    feeds = tuple((plan.source, data / "feeds" / f"{plan.source}.parquet") for plan in place.feeds)

    assert_equal(
        CompareRequest(
            place.code, str(MONTH), data / "roster.parquet", feeds, tmp_path / "out", workbooks=False
        )
    )


def shuffled(path: Path) -> None:
    """Put the rows of a CSV into another order."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    random.Random(path.name).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def test_lists_do_not_depend_on_the_order_of_feeds_and_their_rows(tmp_path: Path) -> None:
    """F26: what arrives in another order ends on the same lists, on Spark as on DuckDB."""
    request = corner_request(tmp_path / "files", "150404", "2024-05")
    before, _summary = written(request, "duckdb")
    for _code, path in request.feeds:
        shuffled(path)

    after, _summary = written(replace(request, feeds=request.feeds[::-1]), "spark")

    for name in ("eligible", "lost", "to_verify", "not_subject"):
        assert after[name] == before[name], name
    assert sorted(_without_row(before["evidence"])) == sorted(_without_row(after["evidence"]))


def _without_row(evidence: bytes) -> list[tuple[str, ...]]:
    rows = csv.DictReader(evidence.decode("utf-8-sig").splitlines())
    return [tuple(value for name, value in row.items() if name != "row") for row in rows]
