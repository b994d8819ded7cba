"""Who the made-up people are: birth day, sex, number, name, village. Person k of a seed is always the same person.

Ages follow a table of how many recipients there are at each age; the number is unique because (birth day, sex, area,
sequence) comes from k through a chain of bijections, not from luck.

    >>> from jubao.demo.districts import QIJIANG
    >>> from jubao.kernel.month import Month
    >>> people = Population(QIJIANG, seed=7, month=Month.parse("2026-10"))
    >>> people.identity(np.arange(3)).birth_day.astype("datetime64[D]")[0] < np.datetime64("1966-10-01")
    True
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jubao.demo.counter import Integers, below, draw, field, mixed, threshold
from jubao.demo.districts import District
from jubao.demo.names import POOL_SIZE, NamePool, name_pool
from jubao.demo.numbers import PERMIT_AREA
from jubao.demo.rates import rate
from jubao.kernel.month import Month

EPOCH = np.datetime64("1970-01-01")
_SLOT_BITS = 18
_NUMBERS_EACH_AREA = 500
_SCRAMBLE = 30011  # prime to every count of numbers of one day, which is a multiple of 500

# Recipients by age at the end of the month: (age, men, women) in ten thousandths of all, straight lines between.
RECIPIENTS = (
    (60, 230, 250),
    (64, 250, 280),
    (69, 220, 260),
    (74, 150, 190),
    (79, 75, 105),
    (84, 35, 60),
    (90, 8, 18),
    (100, 1, 2),
)

STREAM_NAME, STREAM_PLACE = 1, 2
_PERMITS, _CARDS = rate("residence permit of Hong Kong or Taiwan kind"), rate("foreign card of the 2023 form")
_OTHER_PAPERS = (_PERMITS // 2, _PERMITS // 2, _CARDS)


def days_since_epoch(day: date) -> int:
    """A date as the number that Arrow and numpy store."""
    return int((np.datetime64(day) - EPOCH).astype(int))


@dataclass(frozen=True)
class Identity:
    """Columns that make up the number of each person. Shape: one entry per person."""

    birth_day: Integers
    is_male: NDArray[np.bool_]
    area: Integers
    sequence: Integers
    name: Integers


class Population:
    """The people of one district: a pure function of the seed and the number of the person."""

    def __init__(
        self,
        district: District,
        *,
        seed: int,
        month: Month,
        pyramid: Sequence[tuple[int, int, int]] = RECIPIENTS,
        areas: range = range(60),
    ) -> None:
        self.district, self.seed, self.month = district, seed, month
        self.areas = areas
        self.pool: NamePool = name_pool(district.dotted_name_ppm)
        self._build_slots(pyramid)

    def _build_slots(self, pyramid: Sequence[tuple[int, int, int]]) -> None:
        """A table of 2**18 (day, sex) slots in the proportions of the pyramid."""
        ages = np.arange(pyramid[0][0], pyramid[-1][0] + 1)
        known = [row[0] for row in pyramid]
        men, women = (np.interp(ages, known, [row[i] for row in pyramid]) for i in (1, 2))
        first = days_since_epoch(Month.from_index(self.month.index - 12 * int(ages[-1]) - 11).first_day)
        last = days_since_epoch(Month.from_index(self.month.index - 12 * int(ages[0])).first_day)
        day = np.arange(first, last)
        age = np.minimum((last - 1 - day) * 4 // 1461, len(ages) - 1)
        weight = np.stack([women[age], men[age]], axis=1).ravel()
        edges = np.rint(np.cumsum(weight) / weight.sum() * (1 << _SLOT_BITS)).astype(np.int64)
        counts = np.diff(edges, prepend=0)
        cell = np.repeat(np.arange(len(counts)), counts)
        self._slot_day = day[cell // 2]
        self._slot_male = (cell % 2).astype(np.int64)
        self._slot_rank = np.arange(len(cell)) - (edges - counts)[cell]
        self._most = int(counts.max())
        self._numbers = len(self.areas) * _NUMBERS_EACH_AREA
        self._other_papers = threshold(sum(_OTHER_PAPERS) * len(self.areas) // len(_OTHER_PAPERS))
        self._bits = _SLOT_BITS + (self._numbers // self._most).bit_length() - 1

    @property
    def capacity(self) -> int:
        """How many different people there can be."""
        return 1 << self._bits

    def identity(self, persons: Integers) -> Identity:
        """Birth day, sex, number parts and name of the persons."""
        place = mixed(persons, self._bits, self.seed)
        slot = place & ((1 << _SLOT_BITS) - 1)
        rank = (place >> _SLOT_BITS) * self._most + self._slot_rank[slot]
        day, male = self._slot_day[slot], self._slot_male[slot]
        number = (rank * _SCRAMBLE + day * 7919) % self._numbers
        words = draw(self.seed, STREAM_NAME, persons)
        area = number // _NUMBERS_EACH_AREA
        # One area each for permits and foreign cards: the number stays unique because nobody else of that area moves.
        special = (area < len(_OTHER_PAPERS)) & (field(words, 0) < self._other_papers)
        return Identity(
            birth_day=day,
            is_male=male.astype(np.bool_),
            area=np.where(special, area + PERMIT_AREA, area + self.areas.start),
            sequence=2 * (number % _NUMBERS_EACH_AREA) + male,
            name=(words >> np.uint64(64 - POOL_SIZE.bit_length() + 1)).astype(np.int64) + male * POOL_SIZE,
        )

    def village(self, persons: Integers, places: int) -> Integers:
        """The village of each person, as a number below the count of villages."""
        return below(draw(self.seed, STREAM_PLACE, persons), places)
