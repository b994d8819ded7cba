"""Windows of evidence, until when a certification counts and when a person is due, region by region."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Trial, person, record


def until(trial: Trial, who: int = 1) -> tuple[str, str, str]:
    kind, row = trial.run().row_of(who)
    return kind, row["certified_until"], row["due_on"]


@pytest.mark.requirement("CQ-09-4")
def test_rolling_counts_from_the_day_and_never_shortens(tmp_path: Path) -> None:
    first = (
        Trial(tmp_path / "a", "綦江", "2024-08")
        .roster([person(1)])
        .feed("TRAIN", [record(1, event_on="2024-08-01")])
    )
    later = Trial(tmp_path / "b", "綦江", "2024-08").roster([person(1, last_certified_on="2024-08-20")])
    later.feed("TRAIN", [record(1, event_on="2024-08-01")])

    assert until(first) == ("eligible", "2025-08-01", "2025-08-01")
    assert until(later) == ("eligible", "2025-08-20", "2025-08-20")


def test_the_rolling_window_opens_after_the_day_of_the_run_less_the_cycle(tmp_path: Path) -> None:
    days = ["2023-05-31", "2023-06-01", "2024-05-31"]
    rows = [record(i, event_on=day) for i, day in enumerate(days)]
    out = Trial(tmp_path, "500110", "2024-05").roster([person(i) for i in range(3)]).feed("TRAIN", rows).run()

    assert [out.list_of(i) for i in range(3)] == ["to_verify", "eligible", "eligible"]
    assert out.evidence_of(0)[0]["used"] == "ignored: outside the window"


def test_the_counter_counts_in_the_calendar_year_only(tmp_path: Path) -> None:
    rows = [record(1, event_on="2023-12-31"), record(2, event_on="2024-01-01")]
    out = Trial(tmp_path, "500110", "2024-05").roster([person(1), person(2)]).feed("WINDOW", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]


def test_evidence_after_the_day_of_the_run_is_ignored_and_deadlines_count_from_it(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "500110", "2024-03")
        .option("--as-of", "2024-03-15")
        .roster([person(i) for i in (1, 2, 3)])
    )
    out = (
        trial.feed("TRAIN", [record(1, event_on="2024-03-16"), record(2, event_on="2024-03-15")])
        .feed("CREMATION", [record(3, event_on="2024-03-16")])
        .run()
    )

    assert [out.list_of(i) for i in (1, 2, 3)] == ["to_verify", "eligible", "to_verify"]
    assert {out.evidence_of(i)[0]["used"] for i in (1, 3)} == {"ignored: after the run"}
    assert out.row_of(1)[1]["due_on"] == "2024-06-15"


def test_three_months_to_verify_in_chongqing(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "500110", "2024-03").roster([person(1)])

    assert until(trial) == ("to_verify", "", "2024-06-30")


@pytest.mark.requirement("GD-6-01")
def test_guangdong_counts_by_month(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "440523", "2023-06")
        .roster([person(1)])
        .feed("TRAVEL", [record(1, event_on="2023-06-12")])
    )

    assert until(trial) == ("eligible", "2024-06-30", "2024-06-30")


def test_the_guangdong_window_is_twelve_months_with_the_month_of_the_run(tmp_path: Path) -> None:
    rows = [record(1, event_on="2023-05-31"), record(2, event_on="2023-06-01")]
    out = Trial(tmp_path, "440523", "2024-05").roster([person(1), person(2)]).feed("TRAVEL", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]


def test_guangdong_clears_within_the_month(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "440523", "2024-05").option("--as-of", "2024-05-06").roster([person(1)])

    assert until(trial) == ("to_verify", "", "2024-05-31")


@pytest.mark.requirement("SS-26-2")
def test_songshan_counts_the_calendar_year(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "150404", "2024-12")
        .roster([person(1)])
        .feed("TEMPLATE", [record(1, event_on="2024-02-01")])
    )
    old = (
        Trial(tmp_path / "old", "150404", "2024-05")
        .roster([person(1)])
        .feed("TEMPLATE", [record(1, event_on="2023-12-31")])
    )

    assert until(trial) == ("eligible", "2024-12-31", "2024-12-31")
    assert until(old) == ("to_verify", "", "2024-06-30")


@pytest.mark.requirement("XW-2-2-3")
def test_xunwu_counts_its_window_and_is_due_in_the_next(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "360734", "2021-05")
        .roster([person(1)])
        .feed("SELF_FACE", [record(1, event_on="2021-03-01")])
    )

    assert until(trial) == ("eligible", "2022-06-30", "2022-06-30")


def test_after_its_end_the_xunwu_window_is_that_of_the_year(tmp_path: Path) -> None:
    rows = [
        record(1, event_on="2021-06-30"),
        record(2, event_on="2021-07-01"),
        record(3, event_on="2020-12-31"),
    ]
    out = (
        Trial(tmp_path, "360734", "2021-08")
        .roster([person(i) for i in (1, 2, 3)])
        .feed("SELF_FACE", rows)
        .run()
    )

    assert [out.list_of(i) for i in (1, 2, 3)] == ["eligible", "to_verify", "to_verify"]


@pytest.mark.requirement("XW-2-2-2")
def test_the_first_window_of_xunwu_was_april_to_june_2020(tmp_path: Path) -> None:
    rows = [record(1, event_on="2020-03-30"), record(2, event_on="2020-06-30")]
    out = Trial(tmp_path, "360734", "2020-06").roster([person(1), person(2)]).feed("SELF_FACE", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]
