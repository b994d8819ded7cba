"""On which list each recipient of a demo district belongs this month, worked out from how the people were made.

The file demo's truth is about its roster with doubled rows and wrong numbers; in the system a person stands once and with
the right number, and has the certifications of earlier years beside the one on file. The feeds are the same.

    >>> from jubao.demo.districts import NANAO
    >>> people = SystemPeople(NANAO, seed=7, month=Month.parse("2026-11"), people=1000)
    >>> truth = system_truth(people)
    >>> truth.num_rows, set(truth["list_name"].to_pylist()) <= set(LISTS)
    (400, True)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from jubao.demo.columns import coded
from jubao.demo.counter import Integers
from jubao.demo.people import days_since_epoch
from jubao.demo.roster import SUSPENDED
from jubao.demo.system_people import SystemPeople
from jubao.demo.truth import HEADLINES, LISTS
from jubao.kernel.month import Month

LEFT_OUT_ONE_IN, LEFT_OUT = 200, 7
"""In regions that certify by calendar year or window, rank % 200 == 7 has missed it."""


def former_certifications(people: SystemPeople) -> tuple[date, ...]:
    """The days on which everybody alive and drawing was certified, so that the payments before this month were right."""
    month, first = people.month, people.first_paid_month
    kind = people.district.window
    if kind.startswith("rolling"):
        return ((month - 12).first_day + timedelta(days=14),)
    if kind == "calendar_year":
        return tuple(
            date(year, 1, 5)
            for year in sorted({first.year, month.year})
            if date(year, 1, 5) < month.first_day
        )
    return tuple(
        date(year, 5, 15) for year in (month.year - 1, month.year) if date(year, 5, 15) < month.first_day
    )


def has_missed(people: SystemPeople, ids: Integers) -> np.ndarray:
    """Who was not there on those days."""
    if people.district.window.startswith("rolling"):
        return np.zeros(len(ids), np.bool_)
    return np.asarray(ids % LEFT_OUT_ONE_IN == LEFT_OUT)


def last_certified(people: SystemPeople, ids: Integers) -> Integers:
    """The day of the last certification on file of each recipient, as days since 1970."""
    who = people.roster.population.identity(ids)
    standing = people.roster.standing(ids, who)
    dies, day = people.roster.view.death_days(ids), standing.certified_day.copy()
    for known in former_certifications(people):
        number = days_since_epoch(known)
        came = (standing.start <= Month.containing(known).index) & (dies > number) & ~has_missed(people, ids)
        came &= standing.dirt != SUSPENDED
        day = np.where(came, np.maximum(day, number), day)
    return day


def system_truth(people: SystemPeople) -> pa.Table:
    """One row per recipient: rank, expected list, expected headline."""
    ids = people.recipient_ids
    who = people.roster.population.identity(ids)
    standing = replace(people.roster.standing(ids, who), certified_day=last_certified(people, ids))
    evidence = people.roster.evidence(ids, who, standing)
    lists, headlines = evidence.judged()

    def put(which: np.ndarray, name: str, code: str) -> None:
        lists[which], headlines[which] = LISTS.index(name), HEADLINES.index(code)

    is_new = (
        standing.is_first_year
        if people.district.first_duty == "next_year"
        else standing.start >= people.month.index
    )
    put(is_new & ~evidence.has_loss, "not_subject", "NOT_YET_DUE")
    if not people.district.suspended_are_subjects:
        put(standing.dirt == SUSPENDED, "not_subject", "PAYMENT_STATE")
    return pa.table(
        {"rank": pa.array(ids), "list_name": coded(lists, LISTS), "headline": coded(headlines, HEADLINES),
         "has_fuzzy_loss": pa.array(evidence.fuzzy_loss)}
    )  # fmt: skip
