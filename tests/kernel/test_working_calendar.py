"""Working days: the announced table, terms that cross a holiday, and tables that cannot be read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from jubao.kernel.errors import InputRefused
from jubao.kernel.working_calendar import WorkingCalendar


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return WorkingCalendar.load()


def test_table_agrees_with_its_source_on_every_announced_day(calendar: WorkingCalendar) -> None:
    days = [date(2004, 1, 1) + timedelta(days=i) for i in range((date(2027, 1, 1) - date(2004, 1, 1)).days)]

    assert [day for day in days if calendar.is_working_day(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        (date(2026, 9, 30), 0, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 9, 29), 1, date(2026, 9, 30)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 12, 31), 2, date(2027, 1, 4)),
    ],
)
def test_first_day_is_not_counted(calendar: WorkingCalendar, day: date, count: int, end: date) -> None:
    assert calendar.add_working_days(day, count) == end


@pytest.mark.parametrize(
    ("day", "is_provisional"),
    [
        (date(2003, 12, 31), True),
        (date(2004, 1, 1), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
    ],
)
def test_years_not_announced_are_provisional(
    calendar: WorkingCalendar, day: date, is_provisional: bool
) -> None:
    assert calendar.is_provisional(day) is is_provisional


def test_provisional_days_know_only_weekends(calendar: WorkingCalendar) -> None:
    assert calendar.is_working_day(date(2027, 10, 1))
    assert not calendar.is_working_day(date(2027, 10, 2))


def test_negative_term_is_a_programming_error(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(date(2026, 1, 5), -1)


def test_own_table_is_read(tmp_path: Path) -> None:
    table = tmp_path / "days.csv"
    table.write_text("\ufeffday,is_working,note\n2027-10-01,否,国庆\n2027/10/2,是,\n", encoding="utf-8")

    own = WorkingCalendar.load(table)

    assert not own.is_working_day(date(2027, 10, 1))
    assert own.is_working_day(date(2027, 10, 2))
    assert not own.is_provisional(date(2027, 6, 1))


@pytest.mark.parametrize(
    "line", ["2027-13-01,0,", "2027-10-01,也许,", ",0,", "2027-10-03", "2027-09-30,1,twice"]
)
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    table = tmp_path / "days.csv"
    table.write_text(f"day,is_working,note\n2027-09-30,0,\n{line}\n", encoding="utf-8")

    with pytest.raises(InputRefused, match=r"days\.csv 第 3 行") as refused:
        WorkingCalendar.load(table)

    assert refused.value.code == "CALENDAR_UNREADABLE"
