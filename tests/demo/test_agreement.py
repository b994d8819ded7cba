"""The engine and the truth, two formulations of one contract, agree on every person of the four districts."""

from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from jubao.demo.districts import DISTRICTS, District
from jubao.demo.order import Order, carry_out
from jubao.kernel.month import Month
from jubao.matching.compare import run_compare
from jubao.matching.run import CompareRequest

MONTH = Month.parse("2026-10")
LISTS = ("eligible", "lost", "to_verify", "not_subject")


def written(out: Path, name: str) -> list[dict[str, str]]:
    """A list as text cells, whatever the types of the file."""
    table = duckdb.sql(
        f"SELECT * FROM read_csv('{out / name}.csv', all_varchar = true, header = true)"
    ).to_arrow_table()
    rows: list[dict[str, str]] = table.to_pylist()
    return rows


@pytest.fixture(
    scope="module",
    params=[(place, way) for place in DISTRICTS for way in ("parquet", "as departments send it")],
    ids=lambda each: f"{each[0].code}, {each[1]}",
)
def compared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[District, Path, Path]:
    """A district and the folder of its comparison: 20,000 people in Parquet, or 3,000 in messy spreadsheets."""
    place, way = request.param
    is_messy = way != "parquet"
    folder = tmp_path_factory.mktemp(place.code)
    carry_out(
        Order(
            folder / "data",
            people=3_000 if is_messy else 20_000,
            seed=7,
            month=MONTH,
            regions=(place.code,),
            kinds=("roster", "feeds"),
            dirty_files=is_messy,
        )
    )
    data = folder / "data" / place.code
    paths = [data / "feeds" / f"{plan.source}.parquet" for plan in place.feeds]
    if is_messy:
        paths = [next((data / "dirty").glob(f"{plan.source}.*")) for plan in place.feeds]
    run_compare(
        CompareRequest(
            region=place.code,
            month=str(MONTH),
            roster=data / "dirty" / "roster.xlsx" if is_messy else data / "roster.parquet",
            feeds=tuple((path.stem, path) for path in paths),
            out=folder / "out",
            workbooks=False,
        ),
        lambda *_: None,
    )
    return place, data, folder / "out"


def test_every_person_is_on_the_list_of_the_truth(compared: tuple[District, Path, Path]) -> None:
    _, data, out = compared
    truth = pq.read_table(data / "truth" / "roster.parquet").to_pylist()
    expected = Counter(
        (row["id_number"], row["expected_list"]) for row in truth if row["expected_list"] != "rejects"
    )
    found = {(row["id_number"], name): row for name in LISTS for row in written(out, name)}
    counted = Counter((row["id_number"], name) for name in LISTS for row in written(out, name))

    # A loss by a row without a usable number may only add doubt: on to_verify, with the reason named.
    moved = {number for number, name in (counted - expected) if name == "to_verify"}
    fuzzy = {number for number in moved if "FUZZY_LINK" in found[number, "to_verify"]["reasons"]}

    assert {key for key in (counted - expected) if key[0] not in fuzzy} == set()
    assert {key for key in (expected - counted) if key[0] not in fuzzy} == set()
    assert len(fuzzy) <= 3


def test_doubts_have_the_headline_of_the_truth(compared: tuple[District, Path, Path]) -> None:
    _, data, out = compared
    truth = {
        row["id_number"]: row
        for row in pq.read_table(data / "truth" / "roster.parquet").to_pylist()
        if row["expected_list"] == "to_verify"
    }

    for row in written(out, "to_verify"):
        if "FUZZY_LINK" not in row["reasons"]:
            assert row["headline_reason"] == truth[row["id_number"]]["headline"], row["id_number"]


def test_rejected_roster_rows_are_those_of_the_truth(compared: tuple[District, Path, Path]) -> None:
    _, data, out = compared
    truth = pq.read_table(data / "truth" / "roster.parquet")["headline"].to_pylist()
    rejects = [row["rule"] for row in written(out, "rejects") if row["file"].startswith("roster")]

    assert rejects.count("DUPLICATE_ROW") == truth.count("DUPLICATE_ROW")
    assert len(rejects) == truth.count("DUPLICATE_ROW") + truth.count("INVALID_NUMBER")


@pytest.mark.requirement("GD-11-08")
def test_every_roster_row_ends_in_exactly_one_place(compared: tuple[District, Path, Path]) -> None:
    _, data, out = compared
    rows = sum(len(written(out, name)) for name in LISTS)
    rows += sum(row["file"].startswith("roster") for row in written(out, "rejects"))

    assert rows == pq.ParquetFile(data / "roster.parquet").metadata.num_rows


def test_no_link_without_a_number_decides(compared: tuple[District, Path, Path]) -> None:
    _, _, out = compared

    for name in ("eligible", "lost"):
        assert not any("FUZZY" in row["headline_reason"] for row in written(out, name))
    fuzzy_used = [row for row in written(out, "evidence") if row["link"] == "fuzzy" and row["used"] == "used"]
    doubtful = {row["id_number"] for row in written(out, "to_verify")}
    assert {row["id_number"] for row in fuzzy_used} <= doubtful
