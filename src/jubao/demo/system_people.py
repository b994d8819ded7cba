"""The people of a demo district as the system keeps them: recipients of the file demo, and younger members beside them.

Recipients are the persons of the same seed in `RosterMaker`, so that feeds and truth of the file demo are about them;
members are a second population up to the month of the 60th birthday, with what other departments know about those near it.

    >>> from jubao.demo.districts import NANAO
    >>> table = SystemPeople(NANAO, seed=7, month=Month.parse("2026-11"), people=100).people()
    >>> table.num_rows, table["is_recipient"].to_pylist().count(True)
    (100, 40)
"""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jubao.demo.claims import account_numbers, claim_free_table
from jubao.demo.columns import dates, mobiles
from jubao.demo.counter import Integers, below, draw, field, threshold
from jubao.demo.districts import DISTRICTS, District
from jubao.demo.evidence import NO_DAY
from jubao.demo.numbers import NumberTable, as_strings, decimal_digits, sixteen_digits, spoiled
from jubao.demo.people import Identity, Population, days_since_epoch
from jubao.demo.roster import SUSPENDED, RosterMaker
from jubao.demo.system_history import Former, Payer
from jubao.kernel.month import Month

RECIPIENTS_IN_TEN = 4
HISTORY_YEARS = 2
PAID_MONTHS = 2
"""Months before the current one whose payment runs are closed."""
MEMBERS = ((16, 40, 40), (30, 120, 120), (40, 200, 210), (50, 300, 310), (59, 340, 350))
MEMBER_AREAS = range(60, 99)
STREAM_CONTRIBUTION, STREAM_MEMBER = 720, 740
DIVISOR = 139
NEAR_SIXTY_MONTHS = 59 * 12 + 4
_MEANS = ("tax_hall", "electronic", "online", "mobile")
_USUAL_BANK = "农村信用社"
_SCHEME_OPENED = 14579
"""2009-12-01 as days since 1970."""


class SystemPeople:
    """People and contributions of one district: a pure function of the seed, the month and the number of people."""

    def __init__(self, district: District, *, seed: int, month: Month, people: int) -> None:
        self.district, self.seed, self.month, self.people_count = district, seed, month, people
        self.recipients = people * RECIPIENTS_IN_TEN // 10
        self.first_year = month.year - HISTORY_YEARS
        self.roster = RosterMaker(district, seed=seed, month=month, people=max(1, self.recipients))
        self.members = Population(
            district, seed=seed + 1, month=month - 1, pyramid=MEMBERS, areas=MEMBER_AREAS
        )
        self.numbers = NumberTable(district.never_assigned)
        self.places = self.roster.places

    @property
    def first_paid_month(self) -> Month:
        """The first month paid here; what lies before was paid by the former system."""
        return self.month - PAID_MONTHS

    @cached_property
    def recipient_ids(self) -> Integers:
        """Numbers of the recipients, the same as in the file demo."""
        return np.arange(self.recipients, dtype=np.int64)

    @cached_property
    def member_ids(self) -> Integers:
        """Numbers of the members in their own population."""
        return np.arange(self.people_count - self.recipients, dtype=np.int64)

    def people(self) -> pa.Table:
        """One row per person; money in fen. Columns that do not concern a person are null."""
        return pa.concat_tables(
            [self._recipient_table(), self._member_table()], promote_options="default"
        ).combine_chunks()

    def _recipient_table(self) -> pa.Table:
        ids = self.recipient_ids
        who = self.roster.population.identity(ids)
        standing = self.roster.standing(ids, who)
        former = Former(self.district, self.seed, ids, who.birth_day, until_year=self.first_year)
        balance = former.balance_fen.copy()
        drawn = np.maximum(self.first_paid_month.index - standing.start, 0)
        former.draw_down((2 * balance + DIVISOR) // (2 * DIVISOR) * drawn)
        more = {
            "is_recipient": pa.array(np.ones(len(ids), np.bool_)),
            "start_month": pa.array(standing.start.astype(np.int32)),
            "certified_on": dates(standing.certified_day),
            "is_suspended": pa.array(standing.dirt == SUSPENDED),
            "dies_on": dates(_day_or_none(self.roster.view.death_days(ids))),
            "determined_balance_fen": pa.array(balance),
            "account_number": self._accounts(ids),
            "bank_name": pa.array([self._own_bank] * len(ids)),
            **_nulls(len(ids), "marks", "employee_record", "civil_record", "elsewhere_record"),
            **_flags(len(ids), "in_custody", "is_dead"),
        }
        first_day = (
            (standing.start - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        )
        return self._table(ids, ids, self.roster.population, who, former, more, first_day)

    def _member_table(self) -> pa.Table:
        ids = self.member_ids
        who = self.members.identity(ids)
        former = Former(self.district, self.seed + 1, ids, who.birth_day, until_year=self.first_year)
        known = self._known_elsewhere(ids, who, former)
        near = who.birth_day < days_since_epoch((self.month - NEAR_SIXTY_MONTHS).first_day)
        has_account = pc.is_valid(known["payout_account"]).to_numpy(zero_copy_only=False) | ~near
        more = {
            **_flags(len(ids), "is_recipient", "is_suspended"),
            **_nulls(len(ids), "start_month", kind=pa.int32()),
            **_nulls(len(ids), "certified_on", "dies_on", kind=pa.date32()),
            **_nulls(len(ids), "determined_balance_fen", kind=pa.int64()),
            "account_number": _where(has_account, self._accounts(ids + self.recipients)),
            "bank_name": _where(near, known["payout_bank"], self._own_bank),
            "marks": _where(near, known["special_group_marks"]),
            "employee_record": _where(near, known["employee_pension_record"]),
            "civil_record": _where(near, known["civil_pension_record"]),
            "elsewhere_record": _where(near, known["other_province_record"]),
            "in_custody": pa.array(_is(known["in_custody"], "是") & near),
            "is_dead": pa.array(_is(known["death_record"], "是") & near),
        }
        latest = np.full(len(ids), days_since_epoch(self.first_paid_month.first_day))
        return self._table(ids, ids + self.recipients, self.members, who, former, more, latest)

    def _known_elsewhere(self, ids: Integers, who: Identity, former: Former) -> pa.Table:
        """What other departments know about each member; only for those near sixty it is used."""
        seen: Any = SimpleNamespace(contribution_months=former.months, has_gap=former.has_gap)
        names = self.members.pool.names.take(pa.array(who.name))
        return claim_free_table(self.seed, ids, self._numbers(who), names, seen)

    def _table(
        self,
        ids: Integers,
        rank: Integers,
        population: Population,
        who: Identity,
        former: Former,
        more: dict[str, Any],
        until_day: Integers,
    ) -> pa.Table:
        """The columns everybody has, and `more`. `rank` numbers all people; nobody enrolled after `until_day`."""
        words = draw(population.seed, STREAM_MEMBER, ids)
        sixteen = days_since_epoch_of_birthday(who.birth_day, 16)
        columns = {
            "rank": pa.array(rank.astype(np.int32)),
            "personal_number": as_strings(sixteen_digits(rank + int(self.district.code) * 10**10)),
            "id_number": self._numbers(who),
            "name": population.pool.names.take(pa.array(who.name)),
            "is_male": pa.array(who.is_male),
            "birth_date": dates(who.birth_day),
            "village": pa.array(population.village(ids, self.places.count).astype(np.int32)),
            "mobile": _where(
                field(words, 0) < threshold(850_000), mobiles(draw(population.seed, STREAM_MEMBER + 1, ids))
            ),
            "is_only_child": pa.array(field(words, 1) < threshold(30_000)),
            "enrolled_on": dates(
                np.minimum(np.maximum(sixteen, _SCHEME_OPENED) + below(words, 200), until_day)
            ),
            "former_months": pa.array(former.months),
            "former_make_up_months": pa.array(former.make_up_months),
            "former_has_gap": pa.array(former.has_gap),
            "own_fen": pa.array(former.own_fen),
            "subsidy_fen": pa.array(former.subsidy_fen),
            "interest_fen": pa.array(former.interest_fen),
        }
        return pa.table({**columns, **more})

    def contributions(self) -> pa.Table:
        """One row per member and year since the take-over: tier, subsidy, treasury day, receipt."""
        return pa.concat_tables(
            [self._year(year) for year in range(self.first_year, self.month.year + 1)]
        ).combine_chunks()

    def _year(self, year: int) -> pa.Table:
        ids = self.member_ids
        payer = Payer(self.district, self.seed + 1, ids, self.members.identity(ids).birth_day)
        last = 12 if year < self.month.year else self.month.month - 1
        at = np.nonzero(payer.is_paying(year) & (last > 0))[0]
        tier, subsidy = (part[at] for part in payer.tier(year))
        words = draw(self.seed + 1, STREAM_CONTRIBUTION + year % 64, ids[at])
        month = (year - 1970) * 12 + below(words, max(last, 1))
        day = (
            month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
            + field(words, 0).astype(np.int64) % 28
        )
        rank = ids[at] + self.recipients
        receipt = decimal_digits(rank + int(self.district.code) * 10**12 + year * 10**8, 18)
        return pa.table(
            {
                "rank": pa.array(rank.astype(np.int32)),
                "year": pa.array(np.full(len(at), year, np.int32)),
                "tier_fen": pa.array(tier),
                "subsidy_fen": pa.array(subsidy),
                "treasury_on": dates(day),
                "receipt_number": as_strings(receipt),
                "means": pa.array(_MEANS).take(pa.array(field(words, 1).astype(np.int64) % len(_MEANS))),
            }
        )

    def _numbers(self, who: Identity) -> pa.Array:
        rows = self.numbers.digits(who.area, who.birth_day, who.sequence)
        return spoiled(rows, np.zeros(len(rows), np.uint8), np.zeros(len(rows), np.int64))

    def _accounts(self, rank: Integers) -> pa.Array:
        """Card numbers of a block that no bank has; no two people of the four districts share one."""
        place = [each.code for each in DISTRICTS].index(self.district.code) + 1
        return account_numbers(rank + place * 10**9)

    @property
    def _own_bank(self) -> str:
        """The bank most people of the district have."""
        return "重庆农村商业银行" if self.district.has_claim_free else _USUAL_BANK


def days_since_epoch_of_birthday(birth_day: Integers, years: int) -> Integers:
    """About the day of a birthday, near enough for the day of an enrolment."""
    return birth_day + years * 1461 // 4


def _day_or_none(days: Integers) -> Integers:
    return np.where(days == -NO_DAY, NO_DAY, days)


def _is(column: pa.Array, word: str) -> Any:
    return np.asarray(pc.fill_null(pc.equal(pc.cast(column, pa.string()), word), False))


def _where(which: Any, column: pa.Array, otherwise: str | None = None) -> pa.Array:
    text = pc.cast(column, pa.string())
    return pc.if_else(pa.array(which), text, pa.scalar(otherwise, pa.string()))


def _nulls(count: int, *names: str, kind: pa.DataType | None = None) -> dict[str, pa.Array]:
    return {name: pa.nulls(count, kind or pa.string()) for name in names}


def _flags(count: int, *names: str) -> dict[str, pa.Array]:
    return {name: pa.array(np.zeros(count, np.bool_)) for name in names}
