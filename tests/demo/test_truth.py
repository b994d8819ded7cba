"""The truth agrees with itself: with the rows of the feeds, person by person, read back from the files."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from jubao.demo.districts import DISTRICTS, NANAO, QIJIANG, SONGSHAN, XUNWU, District
from jubao.demo.order import Order, carry_out
from jubao.demo.people import days_since_epoch
from jubao.demo.truth import birthday_65, window
from jubao.kernel.month import Month

MONTH = Month.parse("2026-10")


@pytest.mark.parametrize(
    ("district", "first", "last"),
    [
        (QIJIANG, date(2025, 11, 1), date(2026, 10, 31)),
        (NANAO, date(2025, 11, 1), date(2026, 10, 31)),
        (SONGSHAN, date(2026, 1, 1), date(2026, 10, 31)),
        (XUNWU, date(2026, 1, 1), date(2026, 6, 30)),
    ],
    ids=lambda each: getattr(each, "code", str(each)),
)
def test_windows_of_the_four_districts(district: District, first: date, last: date) -> None:
    assert window(district, MONTH) == (days_since_epoch(first), days_since_epoch(last))


def test_rolling_window_at_the_end_of_february() -> None:
    assert window(QIJIANG, Month.parse("2024-02"))[0] == days_since_epoch(date(2023, 3, 1))
    assert window(QIJIANG, Month.parse("2025-02"))[0] == days_since_epoch(date(2024, 2, 29))


def test_sixty_fifth_birthday_of_the_leap_day() -> None:
    births = np.array([days_since_epoch(date(1960, 2, 29)), days_since_epoch(date(1961, 10, 31))])

    assert birthday_65(births).tolist() == [
        days_since_epoch(date(2025, 2, 28)),
        days_since_epoch(date(2026, 10, 31)),
    ]


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda each: each.code)
def test_flags_of_the_roster_follow_from_the_rows_of_the_feeds(tmp_path: Path, district: District) -> None:
    carry_out(
        Order(
            tmp_path, people=5000, seed=11, month=MONTH, regions=(district.code,), kinds=("roster", "feeds")
        )
    )
    folder = tmp_path / district.code / "truth"
    seen: dict[str, set[int]] = defaultdict(set)
    for plan in district.feeds:
        for row in pq.read_table(folder / f"{plan.source}.parquet").to_pylist():
            if row["counts"]:
                seen[f"{'life' if plan.is_life else 'loss'} {row['link']}"].add(row["person"])

    first, last = window(district, MONTH)
    certified = {
        truth["person"]
        for truth, row in zip(
            pq.read_table(folder / "roster.parquet").to_pylist(),
            pq.read_table(tmp_path / district.code / "roster.parquet").to_pylist(),
            strict=True,
        )
        if row["last_certified_on"] and first <= days_since_epoch(row["last_certified_on"]) <= last
    }
    for truth in pq.read_table(folder / "roster.parquet").to_pylist():
        person = truth["person"]
        assert truth["has_exact_life"] == (person in seen["life exact"] or person in certified)
        assert truth["has_exact_loss"] == (person in seen["loss exact"])
        assert truth["has_weak_loss"] == (person in seen["loss NAME_MISMATCH"] | seen["loss NAME_MISSING"])
        if truth["expected_list"] == "lost":
            assert truth["has_exact_loss"] and not truth["has_exact_life"]
        if truth["expected_list"] == "eligible":
            assert truth["has_exact_life"] and not truth["has_exact_loss"]


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda each: each.code)
def test_every_list_and_kind_of_doubt_occurs(tmp_path: Path, district: District) -> None:
    carry_out(
        Order(tmp_path, people=60_000, seed=11, month=MONTH, regions=(district.code,), kinds=("roster",))
    )
    truth = pq.read_table(tmp_path / district.code / "truth" / "roster.parquet")

    assert set(truth["expected_list"].unique().to_pylist()) == {
        "eligible",
        "lost",
        "to_verify",
        "not_subject",
        "rejects",
    }
    headlines = set(truth["headline"].unique().to_pylist())
    assert {
        "CONFLICT",
        "NO_EVIDENCE",
        "DUPLICATE_NUMBER",
        "DUPLICATE_ROW",
        "INVALID_NUMBER",
        "NOT_YET_DUE",
    } <= headlines


def test_roster_rows_and_truth_rows_are_the_same_people(tmp_path: Path) -> None:
    carry_out(Order(tmp_path, people=3000, seed=5, month=MONTH, regions=("500110",), kinds=("roster",)))
    roster = pq.read_table(tmp_path / "500110" / "roster.parquet")["id_number"].to_pylist()
    truth = pq.read_table(tmp_path / "500110" / "truth" / "roster.parquet")

    same = [a == b for a, b in zip(roster, truth["id_number"].to_pylist(), strict=True)]
    assert len(same) == len(roster) >= 3000
    assert sum(same) > 0.9 * len(same)
