"""The returns of the departments: one table per feed and chunk, and beside it who each row really is about.

>>> from jubao.demo.districts import QIJIANG
>>> maker = FeedMaker(QIJIANG, QIJIANG.feed("PRISON"), seed=7, month=Month.parse("2026-10"), people=20000)
>>> table, truth = maker.chunk(0)
>>> table.column_names[:3], table.num_rows == truth.num_rows
(['id_number', 'name', 'birth_date'], True)
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jubao.demo.columns import coded, dates
from jubao.demo.counter import Integers, scattered
from jubao.demo.districts import District, FeedPlan
from jubao.demo.evidence import HOMOPHONE, NO_NAME, OTHER_NAME, SENTENCES, SPACED_NAME, Rows, View, joined
from jubao.demo.numbers import NumberTable, spoiled
from jubao.demo.people import Identity, Population
from jubao.demo.rates import NAME_DIRT, NUMBER_DIRT
from jubao.demo.truth import LINKS, Counting, link_kind
from jubao.kernel.month import Month

_ROWS_WANTED = 300_000
_MOST_PEOPLE = 1 << 20


class FeedMaker:
    """One feed of one district, chunk by chunk."""

    def __init__(self, district: District, plan: FeedPlan, *, seed: int, month: Month, people: int) -> None:
        self.district, self.plan, self.people = district, plan, people
        self.population = Population(district, seed=seed, month=month)
        self.view = View(district, seed=seed, month=month)
        self.numbers = NumberTable(district.never_assigned)
        self.counting = Counting(district, month)
        self._salt = 3 + [each.source for each in district.feeds].index(plan.source)
        self._outsiders = people * (plan.rows_permille - plan.most_known_permille) // 1000

    @property
    def chunk_people(self) -> int:
        """Persons per chunk: enough for a good row group, never more than memory likes."""
        return min(_MOST_PEOPLE, _ROWS_WANTED * 1000 // self.plan.rows_permille)

    @property
    def chunks(self) -> int:
        """How many chunks the feed has."""
        return max(1, -(-self.people // self.chunk_people))

    def chunk(self, number: int) -> tuple[pa.Table, pa.Table]:
        """The rows of one chunk in scattered order, and the truth of the same rows."""
        rows = self._rows(number)
        who = self.population.identity(rows.person)
        numbers = spoiled(
            self.numbers.digits(who.area, who.birth_day, who.sequence), rows.number_kind, rows.variant
        )
        columns = {
            "id_number": numbers,
            "name": self._names(who.name, rows),
            "birth_date": dates(who.birth_day),
            "event_on": dates(rows.event_day),
            **self._extra(rows),
        }
        return pa.table(columns), self._truth(rows, who)

    def _rows(self, number: int) -> Rows:
        first = number * self.chunk_people
        index = np.arange(first, min(self.people, first + self.chunk_people), dtype=np.int64)
        persons = scattered(index, self.people, self._salt)
        about_roster = self.view.rows(self.plan, persons)
        share = [self._outsiders * i // self.chunks for i in (number, number + 1)]
        others = self.view.outsiders(self.plan, np.arange(*share, dtype=np.int64), self.people)
        rows = joined([about_roster, others])
        again = np.repeat(np.arange(len(rows.at)), 1 + rows.is_repeated)
        return rows.chosen(again[scattered(np.arange(len(again), dtype=np.int64), len(again), self._salt)])

    def _names(self, name: Integers, rows: Rows) -> pa.Array:
        pool = self.population.pool
        kinds = rows.name_kind
        chosen = np.where(kinds == OTHER_NAME, pool.others[name], name)
        column = pool.names.take(pa.array(chosen))
        for kind, forms in ((HOMOPHONE, pool.homophones), (SPACED_NAME, pool.spaced)):
            which = kinds == kind
            if which.any():
                column = pc.replace_with_mask(column, pa.array(which), forms.take(pa.array(name[which])))
        nameless = kinds == NO_NAME
        return (
            pc.if_else(pa.array(nameless), pa.scalar(None, pa.string()), column) if nameless.any() else column
        )

    def _extra(self, rows: Rows) -> dict[str, pa.Array]:
        nature, extra = self.plan.nature, rows.extra
        if nature == "hospital":
            return {"critical": coded(extra, ("否", "是"))}
        if nature == "register_death":
            return {"register_status": coded(extra, ("死亡", "正常"))}
        if nature == "register" and self.plan.source == "HUKOU":
            return {"register_status": coded(extra, ("注销", "迁出", "正常"))}
        if nature == "register":
            return {"reason": coded(extra, ("死亡", "迁往市外", "正常"))}
        if nature == "mark":
            return {"mark": coded(extra, ("dead", "missing", "in_prison"))}
        if nature == "custody":
            return {
                "sentence_kind": coded(extra, SENTENCES),
                "sentence_from": dates(rows.event_day),
                "sentence_until": dates(rows.until_day),
            }
        return {}

    def _truth(self, rows: Rows, who: Identity) -> pa.Table:
        counts = (
            self.counting.life(self.plan, rows, who.birth_day)
            if self.plan.is_life
            else self.counting.loss(self.plan, rows)
        )
        return pa.table(
            {
                "person": pa.array(np.where(rows.at < 0, -1, rows.person).astype(np.int32)),
                "number_dirt": coded(rows.number_kind, ("clean", *(each.name for each in NUMBER_DIRT))),
                "name_dirt": coded(rows.name_kind, ("clean", *(each.name for each in NAME_DIRT))),
                "is_repeated": pa.array(rows.is_repeated),
                "link": coded(link_kind(rows), LINKS),
                "counts": pa.array(counts),
            }
        )
