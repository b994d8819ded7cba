"""What each made-up person had paid in before the take-over, by part of the account, and what they paid year by year since.

A member pays one tier a year from the scheme's start, or the 16th birthday, to the year of the 60th, with gaps; the
lower tiers are by far the most chosen. Tiers and subsidies are those of the pack.

    >>> from jubao.demo.districts import QIJIANG
    >>> one = Former(QIJIANG, 7, np.arange(1), np.array([-1000]), until_year=2024)
    >>> int(one.months[0]) % 12, bool(one.own_fen[0] > one.subsidy_fen[0] > 0)
    (0, True)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jubao.demo.counter import Integers, draw, field, threshold
from jubao.demo.districts import District
from jubao.demo.histories import FIRST_YEAR, rate_of, tiers_of
from jubao.kernel.month import Month

STREAM_SYSTEM = 700
MILLION = 1_000_000
YOUNGEST_PAYER = 16
OLDEST_PAYER = 60


class Payer:
    """Who pays in which year at which tier. Shape: one entry per person."""

    def __init__(self, place: District, seed: int, persons: Integers, birth_day: Integers) -> None:
        self.place = place
        born: Integers = 1970 + birth_day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
        self.first_year, self.last_year = born + YOUNGEST_PAYER + 1, born + OLDEST_PAYER
        words = draw(seed, STREAM_SYSTEM, persons)
        self.level = field(words, 0).astype(np.int64)
        self.gaps = draw(seed, STREAM_SYSTEM + 1, persons)

    def is_paying(self, year: int) -> NDArray[np.bool_]:
        """Whether each person pays for that year."""
        has_gap = (self.gaps >> np.uint64(4 * (year % 16)) & np.uint64(15)).astype(np.int64) == 7
        result: NDArray[np.bool_] = (year >= self.first_year) & (year < self.last_year) & ~has_gap
        return result

    def tier(self, year: int) -> tuple[Integers, Integers]:
        """Tier and subsidy of that year in fen."""
        table = np.array(tiers_of(self.place, Month.parse(f"{year}-06")), dtype=np.int64)
        squared = self.level * self.level >> 16
        choice = squared * squared * len(table) >> 32
        return table[choice, 0], table[choice, 1]


class Former:
    """The account at the take-over: own payments, subsidies, interest in fen, and the months certified."""

    def __init__(
        self, place: District, seed: int, persons: Integers, birth_day: Integers, *, until_year: int
    ) -> None:
        payer = Payer(place, seed, persons, birth_day)
        self.own_fen, self.subsidy_fen, self.interest_fen, self.months = np.zeros((4, len(persons)), np.int64)
        for year in range(FIRST_YEAR, until_year):
            pays, (tier, subsidy), rate = payer.is_paying(year), payer.tier(year), rate_of(place, year)
            earning = (year < payer.last_year) & (year >= payer.first_year)
            total = self.own_fen + self.subsidy_fen + self.interest_fen
            paid_in = np.where(pays, tier + subsidy, 0)
            self.interest_fen += np.where(earning, (total * 2 + paid_in) * rate // (2 * MILLION), 0)
            self.own_fen += np.where(pays, tier, 0)
            self.subsidy_fen += np.where(pays, subsidy, 0)
            self.months += pays * 12
        last = np.minimum(payer.last_year, until_year)
        first = np.maximum(payer.first_year, FIRST_YEAR)
        self.has_gap = self.months < np.maximum(last - first, 0) * 12
        words = draw(seed, STREAM_SYSTEM + 2, persons)
        makes_up = (payer.last_year < until_year) & (self.months < 180) & (self.months > 24)
        makes_up &= field(words, 0) < threshold(500_000)
        self.make_up_months = np.where(makes_up, 180 - self.months, 0)
        self.own_fen += self.make_up_months // 12 * 50_000
        self.months += self.make_up_months

    @property
    def balance_fen(self) -> Integers:
        """The whole account."""
        return self.own_fen + self.subsidy_fen + self.interest_fen

    def draw_down(self, fen: Integers) -> None:
        """Take pensions already drawn out of the parts, in the order in which a pension draws on them."""
        left = np.minimum(fen, self.balance_fen)
        for part in (self.own_fen, self.subsidy_fen, self.interest_fen):
            taken = np.minimum(part, left)
            part -= taken
            left = left - taken
