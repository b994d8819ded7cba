"""Dated entries on one line of days: a child pack replaces what it overlaps of its parent, and nothing else.

Worked example: the parent holds A from 2020-01-01 without end, the child B from 2023-07-01 to 2024-06-30; on the line stand
A until 2023-06-30, B until 2024-06-30, then A again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from jubao.kernel.month import Month

Entry = TypeVar("Entry")
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span(Generic[Entry]):
    """One entry and the days it holds, both included; `pack_code` is the pack that says so."""

    first: date
    last: date
    entry: Entry
    pack_code: str

    @property
    def from_month(self) -> Month:
        """The first month the entry is for: the month a text is issued in counts as covered."""
        return Month.containing(self.first)


def span(starts: date | None, ends: date | None, entry: Entry, pack_code: str) -> Span[Entry]:
    """A span from the `from` and `to` of a pack file."""
    return Span(starts or FIRST_DAY, ends or LAST_DAY, entry, pack_code)


def overlaps(spans: Iterable[Span[Entry]]) -> list[tuple[Span[Entry], Span[Entry]]]:
    """Pairs of neighbours that both claim a day."""
    ordered = sorted(spans, key=lambda item: item.first)
    return [(one, two) for one, two in zip(ordered, ordered[1:], strict=False) if two.first <= one.last]


def overlay(under: Sequence[Span[Entry]], over: Sequence[Span[Entry]]) -> tuple[Span[Entry], ...]:
    """The line of the parent with the child's periods laid over it."""
    rest = list(under)
    for top in over:
        cut: list[Span[Entry]] = []
        for item in rest:
            if item.last < top.first or top.last < item.first:
                cut.append(item)
                continue
            if item.first < top.first:
                cut.append(Span(item.first, top.first - ONE_DAY, item.entry, item.pack_code))
            if top.last < item.last:
                cut.append(Span(top.last + ONE_DAY, item.last, item.entry, item.pack_code))
        rest = cut
    return tuple(sorted([*rest, *over], key=lambda item: item.first))


def on_day(line: Sequence[Span[Entry]], day: date) -> Span[Entry] | None:
    """The entry that holds on a day."""
    place = bisect_right(line, day, key=lambda item: item.first) - 1
    return line[place] if place >= 0 and day <= line[place].last else None


def in_month(line: Sequence[Span[Entry]], month: Month) -> Span[Entry] | None:
    """The entry of a month: the one of its last day, else the latest that touches the month at all.

    A text issued on 3 January is for January; one that ended on 20 June is still for June where nothing followed it.
    """
    found = on_day(line, month.last_day)
    if found is not None:
        return found
    touching = [item for item in line if item.first <= month.last_day and month.first_day <= item.last]
    return touching[-1] if touching else None


def until_month(line: Sequence[Span[Entry]], item: Span[Entry]) -> Month | None:
    """The last month `in_month` answers with this entry; None for an open end."""
    if item.last >= LAST_DAY:
        return None
    last = Month.containing(item.last)
    followed = in_month(line, last)
    return last if followed is item or last == item.from_month else last - 1


def month_bounds(line: Sequence[Span[Entry]]) -> set[Month]:
    """Every month whose entry is another than that of the month before."""
    candidates = {item.from_month for item in line}
    for item in line:
        if item.last < LAST_DAY:
            last = Month.containing(item.last)
            candidates |= {last, last + 1}
    return {month for month in candidates if in_month(line, month) is not in_month(line, month - 1)}
