"""What a member paid in, year by year, and what the account holds at sixty: tiers, subsidies and interest of the pack.

>>> from jubao.demo.districts import QIJIANG
>>> tiers_of(QIJIANG, Month.parse("2023-01"))[0]
(20000, 4000)
"""

from functools import cache

import numpy as np
import pyarrow as pa

from jubao.demo.counter import Integers, draw, field, threshold
from jubao.demo.districts import District
from jubao.kernel.month import Month
from jubao.policy import load_pack

FIRST_YEAR = 2010
_STREAM_HISTORY = 610
_UNPUBLISHED_TIERS = ((10000, 3000), (20000, 4000), (30000, 5000), (50000, 6000))
_USUAL_RATE_PPM = 15_000


@cache
def tiers_of(place: District, month: Month) -> tuple[tuple[int, int], ...]:
    """Tiers and their subsidies in fen, lowest first; a made-up table where the pack knows none for that month."""
    found = load_pack(place.code).find_parameter("subsidy_by_tier", month)
    table = getattr(found, "value", None)
    return (
        tuple(sorted((int(tier), int(subsidy)) for tier, subsidy in table.items()))
        if table
        else _UNPUBLISHED_TIERS
    )


@cache
def rate_of(place: District, year: int) -> int:
    """Yearly interest in parts per million: published, else the reference of the central bank, else a usual one."""
    pack, month = load_pack(place.code), Month.parse(f"{year}-06")
    for name in ("account_interest_rate_ppm", "account_interest_reference_ppm"):
        value = getattr(pack.find_parameter(name, month), "value", None)
        if value is not None:
            return int(value)
    return _USUAL_RATE_PPM


def years_text(months: Integers) -> pa.Array:
    """Months as clerks write them: 17年3个月, or 17 without a rest."""
    most = int(months.max()) if len(months) else 0
    words = [f"{m // 12}年{m % 12}个月" if m % 12 else str(m // 12) for m in range(most + 1)]
    return pa.DictionaryArray.from_arrays(pa.array(months.astype(np.int16)), pa.array(words))


class Accounts:
    """The accounts of some persons up to a month. Shape: one entry per person; money in fen."""

    def __init__(
        self, place: District, seed: int, persons: Integers, birth_day: Integers, *, until: Month
    ) -> None:
        birth = birth_day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        sixty = birth + 60 * 12
        words = draw(seed, _STREAM_HISTORY, persons)
        last_year = np.minimum(1970 + sixty // 12, until.year)
        level = field(words, 0).astype(np.int64)
        gaps = draw(seed, _STREAM_HISTORY + 1, persons)
        balance, paid_years = np.zeros((2, len(persons)), np.int64)
        for year in range(FIRST_YEAR, until.year):
            paid_in = np.array([sum(each) for each in tiers_of(place, Month.parse(f"{year}-06"))])
            # The lower tiers are by far the most chosen: squaring the level twice pushes it down.
            choice = paid_in[(level * level >> 16) * (level * level >> 16) * len(paid_in) >> 32]
            has_gap = (gaps >> np.uint64(4 * (year % 16)) & np.uint64(15)).astype(np.int64) == 7
            pays = (year < last_year) & ~has_gap
            rate = rate_of(place, year)
            balance += (balance * rate * 2 + 1_000_000) // 2_000_000
            balance += np.where(pays, choice + (choice * rate * 6 + 6_000_000) // 12_000_000, 0)
            paid_years += pays
        self.has_gap = paid_years < np.maximum(last_year - FIRST_YEAR, 0)
        makes_up = (
            (field(words, 1) < threshold(500_000))
            & (paid_years < 15)
            & (paid_years > 2)
            & (last_year < until.year)
        )
        missing = np.where(makes_up, 15 - paid_years, 0)
        extra_months = np.where(
            (field(words, 2) < threshold(100_000)) & (paid_years > 0), field(words, 3) % 12, 0
        )
        self.make_up_months: Integers = missing * 12
        self.contribution_months: Integers = (paid_years + missing) * 12 + extra_months
        self.balance_at_sixty_fen: Integers = balance + missing * 50000
