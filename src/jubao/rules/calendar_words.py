"""Words of the vocabulary for dates, built from the arithmetic ones so that both evaluators know them.

A date is a whole number `yyyymmdd`, a month is `year * 12 + month - 1` (`Month.index`); both compare as they
should. Worked example: `add_months(20240531, -3)` is 20240229, and on a column the same call writes SQL.
"""

from __future__ import annotations

from jubao.rules.vocabulary import Value, all_of, any_of, at_most, is_one_of, quotient, when

LONG_MONTHS = (0, 2, 4, 6, 7, 9, 11)
FEBRUARY = 1


def year_of(date: Value) -> Value:
    """The year of a date."""
    return quotient(date, 10000)


def day_of(date: Value) -> Value:
    """The day of the month of a date."""
    return date - quotient(date, 100) * 100


def month_of(date: Value) -> Value:
    """The month index of a date: yyyymm less 88 for each year, less 1."""
    return quotient(date, 100) - quotient(date, 10000) * 88 - 1


def year_of_month(month: Value) -> Value:
    """The year of a month index."""
    return quotient(month, 12)


def first_day(month: Value) -> Value:
    """The first day of a month."""
    return quotient(month, 12) * 8800 + month * 100 + 101


def last_day(month: Value) -> Value:
    """The last day of a month, leap years included."""
    return first_day(month) - 1 + _days_in(month)


def _days_in(month: Value) -> Value:
    year = quotient(month, 12)
    position = month - year * 12
    is_leap = any_of(_divides(year, 400), all_of(_divides(year, 4), _is_remainder(year, 100)))
    february = when((is_leap, 29), otherwise=28)
    return when((is_one_of(position, LONG_MONTHS), 31), (position == FEBRUARY, february), otherwise=30)


def _divides(number: Value, divisor: int) -> Value:
    return quotient(number, divisor) * divisor == number


def _is_remainder(number: Value, divisor: int) -> Value:
    return quotient(number, divisor) * divisor != number


def add_months(date: Value, months: Value) -> Value:
    """The same day so many months on (or back), clipped to the month's end (民法典 202)."""
    month = month_of(date) + months
    day = date - quotient(date, 100) * 100
    return first_day(month) - 1 + at_most(day, _days_in(month))
