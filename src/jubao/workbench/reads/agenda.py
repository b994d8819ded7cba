"""The month of the region: which days are worked, and what the pack's calendar puts on them.

Worked example: in a region whose pack says 发送通知 on days 1 to 10, the tenth stands in amber with that title, and the
agenda lists it with its clause.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jubao.kernel.text import language
from jubao.policy.pack import Pack
from jubao.policy.schema.feeds import CalendarEntry
from jubao.services.cases.deadlines import calendar


@dataclass(frozen=True)
class Task:
    """One entry of the calendar in this month."""

    title: str
    first: date
    last: date
    clause: str
    state: str


@dataclass(frozen=True)
class Day:
    """One day of the grid."""

    number: int
    is_working: bool
    is_today: bool
    titles: tuple[str, ...]


def card(pack: Pack, today: date) -> SafeString:
    """The month as it is drawn on the home page."""
    return _card(pack, today, language())


@lru_cache(maxsize=64)
def _card(pack: Pack, today: date, spoken: str) -> SafeString:
    """The same for everybody of a region all day long; `spoken` is the language that it is drawn in."""
    tasks = tasks_of(pack, today)
    known = {"tasks": tasks, "weeks": grid(tasks, today)}
    return render_to_string("workbench/components/agenda.html", known)


def tasks_of(pack: Pack, today: date) -> list[Task]:
    """What the region does this month, in order of days."""
    found = [
        task
        for entries in pack.calendar.values()
        for entry in entries
        if (task := _task(pack, entry, today)) is not None
    ]
    return sorted(found, key=lambda task: (task.last, task.first, task.title))


def grid(tasks: list[Task], today: date) -> list[list[Day | None]]:
    """The weeks of the month, Monday first; a task stands on its last day."""
    last_days: dict[int, list[str]] = {}
    for task in tasks:
        last_days.setdefault(task.last.day, []).append(task.title)
    return [
        [_day(number, last_days, today) if number else None for number in week]
        for week in months.Calendar().monthdayscalendar(today.year, today.month)
    ]


def _day(number: int, last_days: dict[int, list[str]], today: date) -> Day:
    on = today.replace(day=number)
    return Day(number, calendar().is_working_day(on), on == today, tuple(last_days.get(number, ())))


def _task(pack: Pack, entry: CalendarEntry, today: date) -> Task | None:
    if entry.month not in (None, today.month):
        return None
    if (entry.starts and entry.starts > today) or (entry.ends and entry.ends < today):
        return None
    end_of_month = months.monthrange(today.year, today.month)[1]
    if entry.working_days:
        first = today.replace(day=1)
        last = calendar().add_working_days(first - timedelta(days=1), entry.working_days)
    elif entry.day_from or entry.day_until:
        first = today.replace(day=min(entry.day_from or 1, end_of_month))
        last = today.replace(day=min(entry.day_until or entry.day_from or end_of_month, end_of_month))
    else:
        return None
    state = "done" if last < today else "now" if first <= today else "later"
    return Task(entry.title, first, last, _article(pack, entry.clause), state)


def _article(pack: Pack, clause: str | None) -> str:
    found = pack.find_clause(clause) if clause else None
    return f"{found.document} {found.article}" if found else ""
