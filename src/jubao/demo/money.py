"""Contribution histories and what follows from them: pension input, screening input, accounts and their postings.

A member pays one tier a year from the start of the scheme to the year of the 60th birthday, with gaps and made-up
years; the balance is what tiers, subsidies and yearly interest of the region's pack add up to.

    >>> from jubao.demo.districts import QIJIANG
    >>> maker = MoneyMaker(QIJIANG, seed=7, month=Month.parse("2026-10"), people=1000)
    >>> next(maker.chunks("pension")).column_names[:3]
    ['personal_number', 'id_number', 'name']
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jubao.demo.claims import claim_free_table
from jubao.demo.columns import dates, months, yuan
from jubao.demo.counter import Integers, below, draw, field, scattered, threshold
from jubao.demo.districts import District
from jubao.demo.histories import Accounts, years_text
from jubao.demo.numbers import NumberTable, as_strings, sixteen_digits, spoiled
from jubao.demo.people import Population, days_since_epoch
from jubao.demo.roster import RosterMaker
from jubao.kernel.month import Month

PENSION, CLAIM_FREE, ACCOUNTS, POSTINGS = "pension", "claim_free", "accounts", "postings"
KINDS = (PENSION, CLAIM_FREE, ACCOUNTS, POSTINGS)
POSTINGS_EACH = 12
# Most are within a year of sixty; a few younger ones keep the numbers unique in bulk.
NEAR_SIXTY = ((57, 2, 2), (58, 8, 8), (59, 100, 100), (60, 100, 100))
NEAR_SIXTY_AREAS = range(60, 100)
_CHUNK = 1 << 18
STREAM_MONEY = 600
_POSTING_KINDS = ("pension_payment", "contribution", "subsidy", "collective_aid", "transfer_in", "refund")


class MoneyMaker:
    """The four money files of one district. Rows follow the numbers of the persons."""

    def __init__(self, district: District, *, seed: int, month: Month, people: int) -> None:
        self.district, self.seed, self.month, self.people = district, seed, month, people
        self.population = Population(district, seed=seed, month=month)
        self.numbers = NumberTable(district.never_assigned)

    @property
    def interest_year(self) -> int:
        """The year that the postings belong to: the last whole one."""
        return self.month.year - 1

    def rows(self, kind: str) -> int:
        """About how many rows a file has."""
        return self.people * (POSTINGS_EACH if kind == POSTINGS else 1)

    def chunks(self, kind: str) -> Iterator[pa.Table]:
        """The tables of one file in order. Raises KeyError for an unknown kind."""
        make = {
            PENSION: self._pension,
            CLAIM_FREE: self._claim_free,
            ACCOUNTS: self._accounts,
            POSTINGS: self._postings,
        }[kind]
        step = _CHUNK // 4 if kind == POSTINGS else _CHUNK
        for first in range(0, self.people, step):
            yield make(np.arange(first, min(self.people, first + step), dtype=np.int64))

    def personal_numbers(self, persons: Integers) -> pa.Array:
        """Sixteen digits: district and running number."""
        return as_strings(sixteen_digits(persons + int(self.district.code) * 10**10))

    def _id_numbers(self, population: Population, persons: Integers) -> pa.Array:
        who = population.identity(persons)
        rows = self.numbers.digits(who.area, who.birth_day, who.sequence)
        return spoiled(rows, np.zeros(len(rows), np.uint8), np.zeros(len(rows), np.int64))

    def _pension(self, persons: Integers) -> pa.Table:
        who = self.population.identity(persons)
        roster = RosterMaker(self.district, seed=self.seed, month=self.month, people=self.people)
        start = roster.standing(persons, who).start
        account = Accounts(self.district, self.seed, persons, who.birth_day, until=self.month)
        words = draw(self.seed, STREAM_MONEY, persons)
        only_child = field(words, 0) < threshold(30_000)
        return pa.table(
            {
                "personal_number": self.personal_numbers(persons),
                "id_number": self._id_numbers(self.population, persons),
                "name": self.population.pool.names.take(pa.array(who.name)),
                "account_balance": yuan(account.balance_at_sixty_fen),
                "contribution_years": years_text(account.contribution_months),
                "make_up_years": years_text(account.make_up_months),
                "only_child": pa.DictionaryArray.from_arrays(
                    pa.array(only_child.astype(np.int8)), pa.array(["否", "是"])
                ),
                "birth_date": dates(who.birth_day),
                "benefit_start_month": months(start),
            }
        )

    def _claim_free(self, persons: Integers) -> pa.Table:
        population = Population(
            self.district, seed=self.seed + 1, month=self.month, pyramid=NEAR_SIXTY, areas=NEAR_SIXTY_AREAS
        )
        who = population.identity(persons)
        account = Accounts(self.district, self.seed, persons, who.birth_day, until=self.month)
        names = population.pool.names.take(pa.array(who.name))
        return claim_free_table(self.seed, persons, self._id_numbers(population, persons), names, account)

    def _accounts(self, persons: Integers) -> pa.Table:
        balance = self._opening_fen(persons)
        return pa.table({"personal_number": self.personal_numbers(persons), "opening_balance": yuan(balance)})

    def _opening_fen(self, persons: Integers) -> Integers:
        who = self.population.identity(persons)
        year = Month.parse(f"{self.interest_year}-01")
        return Accounts(self.district, self.seed, persons, who.birth_day, until=year).balance_at_sixty_fen

    def _postings(self, persons: Integers) -> pa.Table:
        """Twelve postings for each person: months of pension, or payments of a member; in scattered order."""
        person = np.repeat(persons, POSTINGS_EACH)
        month = np.tile(np.arange(1, POSTINGS_EACH + 1), len(persons))
        words = draw(self.seed, STREAM_MONEY + 2, person * 16 + month)
        is_member = np.repeat(
            field(draw(self.seed, STREAM_MONEY + 1, persons), 0) < threshold(500_000), POSTINGS_EACH
        )
        kind = np.where(is_member, 1 + below(words, len(_POSTING_KINDS) - 1), 0)
        monthly = np.repeat((2 * self._opening_fen(persons) + 139) // 278, POSTINGS_EACH)
        paid_in = (1 + field(words, 0).astype(np.int64) % 40) * 1000
        amount = np.where(is_member, np.where(kind == len(_POSTING_KINDS) - 1, 100, paid_in), monthly)
        day = self._booked_days(month, field(words, 1))
        order = scattered(np.arange(len(person), dtype=np.int64), len(person), 5)
        return pa.table(
            {
                "personal_number": self.personal_numbers(person[order]),
                "kind": pa.DictionaryArray.from_arrays(
                    pa.array(kind[order].astype(np.int8)), pa.array(_POSTING_KINDS)
                ),
                "amount": yuan(np.maximum(amount, 1)[order]),
                "booked_on": dates(day[order]),
            }
        )

    def _booked_days(self, month: NDArray[np.int64], words: NDArray[np.uint16]) -> Integers:
        first = np.array(
            [days_since_epoch(Month.parse(f"{self.interest_year}-{m:02d}").first_day) for m in range(1, 13)]
        )
        result: Integers = first[month - 1] + words.astype(np.int64) % 28
        return result
