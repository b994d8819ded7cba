"""The roster of recipients, and beside it the truth of each of its rows.

Built in chunks of persons; a chunk holds its persons in a scattered order, with a repeated row or a second name for
the few that have one. Columns are those that `jubao compare` reads.

    >>> from jubao.demo.districts import QIJIANG
    >>> maker = RosterMaker(QIJIANG, seed=7, month=Month.parse("2026-10"), people=1000)
    >>> roster, truth = maker.chunk(0, 1000)
    >>> roster.num_rows == truth.num_rows
    True
"""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.demo.columns import coded, dates, mobiles, months
from jubao.demo.counter import FIELD_VALUES, Integers, choice_table, draw, field, scattered, threshold
from jubao.demo.districts import District
from jubao.demo.evidence import NO_DAY, View
from jubao.demo.numbers import FULL_WIDTH, LOWER_X, SPACED, WRONG_CHECK, NumberTable, spoiled
from jubao.demo.people import Identity, Population
from jubao.demo.places import Places
from jubao.demo.rates import ROSTER_DIRT, ROSTER_NUMBER_DIRT, rate
from jubao.demo.truth import HEADLINES, LISTS, Counting, Evidence, window
from jubao.kernel.month import Month

STREAM_ROSTER, STREAM_MOBILE = 6, 8
SCHEME_START = Month.parse("2009-12")
CLEAN_ROW, TWICE, OTHER_NAME, INVALID, SUSPENDED, OTHER_SCHEME = range(len(ROSTER_DIRT) + 1)
_ROW_TABLE = choice_table([each.ppm for each in ROSTER_DIRT])
_NUMBER_KINDS = np.array([0, FULL_WIDTH, SPACED, LOWER_X], np.uint8)
_NUMBER_TABLE = _NUMBER_KINDS[choice_table([each.ppm for each in ROSTER_NUMBER_DIRT])]


@dataclass(frozen=True)
class Standing:
    """What the agency has on file of each person of a chunk. Shape: one entry per person."""

    dirt: NDArray[np.uint8]
    start: Integers
    certified_day: Integers
    is_first_year: NDArray[np.bool_]


class RosterMaker:
    """Roster rows and their truth for any range of persons."""

    def __init__(
        self, district: District, *, seed: int, month: Month, people: int, with_mobile: bool = False
    ) -> None:
        self.district, self.seed, self.month, self.people = district, seed, month, people
        self.population = Population(district, seed=seed, month=month)
        self.view = View(district, seed=seed, month=month)
        self.places = Places(district, month.last_day)
        self.numbers = NumberTable(district.never_assigned)
        self.with_mobile = with_mobile

    def chunk(self, first: int, until: int, *, with_truth: bool = True) -> tuple[pa.Table, pa.Table | None]:
        """Rows of the persons from `first` up to, not including, `until`, and the truth of the same rows."""
        persons = np.arange(first, until, dtype=np.int64)
        who = self.population.identity(persons)
        standing = self.standing(persons, who)
        at, is_second = self._row_order(standing.dirt)
        roster = self._table(persons, who, standing, at, is_second)
        return roster, self._truth(persons, who, standing, at, is_second) if with_truth else None

    def standing(self, persons: Integers, who: Identity) -> Standing:
        """Dirt, start of the benefit and last certification on file."""
        words = draw(self.seed, STREAM_ROSTER, persons)
        birth_month = (
            who.birth_day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
        )
        start = np.maximum(birth_month + 60 * 12 + 1, SCHEME_START.index)
        late = field(words, 3).astype(np.int64)
        start = np.minimum(start + np.where(late < threshold(60_000), late % 24, 0), self.month.index)
        is_first_year = start // 12 == self.month.year
        dirt = _ROW_TABLE[field(words, 0)]
        dirt[is_first_year & (dirt == OTHER_NAME)] = CLEAN_ROW
        if not self.district.has_other_schemes:
            dirt[dirt == OTHER_SCHEME] = CLEAN_ROW
        day = self._certified_day(field(words, 1))
        start_day = (start - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        day[day < start_day] = NO_DAY
        day[day >= self.view.death_days(persons)] = NO_DAY
        return Standing(dirt, start, day, is_first_year)

    def _certified_day(self, words: NDArray[np.uint16]) -> Integers:
        """A quarter passed within a year, half a year or more before, a quarter has nothing on file."""
        values = words.astype(np.int64)
        day = self.view.as_of - (values * 800 * 4 // (FIELD_VALUES * 3))
        day[values >= FIELD_VALUES * 3 // 4] = NO_DAY
        older = (values < FIELD_VALUES * 3 // 4) & (values % 2 == 0)
        day[older] -= 366
        return day

    def _row_order(self, dirt: NDArray[np.uint8]) -> tuple[Integers, NDArray[np.bool_]]:
        """Which person stands in which row of the chunk, and whether it is the second row of that person."""
        second = np.nonzero((dirt == TWICE) | (dirt == OTHER_NAME))[0]
        persons = np.concatenate([np.arange(len(dirt)), second])
        is_second = np.arange(len(persons)) >= len(dirt)
        order = scattered(np.arange(len(persons), dtype=np.int64), len(persons), 11)
        at, is_second = persons[order], is_second[order]
        # The row that comes later is the second one, wherever the scattering put it.
        doubled = np.nonzero(np.isin(at, second))[0]
        later = doubled[np.argsort(at[doubled], kind="stable")][1::2]
        is_second[:] = False
        is_second[later] = True
        return at, is_second

    def _table(
        self, persons: Integers, who: Identity, standing: Standing, at: Integers, is_second: NDArray[np.bool_]
    ) -> pa.Table:
        who = Identity(*(getattr(who, each.name)[at] for each in fields(Identity)))
        words = draw(self.seed, STREAM_ROSTER + 1, persons[at] * 2 + is_second)
        dirt = standing.dirt[at]
        kinds = _NUMBER_TABLE[field(words, 0)].copy()
        kinds[dirt == INVALID] = WRONG_CHECK
        rows = self.numbers.digits(who.area, who.birth_day, who.sequence)
        village = self.population.village(persons[at], self.places.count)
        columns = {
            "id_number": spoiled(rows, kinds, field(words, 1).astype(np.int64)),
            "name": self._names(who.name, (dirt == OTHER_NAME) & is_second, field(words, 2)),
            "scheme": coded(dirt == OTHER_SCHEME, ("resident_pension", "employee_pension")),
            **self.places.columns(village),
            "payment_state": coded(dirt == SUSPENDED, ("normal", "suspended")),
            "benefit_start_month": months(standing.start[at]),
            "last_certified_on": dates(standing.certified_day[at]),
        }
        if self.with_mobile:
            columns["mobile"] = mobiles(draw(self.seed, STREAM_MOBILE, persons[at]))
        return pa.table(columns)

    def _names(self, name: Integers, is_other: NDArray[np.bool_], noise: NDArray[np.uint16]) -> pa.Array:
        pool = self.population.pool
        column = pool.names.take(pa.array(name))
        spaced = (noise < threshold(rate("space in the name or another dot"))) & ~is_other
        if spaced.any():
            column = pc.replace_with_mask(column, pa.array(spaced), pool.spaced.take(pa.array(name[spaced])))
        if is_other.any():
            column = pc.replace_with_mask(
                column, pa.array(is_other), pool.homophones.take(pa.array(name[is_other]))
            )
        return column

    def evidence(self, persons: Integers, who: Identity, standing: Standing) -> Evidence:
        """Flags of all feeds and of the certification on the roster."""
        fates, counting = self.view.fates(persons), Counting(self.district, self.month)
        evidence = Evidence(len(persons))
        for plan in self.district.feeds:
            evidence.add(counting, plan, self.view.rows(plan, persons, fates), who.birth_day)
        first, last = window(self.district, self.month)
        evidence.life |= (standing.certified_day >= first) & (standing.certified_day <= last)
        evidence.certified_after_death |= evidence.first_death < standing.certified_day
        return evidence

    def _truth(
        self, persons: Integers, who: Identity, standing: Standing, at: Integers, is_second: NDArray[np.bool_]
    ) -> pa.Table:
        evidence = self.evidence(persons, who, standing)
        lists, headlines = evidence.judged()
        lists, headlines = lists[at], headlines[at]
        dirt, district = standing.dirt[at], self.district

        def put(which: NDArray[np.bool_], name: str, code: str) -> None:
            lists[which], headlines[which] = LISTS.index(name), HEADLINES.index(code)

        is_new = (
            standing.is_first_year
            if district.first_duty == "next_year"
            else standing.start >= self.month.index
        )
        # No duty to certify yet, but that must not hide a death.
        put((is_new & ~evidence.has_loss)[at], "not_subject", "NOT_YET_DUE")
        if not district.suspended_are_subjects:
            put(dirt == SUSPENDED, "not_subject", "PAYMENT_STATE")
        put(dirt == OTHER_SCHEME, "not_subject", "SCHEME")
        put(dirt == OTHER_NAME, "to_verify", "DUPLICATE_NUMBER")
        put((dirt == TWICE) & is_second, "rejects", "DUPLICATE_ROW")
        put(dirt == INVALID, "rejects", "INVALID_NUMBER")
        clean = self.numbers.digits(who.area[at], who.birth_day[at], who.sequence[at])
        return pa.table(
            {
                "person": pa.array(persons[at]),
                "id_number": spoiled(clean, np.zeros(len(at), np.uint8), np.zeros(len(at), np.int64)),
                "expected_list": coded(lists, LISTS),
                "headline": coded(headlines, HEADLINES),
                "has_exact_life": pa.array(evidence.life[at]),
                "has_exact_loss": pa.array(evidence.loss[at]),
                "has_weak_loss": pa.array((evidence.mismatch | evidence.nameless)[at]),
                "has_fuzzy_loss": pa.array(evidence.fuzzy_loss[at]),
                "fate": pa.array(self.view.fates(persons)[at]),
            }
        )
