"""The numbers of the packs: what the sources give is there, what they do not give is a gap, and nothing is stale.

Worked example: Chongqing's base pension is 135.00 in 2023-09 (the screenshot of the manual) and 165.00 until 2025-07, the last
month in which a dated page calls it current; from 2025-08 it is a declared gap.
"""

from __future__ import annotations

import pytest

from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.policy import Gap, ParameterValue, load_pack

REGIONS = ["500000", "500110", "440000", "440523", "150000", "150400", "150404", "360000", "360734"]

BASE_PENSIONS = [
    ("500110", "2014-06", 8000),
    ("500110", "2014-07", 9500),
    ("500110", "2023-06", 12500),
    ("500110", "2023-09", 13500),
    ("500110", "2025-07", 16500),
    ("440523", "2022-06", 18000),
    ("440523", "2022-07", 19000),
    ("440523", "2025-06", 22000),
    ("150404", "2017-12", 11000),
    ("150404", "2022-12", 13300),
    ("150404", "2025-06", 19700),
    ("360734", "2009-09", 5500),
    ("360734", "2018-10", 10500),
    ("360734", "2022-01", 12300),
    ("360734", "2025-06", 15300),
]

BASE_PENSION_GAPS = [
    ("500110", "2025-08"),
    ("440523", "2018-06"),
    ("440523", "2025-07"),
    ("150404", "2016-12"),
    ("150404", "2023-01"),
    ("150404", "2023-12"),
    ("150404", "2025-07"),
    ("360734", "2020-07"),
    ("360734", "2021-12"),
    ("360734", "2025-07"),
]


@pytest.mark.parametrize(("region", "month", "fen"), BASE_PENSIONS)
def test_base_pension_of_a_month(region: str, month: str, fen: int) -> None:
    assert load_pack(region).parameter("base_pension_fen", Month.parse(month)).value == fen


@pytest.mark.parametrize(("region", "month"), BASE_PENSION_GAPS)
def test_an_unknown_base_pension_is_a_declared_gap(region: str, month: str) -> None:
    pack = load_pack(region)

    found = pack.find_parameter("base_pension_fen", Month.parse(month))

    assert isinstance(found, Gap) and found.declared
    with pytest.raises(NotCovered, match="base_pension_fen"):
        pack.parameter("base_pension_fen", Month.parse(month))


@pytest.mark.parametrize("region", REGIONS)
def test_no_base_pension_is_open_or_below_the_national_minimum(region: str) -> None:
    pack = load_pack(region)
    month, last = Month.parse("2009-12"), Month.parse("2026-12")
    while month <= last:
        base = pack.find_parameter("base_pension_fen", month)
        floor = pack.parameter("base_pension_minimum_fen", month)
        if isinstance(base, ParameterValue):
            assert base.value >= floor.value, (region, month)
            assert base.until_month is not None, (region, month)
        month = month + 1


@pytest.mark.parametrize(
    ("region", "name", "month"),
    [
        ("500000", "subsidy_by_tier", "2014-01"),
        ("500000", "subsidy_by_tier", "2019-12"),
        ("500000", "funeral_grant_fixed_fen", "2024-05"),
        ("500000", "funeral_grant_months", "2024-05"),
        ("150404", "funeral_grant_fixed_fen", "2024-05"),
        ("360000", "subsidy_by_tier", "2022-06"),
        ("360000", "years_pension_rate_fen", "2024-05"),
        ("440523", "funeral_grant_fixed_fen", "2024-05"),
        ("500110", "account_interest_rate_ppm", "2023-01"),
        ("440523", "account_interest_rate_ppm", "2024-12"),
        ("360734", "account_interest_rate_ppm", "2023-01"),
        ("150404", "account_interest_rate_ppm", "2020-05"),
        ("440523", "claim_free_window_months", "2024-05"),
        ("500110", "claim_free_window_months", "2023-12"),
    ],
)
def test_known_gaps_stay_gaps(region: str, name: str, month: str) -> None:
    found = load_pack(region).find_parameter(name, Month.parse(month))

    assert isinstance(found, Gap) and found.declared and found.why


def test_published_account_rates() -> None:
    assert load_pack("寻乌").parameter("account_interest_rate_ppm", Month.parse("2022-06")).value == 30700
    assert load_pack("南澳").parameter("account_interest_rate_ppm", Month.parse("2025-06")).value == 24900


def test_chongqing_supplements() -> None:
    pack, month = load_pack("綦江"), Month.parse("2025-03")

    assert pack.parameter("age_supplement_steps", month).value == [[65, 500], [70, 500]]
    assert pack.parameter("age_supplement_starts_month_after", month).value == 0
    assert pack.parameter("age_supplement_excludes_age70_by", month).value == Month.parse("2019-12").index
    assert pack.parameter("only_child_supplement_fen", month).value == 1000
    assert pack.parameter("years_pension_counts_made_up_years", month).value == 0


@pytest.mark.parametrize("region", ["440523", "150404", "360734"])
def test_nobody_elsewhere_keeps_an_older_age_supplement(region: str) -> None:
    assert load_pack(region).parameter("age_supplement_excludes_age70_by", Month.parse("2025-03")).value == 0


def test_a_text_of_the_third_counts_for_its_month() -> None:
    pack = load_pack("綦江")

    assert pack.parameter("claim_free_window_months", Month.parse("2024-01")).value == 3


@pytest.mark.parametrize("region", REGIONS)
def test_tiers_are_the_keys_of_the_subsidies(region: str) -> None:
    pack = load_pack(region)
    for month in pack.parameter_bounds(["subsidy_by_tier"]):
        subsidies = pack.find_parameter("subsidy_by_tier", month)
        if isinstance(subsidies, ParameterValue):
            assert sorted(subsidies.value) == pack.parameter("contribution_tiers_fen", month).value
