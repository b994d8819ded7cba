"""What the departments know: for every person and feed the rows that are about this person, as plain columns.

A living person leaves traces in the presence feeds at random; everything that ends a pension follows from the person's
fate (dead, prisoner, drawing elsewhere …), drawn once. The same functions serve the files, which take the persons in
scattered order, and the truth, which takes them in the order of the roster.

    >>> from jubao.demo.districts import QIJIANG
    >>> view = View(QIJIANG, seed=7, month=Month.parse("2026-10"))
    >>> rows = view.rows(QIJIANG.feed("TRAIN"), np.arange(1000))
    >>> 300 < len(rows.person) < 600
    True
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from jubao.demo.counter import FIELD_VALUES, Integers, Words, choice_table, draw, field, threshold
from jubao.demo.districts import District, FeedPlan
from jubao.demo.people import days_since_epoch
from jubao.demo.rates import FATES, NAME_DIRT, NUMBER_DIRT, rate
from jubao.kernel.month import Month

NO_DAY = -(1 << 31)
LIVING, SILENT, DEAD, DEAD_WITH_TRACES, FALSELY_DEAD, PRISONER, MOVED, MISSING_PERSON, DOUBLE, SAID_ALIVE = (
    range(len(FATES) + 1)
)
SAME_NAME, HOMOPHONE, OTHER_NAME, NO_NAME, SPACED_NAME = range(len(NAME_DIRT) + 1)
# What the extra column of a feed says, by the nature of the feed.
NOT_CRITICAL, CRITICAL = 0, 1
CANCELLED_BY_DEATH, CANCELLED_OTHERWISE, STILL_REGISTERED = 0, 1, 2
MARK_DEAD, MARK_MISSING, MARK_IN_PRISON = 0, 1, 2
SENTENCES = ("有期徒刑", "拘役", "无期徒刑", "管制", "缓刑", "暂予监外执行", "假释", None)
SENTENCE_STOPS_PAY = np.array([True, True, True, False, False, False, False, True])
_SENTENCE_PPM = (550_000, 100_000, 20_000, 50_000, 150_000, 30_000, 50_000)

STREAM_FATE, STREAM_DEATH, STREAM_FEEDS = 3, 4, 16
DEATH_NATURES = ("death", "register_death")
_CRITICAL_PPM = 120_000
_FATE_TABLE = choice_table([each.ppm for each in FATES])
_NUMBER_TABLE = choice_table([each.ppm for each in NUMBER_DIRT])
_NAME_TABLE = choice_table([each.ppm for each in NAME_DIRT])
_SENTENCE_TABLE = (choice_table(_SENTENCE_PPM) + 7) % 8  # code 0 of the table is the rest: kind not given


@dataclass(frozen=True)
class Rows:
    """Rows of one feed about persons. Shape: one entry per row; `at` is the place of the person in what was asked."""

    at: Integers
    person: Integers
    event_day: Integers
    until_day: Integers
    extra: NDArray[np.uint8]
    number_kind: NDArray[np.uint8]
    name_kind: NDArray[np.uint8]
    variant: Integers
    is_repeated: NDArray[np.bool_]

    def chosen(self, which: NDArray[np.bool_] | Integers) -> "Rows":
        """The rows of a mask or of an order."""
        return Rows(*(getattr(self, each.name)[which] for each in fields(self)))


def joined(parts: list[Rows]) -> Rows:
    """Several sets of rows as one."""
    return Rows(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Rows)))


class View:
    """One district in one month, seen by its departments."""

    def __init__(self, district: District, *, seed: int, month: Month) -> None:
        self.district, self.seed, self.month = district, seed, month
        self.as_of = days_since_epoch(month.last_day)
        self._death_feeds = [each.source for each in district.feeds if each.nature in DEATH_NATURES]
        self._day_tables = {each.source: self._day_table(each) for each in district.feeds}

    def fates(self, persons: Integers) -> NDArray[np.uint8]:
        """Code of each person's fate: 0 for the living, then the order of rates.FATES."""
        fates: NDArray[np.uint8] = _FATE_TABLE[field(draw(self.seed, STREAM_FATE, persons), 0)]
        return fates

    def death_days(self, persons: Integers) -> Integers:
        """The day on which each person died; for the living a day that never comes."""
        fates = self.fates(persons)
        fell = field(draw(self.seed, STREAM_DEATH, persons), 0).astype(np.int64) * 500 >> 16
        return np.where((fates == DEAD) | (fates == DEAD_WITH_TRACES), self.as_of + 5 - fell, -NO_DAY)

    def rows(self, plan: FeedPlan, persons: Integers, fates: NDArray[np.uint8] | None = None) -> Rows:
        """All rows of a feed about these persons of the roster."""
        fates = self.fates(persons) if fates is None else fates
        if plan.is_life:
            return self._presence_rows(plan, persons, fates)
        affected = np.nonzero(fates >= DEAD)[0]
        return self._loss_rows(plan, affected, persons[affected], fates[affected])

    def outsiders(self, plan: FeedPlan, rows: Integers, roster_size: int) -> Rows:
        """Rows about people who are not on the roster (the numbers of the rows are the counter)."""
        stream = self._stream(plan) + 8
        words = draw(self.seed, stream, rows)
        person = roster_size + (draw(self.seed, stream + 2, rows) % np.uint64(3 * roster_size)).astype(
            np.int64
        )
        more = draw(self.seed, stream + 1, rows)
        extra = self._outsider_extra(plan, more)
        return self._made(plan, np.full(len(rows), -1), person, words, more, extra, self._days(plan, words))

    def _stream(self, plan: FeedPlan) -> int:
        return STREAM_FEEDS * (1 + [each.source for each in self.district.feeds].index(plan.source))

    def _day_table(self, plan: FeedPlan) -> Integers:
        """Event day by field: a few after the run, a few missing, the rest spread over the days of the plan."""
        table = np.empty(FIELD_VALUES, np.int64)
        late, missing = threshold(rate("date after the run")), threshold(rate("missing date"))
        if not plan.is_life:
            late = missing = 0
        table[:late] = self.as_of + 1 + np.arange(late) % 30
        table[late : late + missing] = NO_DAY
        rest = FIELD_VALUES - late - missing
        span = plan.oldest_day - plan.newest_day + 1
        table[late + missing :] = self.as_of - plan.newest_day - np.arange(rest) * span // rest
        return table

    def _days(self, plan: FeedPlan, words: Words) -> Integers:
        return self._day_tables[plan.source][field(words, 1)]

    def _presence_rows(self, plan: FeedPlan, persons: Integers, fates: NDArray[np.uint8]) -> Rows:
        has_traces = (fates != SILENT) & (fates != DEAD)
        parts = []
        for slot, permille in enumerate(
            (plan.known_permille * 3 // 4, plan.known_permille - plan.known_permille * 3 // 4)
        ):
            stream = self._stream(plan) + 3 * slot
            words = draw(self.seed, stream, persons)
            at = np.nonzero(has_traces & (field(words, 0) < threshold(permille * 1000)))[0]
            words, more = words[at], draw(self.seed, stream + 1, persons[at])
            extra, day = self._presence_extra(plan, more), self._days(plan, words)
            parts.append(self._made(plan, at, persons[at], words, more, extra, day))
        return joined(parts)

    def _presence_extra(self, plan: FeedPlan, more: Words) -> NDArray[np.uint8]:
        if plan.nature == "hospital":
            is_critical: NDArray[np.bool_] = field(more, 0) < threshold(_CRITICAL_PPM)
            return is_critical.astype(np.uint8)
        return np.zeros(len(more), np.uint8)

    def _outsider_extra(self, plan: FeedPlan, more: Words) -> NDArray[np.uint8]:
        if plan.nature == "custody":
            return _sentences(more)
        if plan.nature in ("register", "register_death", "mark"):
            is_other: NDArray[np.bool_] = field(more, 0) % 3 == 1
            return is_other.astype(np.uint8)
        return self._presence_extra(plan, more)

    def _loss_rows(self, plan: FeedPlan, at: Integers, persons: Integers, fates: NDArray[np.uint8]) -> Rows:
        """Rows that follow from a fate; `extra` and the day are set by what happened."""
        stream = self._stream(plan)
        words, more = draw(self.seed, stream, persons), draw(self.seed, stream + 1, persons)
        is_known = field(words, 0) < threshold(plan.known_permille * 1000)
        dead = (fates == DEAD) | (fates == DEAD_WITH_TRACES)
        extra, day = np.zeros(len(persons), np.uint8), self._days(plan, words)
        day = np.where(dead, self.death_days(persons) + field(words, 1) % 10, day)
        present = dead & is_known
        if plan.nature in DEATH_NATURES:
            chosen = draw(self.seed, STREAM_DEATH + 1, persons) % np.uint64(len(self._death_feeds))
            present |= (fates == FALSELY_DEAD) & (chosen == self._death_feeds.index(plan.source))
            present |= (fates == SAID_ALIVE) & (plan.source == "FUNERAL")
        elif plan.nature == "register":
            extra = np.where(fates == MOVED, CANCELLED_OTHERWISE, CANCELLED_BY_DEATH).astype(np.uint8)
            extra[fates == SAID_ALIVE] = STILL_REGISTERED
            present |= (fates == SAID_ALIVE) if plan.source == "HUKOU" else (fates == MOVED)
        elif plan.nature == "mark":
            extra = np.where(fates == MISSING_PERSON, MARK_MISSING, MARK_DEAD).astype(np.uint8)
            extra[fates == PRISONER] = MARK_IN_PRISON
            present |= is_known & ((fates == MISSING_PERSON) | (fates == PRISONER))
        elif plan.nature == "custody":
            present, extra = is_known & (fates == PRISONER), _sentences(more)
        elif plan.nature == "benefit":
            present = is_known & (fates == DOUBLE)
        which = np.nonzero(present)[0]
        made = self._made(
            plan, at[which], persons[which], words[which], more[which], extra[which], day[which]
        )
        return _cleaned(made, fates[which] == SAID_ALIVE)

    def _made(
        self,
        plan: FeedPlan,
        at: Integers,
        persons: Integers,
        words: Words,
        more: Words,
        extra: NDArray[np.uint8],
        day: Integers,
    ) -> Rows:
        until = np.full(len(at), NO_DAY, np.int64)
        if plan.nature == "custody":
            # Sentences begin up to five years back and last up to seven; one in eight has no end on record.
            day = self.as_of + 10 - (field(words, 1).astype(np.int64) * 1800 >> 16)
            length = 60 + (field(more, 2).astype(np.int64) * 2500 >> 16)
            until = np.where(field(more, 3) % 8 == 0, NO_DAY, day + length)
        return Rows(
            at=at,
            person=persons,
            event_day=day,
            until_day=until,
            extra=extra,
            number_kind=_NUMBER_TABLE[field(words, 2)],
            name_kind=_NAME_TABLE[field(words, 3)],
            variant=field(more, 2).astype(np.int64),
            is_repeated=field(more, 1) < threshold(rate("repeated feed row")),
        )


def _sentences(words: Words) -> NDArray[np.uint8]:
    kinds: NDArray[np.uint8] = _SENTENCE_TABLE[field(words, 0)]
    return kinds


def _cleaned(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    """Rows whose number and name must be right, because the case is about two departments that contradict each other."""
    rows.number_kind[which] = 0
    rows.name_kind[which] = SAME_NAME
    return rows
