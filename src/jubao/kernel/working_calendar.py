"""Working days, for every deadline a text gives in 个工作日.

The table ``data/working_days.csv`` lists only what differs from Monday to Friday: holidays on weekdays, and weekends that
are worked. A year without a single line has not been announced yet: its days are provisional. Example::

    >>> calendar = WorkingCalendar.load()
    >>> calendar.add_working_days(date(2026, 9, 30), 5)       # the National Day holiday, and a working Saturday
    datetime.date(2026, 10, 13)
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from jubao.kernel.dates import parse_date, parse_yes_no
from jubao.kernel.errors import InputRefused, ValueRefused
from jubao.kernel.text import _

TABLE = Path(__file__).resolve().parent / "data" / "working_days.csv"


class WorkingCalendar:
    """Which days are worked. Made from the exceptions to Monday to Friday."""

    def __init__(self, exceptions: Mapping[date, bool]) -> None:
        self._exceptions = dict(exceptions)
        self._announced_years = frozenset(day.year for day in exceptions)

    @classmethod
    def load(cls, path: Path | str | None = None) -> WorkingCalendar:
        """Read a table with the columns ``day, is_working, note``; without a path the one that comes with Jubao.

        Raises InputRefused CALENDAR_UNREADABLE naming file and line; a day listed twice is refused too.
        """
        source = Path(path) if path is not None else TABLE
        exceptions: dict[date, bool] = {}
        with source.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                day, is_working = _read_row(row, source, number)
                if day in exceptions:
                    raise _unreadable(source, number, _("这一天已在前面列过。"))
                exceptions[day] = is_working
        return cls(exceptions)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self._exceptions.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        """Whether the year's holidays are not announced yet, so that only weekends are known."""
        return day.year not in self._announced_years

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after a day; the day itself is not counted (民法典 第二百零一条)."""
        if count < 0:
            raise ValueError(f"a term cannot be negative: {count}")
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


def _read_row(row: dict[str, str | None], source: Path, number: int) -> tuple[date, bool]:
    try:
        return parse_date(row.get("day") or ""), parse_yes_no(row.get("is_working") or "")
    except ValueRefused as refused:
        raise _unreadable(source, number, refused.message) from refused


def _unreadable(source: Path, number: int, what: str) -> InputRefused:
    message = _("工作日表 {file} 第 {row} 行：{what}").format(file=source.name, row=number, what=what)
    return InputRefused(
        "CALENDAR_UNREADABLE", message, remedy=_("请改正这一行；列为 day, is_working, note。")
    )
