"""The known truth: on which list each roster row belongs, worked out from the columns that made the files.

This is a second, plain formulation of what the contract says about windows and lists, over dates and flags that the
generator knows; it never reads a file and never calls the engine or the rules, so that a mistake there shows.

    >>> Judgement.TO_VERIFY.value
    'to_verify'
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from jubao.demo.counter import Integers
from jubao.demo.districts import District, FeedPlan
from jubao.demo.evidence import (
    CANCELLED_BY_DEATH,
    CRITICAL,
    DEATH_NATURES,
    HOMOPHONE,
    NO_DAY,
    NO_NAME,
    OTHER_NAME,
    SENTENCE_STOPS_PAY,
    STILL_REGISTERED,
    Rows,
)
from jubao.demo.numbers import UNUSABLE
from jubao.demo.people import days_since_epoch
from jubao.kernel.month import Month

Flags = NDArray[np.bool_]


class Judgement(Enum):
    """The five places where a roster row can end."""

    ELIGIBLE = "eligible"
    LOST = "lost"
    TO_VERIFY = "to_verify"
    NOT_SUBJECT = "not_subject"
    REJECTS = "rejects"


LISTS = tuple(each.value for each in Judgement)
HEADLINES = (
    "LIFE_EVIDENCE",
    "LOSS_EVIDENCE",
    "CONFLICTING_STATUS",
    "CONFLICT",
    "CERTIFIED_AFTER_DEATH",
    "NAME_MISMATCH",
    "NAME_MISSING",
    "NO_EVIDENCE",
    "DUPLICATE_NUMBER",
    "DUPLICATE_ROW",
    "INVALID_NUMBER",
    "PAYMENT_STATE",
    "SCHEME",
    "NOT_YET_DUE",
)
LINKS = ("exact", "NAME_MISMATCH", "NAME_MISSING", "unusable_number", "not_on_roster")
EXACT, MISMATCH, WITHOUT_NAME, UNUSABLE_NUMBER, NOT_ON_ROSTER = range(len(LINKS))


def window(district: District, month: Month) -> tuple[int, int]:
    """First and last day on which a life event counts, both included, as days since 1970."""
    last = month.last_day
    if district.window == "rolling":
        day = min(last.day, 28) if last.month == 2 else last.day
        first = days_since_epoch(date(last.year - 1, last.month, day)) + 1
        return first, days_since_epoch(last)
    if district.window == "rolling_months":
        return days_since_epoch((month - 11).first_day), days_since_epoch(last)
    new_year = days_since_epoch(date(last.year, 1, 1))
    if district.window == "first_half":
        return new_year, min(days_since_epoch(last), days_since_epoch(date(last.year, 6, 30)))
    return new_year, days_since_epoch(last)


def link_kind(rows: Rows) -> NDArray[np.uint8]:
    """How the row hangs on its person of the roster."""
    kind = np.full(len(rows.person), EXACT, np.uint8)
    kind[(rows.name_kind == HOMOPHONE) | (rows.name_kind == OTHER_NAME)] = MISMATCH
    kind[rows.name_kind == NO_NAME] = WITHOUT_NAME
    kind[np.isin(rows.number_kind, UNUSABLE)] = UNUSABLE_NUMBER
    kind[rows.at < 0] = NOT_ON_ROSTER
    return kind


def birthday_65(birth_day: Integers) -> Integers:
    """The 65th birthday; 29 February falls on the 28th, because 65 years later there is no 29th."""
    birth = birth_day.astype("datetime64[D]")
    month = birth.astype("datetime64[M]")
    month_65 = month + np.timedelta64(65 * 12, "M")
    last = (month_65 + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    day = month_65.astype("datetime64[D]") + (birth - month.astype("datetime64[D]"))
    reached: Integers = np.minimum(day, last).astype(np.int64)
    return reached


@dataclass(frozen=True)
class Counting:
    """Which rows of a feed count in this district and month."""

    district: District
    month: Month

    def life(self, plan: FeedPlan, rows: Rows, birth_day: Integers) -> Flags:
        """Rows that prove life inside the window. `birth_day` is given per row."""
        first, last = window(self.district, self.month)
        if plan.in_calendar_year:
            first = days_since_epoch(date(self.month.year, 1, 1))
        counts = (rows.event_day >= first) & (rows.event_day <= last)
        if plan.nature == "hospital":
            counts &= rows.extra != CRITICAL
        if plan.nature == "bus_card":
            counts &= rows.event_day >= birthday_65(birth_day)
        return counts

    def loss(self, plan: FeedPlan, rows: Rows) -> Flags:
        """Rows that tell of an end of the entitlement; a death keeps counting, an ended sentence does not."""
        as_of = days_since_epoch(self.month.last_day)
        counts = rows.event_day <= as_of
        if plan.nature == "register":
            counts &= rows.extra == CANCELLED_BY_DEATH
        if plan.nature == "custody":
            counts &= SENTENCE_STOPS_PAY[rows.extra] & (
                (rows.until_day == NO_DAY) | (rows.until_day >= as_of)
            )
        return counts

    def said_alive(self, plan: FeedPlan, rows: Rows) -> Flags:
        """Register rows that say the person still lives there."""
        return (
            (rows.extra == STILL_REGISTERED)
            if plan.nature == "register"
            else np.zeros(len(rows.at), np.bool_)
        )


class Evidence:
    """Flags per person, collected feed by feed."""

    def __init__(self, persons: int) -> None:
        flags = np.zeros((7, persons), np.bool_)
        (
            self.life,
            self.loss,
            self.mismatch,
            self.nameless,
            self.fuzzy_loss,
            self.alive,
            self.certified_after_death,
        ) = flags
        self.first_death = np.full(persons, -NO_DAY, np.int64)

    def add(self, counting: Counting, plan: FeedPlan, rows: Rows, birth_day: Integers) -> None:
        """Take in the rows of one feed."""
        link = link_kind(rows)
        if plan.is_life:
            self.life[rows.at[counting.life(plan, rows, birth_day[rows.at]) & (link == EXACT)]] = True
            return
        counts = counting.loss(plan, rows)
        for flags, kind in (
            (self.loss, EXACT),
            (self.mismatch, MISMATCH),
            (self.nameless, WITHOUT_NAME),
            (self.fuzzy_loss, UNUSABLE_NUMBER),
        ):
            flags[rows.at[counts & (link == kind)]] = True
        if plan.nature in DEATH_NATURES:
            deaths = counts & (link == EXACT)
            np.minimum.at(self.first_death, rows.at[deaths], rows.event_day[deaths])
        self.alive[rows.at[counting.said_alive(plan, rows) & (link == EXACT)]] = True

    @property
    def has_loss(self) -> Flags:
        """Whoever has a sign of a loss by number, right name or not."""
        return self.loss | self.mismatch | self.nameless

    def judged(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """List and headline of a subject, as places in LISTS and HEADLINES."""
        rules = (
            (self.loss & self.alive, Judgement.TO_VERIFY, "CONFLICTING_STATUS"),
            (self.loss & self.life, Judgement.TO_VERIFY, "CONFLICT"),
            (self.mismatch, Judgement.TO_VERIFY, "NAME_MISMATCH"),
            (self.nameless, Judgement.TO_VERIFY, "NAME_MISSING"),
            (self.certified_after_death, Judgement.TO_VERIFY, "CERTIFIED_AFTER_DEATH"),
            (self.life, Judgement.ELIGIBLE, "LIFE_EVIDENCE"),
            (self.loss, Judgement.LOST, "LOSS_EVIDENCE"),
        )
        conditions = [condition for condition, _, _ in rules]
        lists = np.select(
            conditions, [LISTS.index(each.value) for _, each, _ in rules], LISTS.index("to_verify")
        )
        headlines = np.select(
            conditions, [HEADLINES.index(code) for _, _, code in rules], HEADLINES.index("NO_EVIDENCE")
        )
        return lists.astype(np.uint8), headlines.astype(np.uint8)
