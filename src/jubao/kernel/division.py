"""Places: a division has an id of our own, because its code changes and a code may come to mean another place.

Example: 500222 was 綦江县 until 2011; looked up at 2009-12-01 it is that county, at 2024-05-17 it is nothing::

    places = Divisions([Division("d-17", "500222", "綦江县", None, date(1997, 6, 18), date(2011, 10, 27))])
    places.by_code("500222", date(2009, 12, 1)).name      # 綦江县
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jubao.kernel.errors import NotCovered
from jubao.kernel.text import _


@dataclass(frozen=True, slots=True)
class Division:
    """One place under one code. ``valid_from`` is its first day, ``valid_until`` the first day it is no more (None: open)."""

    id: str
    code: str
    name: str
    parent: str | None
    valid_from: date
    valid_until: date | None = None

    def is_valid(self, on: date) -> bool:
        """Whether the place has this code on that day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class Divisions:
    """A table of places with look-ups at a date. Codes may overlap neither for one place nor between two."""

    def __init__(self, rows: Iterable[Division]) -> None:
        self._by_code: dict[str, list[Division]] = defaultdict(list)
        self._by_parent: dict[str | None, list[Division]] = defaultdict(list)
        self._by_id: dict[str, list[Division]] = defaultdict(list)
        for row in rows:
            self._require_no_overlap(row)
            self._by_code[row.code].append(row)
            self._by_parent[row.parent].append(row)
            self._by_id[row.id].append(row)

    def _require_no_overlap(self, new: Division) -> None:
        for old in self._by_code[new.code] + self._by_id[new.id]:
            starts_before_end = old.valid_until is None or new.valid_from < old.valid_until
            ends_after_start = new.valid_until is None or old.valid_from < new.valid_until
            if starts_before_end and ends_after_start:
                raise ValueError(f"divisions overlap: {old} and {new}")

    def find(self, code: str, on: date) -> Division | None:
        """The place that has this code on that day, or None."""
        return next((row for row in self._by_code.get(code, ()) if row.is_valid(on)), None)

    def by_code(self, code: str, on: date) -> Division:
        """The place that has this code on that day. Raises NotCovered DIVISION_UNKNOWN."""
        found = self.find(code, on)
        if found is None:
            message = _("{on} 没有代码为 {code} 的行政区划。").format(on=on.isoformat(), code=code)
            raise NotCovered("DIVISION_UNKNOWN", message, remedy=_("请核对代码，或在区划表中补上。"))
        return found

    def by_id(self, division_id: str, on: date) -> Division | None:
        """The row of a place, whatever its code, on that day, or None."""
        return next((row for row in self._by_id.get(division_id, ()) if row.is_valid(on)), None)

    def children(self, parent: str | None, on: date) -> list[Division]:
        """The places directly under one (None: the topmost), in order of code."""
        valid = [row for row in self._by_parent.get(parent, ()) if row.is_valid(on)]
        return sorted(valid, key=lambda row: row.code)
