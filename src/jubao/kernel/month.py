"""A month of a year: written ``2024-05`` outside, counted by its index inside.

Example::

    >>> first = Month.parse("2023年9月")
    >>> str(first + 4), first - Month(2023, 1), first.last_day
    ('2024-01', 8, datetime.date(2023, 9, 30))
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import overload

from jubao.kernel.characters import fold, shown
from jubao.kernel.errors import ValueRefused
from jubao.kernel.text import _

# Excel turns a typed 2024-05 into the first of that month, so a whole date is read as the month it lies in.
_MONTH = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<packed>[0-9]{2})"
    r"|\s*[-/.年]\s*(?P<month>[0-9]{1,2})(?:\s*月|\s*[-/.月]\s*(?P<day>[0-9]{1,2})日?(?:[ T][0-9:.]{4,15})?)?)"
)
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month; ordered, hashable, with arithmetic in whole months."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2024-05``, ``202405``, ``2024年5月``, ``2024/5``, ``2024.5``.

        Raises ValueRefused: MONTH_EMPTY, MONTH_UNREADABLE, MONTH_IMPOSSIBLE (month 13, year 0202).
        """
        folded = fold(text)
        remedy = _("请写成 2024-05 的样子。")
        if not folded:
            raise ValueRefused("MONTH_EMPTY", _("月份是空的。"), remedy)
        match = _MONTH.fullmatch(folded)
        if match is None:
            raise ValueRefused(
                "MONTH_UNREADABLE", _("月份“{text}”读不出来。").format(text=shown(folded)), remedy
            )
        year, month = int(match["year"]), int(match["packed"] or match["month"])
        possible = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12
        if not possible or not 1 <= int(match["day"] or 1) <= monthrange(year, month)[1]:
            raise ValueRefused(
                "MONTH_IMPOSSIBLE", _("没有“{text}”这个月份。").format(text=shown(folded)), remedy
            )
        return cls(year, month)

    @classmethod
    def from_index(cls, index: int) -> Month:
        """The month whose ``index`` is given."""
        return cls(index // 12, index % 12 + 1)

    @classmethod
    def containing(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def index(self) -> int:
        """Months since the year 0: ``year * 12 + month - 1``; what rules and tables count with."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def __add__(self, months: int) -> Month:
        return Month.from_index(self.index + months)

    @overload
    def __sub__(self, other: Month) -> int: ...

    @overload
    def __sub__(self, other: int) -> Month: ...

    def __sub__(self, other: Month | int) -> Month | int:
        return self.index - other.index if isinstance(other, Month) else Month.from_index(self.index - other)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
