"""The window of evidence of one run: which days prove that somebody still lives, by the region's kind of period.

Worked example: rolling over 12 months, as of 2024-05-31: from 2023-06-01 to 2024-05-31. By month: the twelve months up
to and including the month of the run. Calendar year: from 1 January. Fixed window January to June: as of August, from
1 January to 30 June of that year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jubao.kernel.dates import add_months
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01, the form in which days are compared inside the engine."""
    return (day - EPOCH).days


def date_number(day: date) -> int:
    """yyyymmdd, the form in which the certification rules count."""
    return day.year * 10000 + day.month * 100 + day.day


def numbered_date(number: int) -> date:
    """The day of such a number: 20240531 is 31 May 2024."""
    return date(number // 10000, number // 100 % 100, number % 100)


@dataclass(frozen=True)
class Window:
    """First and last day that count, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Period:
    """The certification period of a region on the day of the run, with the window of evidence in it."""

    kind: str
    cycle_months: int
    window_last_month: int
    window: Window


def _fixed(value: object, year: int) -> Window:
    """The fixed window of a year from `{from: "01-01", until: "06-30"}`."""
    if not isinstance(value, dict):
        raise TypeError("a fixed window needs from and until")
    first, last = (tuple(int(part) for part in str(value[key]).split("-")) for key in ("from", "until"))
    return Window(date(year, first[0], first[1]), date(year, last[0], last[1]))


def calendar_year(as_of: date) -> Window:
    """From 1 January to the day of the run."""
    return Window(date(as_of.year, 1, 1), as_of)


def period_on(pack: Pack, month: Month, as_of: date) -> Period:
    """The period of the region. Raises NotCovered where no text covers the day, or the window has not opened yet."""
    kind = str(pack.setting("cert.period_kind", as_of).value)
    length = pack.setting("cert.length", as_of).value
    if kind == "window":
        fixed = _fixed(length, as_of.year)
        if as_of < fixed.first:
            raise NotCovered(
                "WINDOW_NOT_OPEN",
                _("{title} {year} 年的认证窗口 {first} 才开始，{as_of} 尚无可比对的认证周期。").format(
                    title=pack.title, year=as_of.year, first=fixed.first, as_of=as_of
                ),
                remedy=_("请改用窗口开始以后的日期。"),
            )
        return Period(kind, 12, fixed.last.month, Window(fixed.first, min(as_of, fixed.last)))
    if kind == "calendar_year":
        return Period(kind, 12, 12, calendar_year(as_of))
    cycle = int(length)
    if kind == "rolling_by_month":
        return Period(kind, cycle, 12, Window((month - (cycle - 1)).first_day, as_of))
    return Period(kind, cycle, 12, Window(add_months(as_of, -cycle) + timedelta(days=1), as_of))
