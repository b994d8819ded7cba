# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao compare`: what is written, in which formats, and how it ends, through the command line only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.blackbox import read, run, write
from tests.acceptance.comparing import PERSON, compare, life


def test_lists_hold_the_columns_of_the_contract(tmp_path: Path) -> None:
    found = compare(tmp_path, {"TRAIN": [life("2024-05-02")]})

    assert list(found.rows["eligible"][0]) == [
        "id_number", "name", "scheme", "register_place", "township", "village", "headline_reason", "reasons", "certified_until", "due_on",
    ]  # fmt: skip
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert {key: summary[key] for key in ("eligible", "lost", "to_verify", "not_subject", "rejects", "engine")} == {
        "eligible": 1, "lost": 0, "to_verify": 0, "not_subject": 0, "rejects": 0, "engine": "duckdb",
    }  # fmt: skip
    assert {"seconds", "pack_hash"} <= set(summary)


def test_exits(tmp_path: Path) -> None:
    roster = write(tmp_path / "roster.csv", [{"id_number": PERSON, "name": "张三"}])
    feed = write(tmp_path / "feed.csv", [life("2024-05-02")])
    base = ["compare", "--roster", roster, "-o", tmp_path / "out"]

    assert run(*base, "--region", "000001", "--month", "2024-05", "--feed", f"TRAIN={feed}").code == 2
    assert run(*base, "--region", "500110", "--month", "2024-05", "--feed", f"NO_SUCH={feed}").code == 2
    assert run(*base, "--region", "150404", "--month", "2019-05", "--feed", f"CREMATION={feed}").code == 4
    lacking = write(tmp_path / "lacking.csv", [{"name": "张三"}])
    done = run(
        "compare",
        "--region",
        "500110",
        "--month",
        "2024-05",
        "--roster",
        lacking,
        "--feed",
        f"TRAIN={feed}",
        "-o",
        tmp_path / "x",
    )
    assert done.code == 3 and "身份证号" in done.err and "--map" in done.err


def test_a_folder_with_other_files_is_refused_an_own_run_is_replaced(tmp_path: Path) -> None:
    compare(tmp_path, {"TRAIN": [life("2024-05-02")]})
    first = (tmp_path / "out" / "eligible.csv").read_bytes()
    assert compare(tmp_path, {"TRAIN": [life("2024-05-02")]}).list_of() == "eligible"
    assert (tmp_path / "out" / "eligible.csv").read_bytes() == first

    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "重要.txt").write_text("x")
    done = run(
        "compare",
        "--region",
        "500110",
        "--month",
        "2024-05",
        "--roster",
        tmp_path / "roster.csv",
        "--feed",
        f"TRAIN={tmp_path / 'TRAIN.csv'}",
        "-o",
        foreign,
    )

    assert done.code == 2 and (foreign / "重要.txt").exists() and len(list(foreign.iterdir())) == 1


def test_village_workbooks_and_changes_against_the_last_month(tmp_path: Path) -> None:
    compare(tmp_path, {"TRAIN": [life("2023-06-02")]})
    (tmp_path / "out").rename(tmp_path / "before")

    found = compare(
        tmp_path, {"TRAIN": [life("2023-06-02")]}, month="2024-06", options=["--against", tmp_path / "before"]
    )

    assert (tmp_path / "out" / "to_verify" / "甲镇" / "一村.xlsx").exists()
    (change,) = read(tmp_path / "out" / "changes.csv")
    assert PERSON in change.values() and "moved" in change.values()
    assert found.list_of() == "to_verify"


def test_explain_and_json_and_english_and_chinese_headers(tmp_path: Path) -> None:
    found = compare(
        tmp_path, {"TRAIN": [life("2024-05-02")]}, options=["--json", "--explain", "--id", PERSON]
    )

    assert '"eligible": 1' in found.done.out or '"eligible":1' in found.done.out
    done = run(
        "compare",
        "--region",
        "500110",
        "--month",
        "2024-05",
        "--roster",
        tmp_path / "roster.csv",
        "--feed",
        f"TRAIN={tmp_path / 'TRAIN.csv'}",
        "-o",
        tmp_path / "zh",
        "--headers",
        "zh",
    )
    assert done.code == 0, done.err
    assert "身份证号码" in read(tmp_path / "zh" / "eligible.csv")[0]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_other_formats(tmp_path: Path, form: str) -> None:
    compare(tmp_path, {"TRAIN": [life("2024-05-02")]})

    done = run(
        "compare",
        "--region",
        "500110",
        "--month",
        "2024-05",
        "--roster",
        tmp_path / "roster.csv",
        "--feed",
        f"TRAIN={tmp_path / 'TRAIN.csv'}",
        "-o",
        tmp_path / form,
        "--format",
        form,
    )

    assert done.code == 0, done.err
    assert (tmp_path / form / f"eligible.{form}").stat().st_size > 0
