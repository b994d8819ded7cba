"""What must hold whatever the files hold: one list per row, no order matters, a second run says the same."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.matching.compare import run_compare
from jubao.matching.run import CompareRequest
from tests.support.comparing import person, record, write_csv

LISTS = ("eligible", "lost", "to_verify", "not_subject")
DAYS = ("", "2022-01-01", "2023-05-31", "2023-06-01", "2024-05-31", "2024-06-01", "1940-01-01")
ROSTER = st.lists(
    st.builds(
        lambda who, state, start, certified, other: {
            **person(who, payment_state=state, benefit_start_month=start, last_certified_on=certified),
            **({"name": "另一人"} if other else {}),
        },
        st.integers(0, 5), st.sampled_from(["正常", "暂停", ""]), st.sampled_from(["", "2020-01", "2024-03"]),
        st.sampled_from(DAYS), st.booleans(),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
RECORDS = st.lists(
    st.builds(
        lambda who, day, other, loose: {
            **record(who, event_on=day, birth_date="1950-03-02"), **({"name": "别人"} if other else {}),
            **({"id_number": ""} if loose else {}),
        },
        st.integers(0, 6), st.sampled_from(DAYS), st.booleans(), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip
FEEDS = st.dictionaries(st.sampled_from(["TRAIN", "WINDOW", "CREMATION", "COURT_DEATH"]), RECORDS, max_size=3)
COLUMNS = ("id_number", "name", "event_on", "birth_date")


def lists_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    return {
        n: duckdb.sql(f"SELECT * FROM read_parquet('{folder}/{n}.parquet')").fetchall()
        for n in (*LISTS, "evidence", "rejects")
    }


def write(
    folder: Path, roster: list[dict[str, str]], feeds: dict[str, list[dict[str, str]]]
) -> CompareRequest:
    files = tuple((code, write_csv(folder / f"{code}.csv", rows, COLUMNS)) for code, rows in feeds.items())
    return CompareRequest(
        region="500110", month="2024-05", roster=write_csv(folder / "roster.csv", roster), feeds=files, out=folder / "out",
        format="parquet", workbooks=False,
    )  # fmt: skip


@settings(max_examples=15)
@given(roster=ROSTER, feeds=FEEDS, order=st.randoms(use_true_random=False))
def test_one_list_per_row_and_no_order_of_feeds_matters(
    roster: list[dict[str, str]], feeds: dict[str, list[dict[str, str]]], order: object
) -> None:
    with tempfile.TemporaryDirectory() as name:
        request = write(Path(name), roster, feeds)
        summary = run_compare(request)
        first = lists_of(request.out)
        shuffled = list(request.feeds)
        order.shuffle(shuffled)  # type: ignore[attr-defined]
        again = run_compare(replace(request, feeds=tuple(shuffled)))
        second = lists_of(request.out)

    placed = sum(len(first[n]) for n in LISTS) + sum(row[0] == "roster.csv" for row in first["rejects"])
    assert placed == len(roster) == summary.roster_rows
    assert {n: sorted(rows, key=repr) for n, rows in first.items()} == {
        n: sorted(rows, key=repr) for n, rows in second.items()
    }
    assert summary.run_hash == again.run_hash
    decided = {row[0] for row in [*first["eligible"], *first["lost"]]}
    exact = {row[0] for row in first["evidence"] if row[7] == "exact" and row[9] == "used"}
    assert decided <= exact
