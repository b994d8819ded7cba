"""Days, spans and yes/no as they stand in the cells of a spreadsheet.

Example::

    >>> parse_date("2024年5月17日"), parse_date("45429"), parse_years_months("17年3个月")
    (datetime.date(2024, 5, 17), datetime.date(2024, 5, 17), 207)
    >>> add_months(date(2024, 5, 31), -3)
    datetime.date(2024, 2, 29)
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from jubao.kernel.characters import fold, shown
from jubao.kernel.errors import ValueRefused
from jubao.kernel.text import _

_TIME = r"(?:[ T]?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<packed>[0-9]{4})"
    r"|\s*(?P<mark>[-/.])\s*(?P<m1>[0-9]{1,2})\s*(?P=mark)\s*(?P<d1>[0-9]{1,2})"
    r"|\s*年\s*(?P<m2>[0-9]{1,2})\s*月\s*(?P<d2>[0-9]{1,2})\s*日?)" + _TIME
)
# From 1908 to 2173. Smaller serials are left out because 1963 would be a day of 1905 instead of a year.
_SERIAL = re.compile(r"(?P<days>[3-9][0-9]{3}|[1-9][0-9]{4})(?:\.[0-9]{1,15})?")
# Excel believes in a 29 February 1900, so from March 1900 on its count starts one day early.
_SERIAL_ZERO = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1850, 2199

_YEARS_MONTHS = re.compile(
    r"(?P<years>[0-9]{1,3})(?:年(?:(?P<months>[0-9]{1,2})(?:个?月))?)?|(?P<only>[0-9]{1,2})个月"
)
_YES = frozenset({"是", "有", "true", "1", "y", "yes"})
_NO = frozenset({"否", "无", "false", "0", "n", "no"})


def chinese_date(day: date) -> str:
    """A day as forms and notices write it, whatever the language of the screen.

    >>> chinese_date(date(2026, 11, 2))
    '2026年11月2日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def parse_date(text: str) -> date:
    """Read a day, written in any usual way or as an Excel serial of the 1900 system; a trailing time is dropped.

    Raises ValueRefused: DATE_EMPTY, DATE_UNREADABLE, DATE_IMPOSSIBLE (30 February, month 13, year 0202).
    """
    folded = fold(text)
    remedy = _("请写成 2024-05-17 的样子。")
    if not folded:
        raise ValueRefused("DATE_EMPTY", _("日期是空的。"), remedy)
    serial = _SERIAL.fullmatch(folded)
    if serial is not None:
        return _SERIAL_ZERO + timedelta(days=int(serial["days"]))
    match = _DAY.fullmatch(folded)
    if match is None:
        raise ValueRefused("DATE_UNREADABLE", _("日期“{text}”读不出来。").format(text=shown(folded)), remedy)
    packed = match["packed"] or ""
    month, day = int(match["m1"] or match["m2"] or packed[:2]), int(match["d1"] or match["d2"] or packed[2:])
    year = int(match["year"])
    if not is_possible_day(year, month, day):
        raise ValueRefused("DATE_IMPOSSIBLE", _("没有“{text}”这一天。").format(text=shown(folded)), remedy)
    return date(year, month, day)


def is_possible_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day, between 1850 and 2199."""
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """The same day of another month, or the last day of that month if it is shorter (31 May - 3 = 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def parse_years_months(text: str) -> int:
    """Read a span of contribution as months: ``17``, ``17年``, ``17年3月``, ``17年3个月``, ``3个月``.

    Decimals are refused: 17.3 means seventeen years and three months to one clerk and 17 years and 109 days to another.
    Raises ValueRefused: YEARS_EMPTY, YEARS_DECIMAL, YEARS_UNREADABLE, YEARS_IMPOSSIBLE (12 or more odd months, over 100 years).
    """
    folded = fold(text).replace(" ", "")
    remedy = _("请写成 17 或 17年3个月 的样子。")
    if not folded:
        raise ValueRefused("YEARS_EMPTY", _("年限是空的。"), remedy)
    if re.fullmatch(r"[0-9]*\.[0-9]*年?", folded):
        raise ValueRefused(
            "YEARS_DECIMAL", _("年限“{text}”是小数，分不清是几个月。").format(text=shown(folded)), remedy
        )
    match = _YEARS_MONTHS.fullmatch(folded)
    if match is None:
        raise ValueRefused("YEARS_UNREADABLE", _("年限“{text}”读不出来。").format(text=shown(folded)), remedy)
    years, months = int(match["years"] or 0), int(match["months"] or match["only"] or 0)
    if years > 100 or (months > 11 and match["only"] is None):
        raise ValueRefused("YEARS_IMPOSSIBLE", _("年限“{text}”不合情理。").format(text=shown(folded)), remedy)
    return years * 12 + months


def parse_yes_no(text: str) -> bool:
    """Read 是/否, 有/无, true/false, 1/0, Y/N, yes/no. Raises ValueRefused: YES_NO_EMPTY, YES_NO_UNREADABLE."""
    folded = fold(text).lower()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    remedy = _("请填写 是 或 否。")
    if not folded:
        raise ValueRefused("YES_NO_EMPTY", _("是否一栏是空的。"), remedy)
    raise ValueRefused("YES_NO_UNREADABLE", _("“{text}”不是 是 或 否。").format(text=shown(folded)), remedy)
