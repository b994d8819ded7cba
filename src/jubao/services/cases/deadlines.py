"""Until when a case is to be decided: the deadline of the pack's step, counted from the day it was taken in.

Worked example: 5 working days from Friday 2026-09-25 end on 2026-10-09, because the week of National Day does not count;
the day of acceptance itself is not counted (民法典 第二百零一条).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from jubao.kernel.month import Month
from jubao.kernel.working_calendar import WorkingCalendar
from jubao.policy import Pack
from jubao.policy.schema.feeds import Deadline
from jubao.services.cases.kinds import Transition

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


@cache
def calendar() -> WorkingCalendar:
    """The working days of the country."""
    return WorkingCalendar.load()


def last_day(deadline: Deadline, start: date) -> date:
    """The last day of a term that begins on the day after `start`."""
    if deadline.unit == "working_day":
        return calendar().add_working_days(start, deadline.count)
    if deadline.unit == "calendar_day":
        return start + timedelta(days=deadline.count)
    months = deadline.count * (12 if deadline.unit == "year" else 1)
    ends = Month.containing(start) + months
    if deadline.unit == "month_end":
        return ends.last_day
    return min(ends.last_day, ends.first_day + timedelta(days=start.day - 1))


def due_on(transitions: Iterable[Transition], opened_on: date) -> date | None:
    """The last day for the decision; of several terms on the way the one of the closing decision counts, else the latest."""
    terms = [one for one in transitions if one.deadline is not None]
    closing = [one for one in terms if one.is_decision and one.closes] or terms
    days = [last_day(one.deadline, opened_on) for one in closing if one.deadline is not None]
    return max(days, default=None)


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day at the office: 2024-05-31 gives 2024-06-01 00:00 in China."""
    return datetime.combine(day + timedelta(days=1), time(), OFFICE_TIME)


def is_out_of_hours(pack: Pack, now: datetime) -> bool:
    """Whether an act falls outside the pack's office hours, or on a day that is not worked."""
    local = now.astimezone(OFFICE_TIME)
    hours = pack.find_setting("hours.working", local.date())
    if hours is None:
        return False
    inside = hours.value["from"] <= f"{local:%H:%M}" < hours.value["until"]
    return not (inside and calendar().is_working_day(local.date()))
