"""The order in which the workers of the test run take its files (`tests.support.scheduling`)."""

from __future__ import annotations

from tests.support.scheduling import LONGEST_FIRST, ONE_BY_ONE, rank, unit_of
from tests.tidy.repository import ROOT


def test_every_name_in_the_order_is_there() -> None:
    assert [one for one in (*LONGEST_FIRST, ONE_BY_ONE) if not (ROOT / one).exists()] == []


def test_the_longest_come_first_and_crash_trials_one_by_one_at_the_end() -> None:
    trial = unit_of(f"{ONE_BY_ONE}::test_no_crash_point_loses_or_doubles_anything[run_send]")
    month = unit_of("tests/web/test_claim_free_month.py::test_x")
    units = ["tests/kernel/test_money.py", trial, "tests/web/test_ecard.py", month]

    assert trial.endswith("[run_send]") and month == "tests/web/test_claim_free_month.py"
    assert sorted(units, key=rank) == [month, "tests/web/test_ecard.py", "tests/kernel/test_money.py", trial]
