"""The rule's answers for life records, by fault and day: asked once for every day instead of for every record.

Worked example: as of 2026-10-31 the line of fault 0 of TRAIN holds OUTSIDE_WINDOW up to 2025-10-31, USED up to the day of
the run, AFTER_RUN behind it, and NO_DATE in the first place, which stands for a day that no column gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp, parse_one

from jubao.matching.bulk_input import Array
from jubao.matching.plan import FeedSource, Plan
from jubao.rules import judgement as j
from jubao.rules.evaluate import select_sql

if TYPE_CHECKING:
    import duckdb

DAYS_BACK = 4000
"""Days before the run that are told apart; earlier ones all lie outside every window."""


class Uses:
    """The rule's answers for the life records of one source, by fault and day."""

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: Plan, source: FeedSource) -> None:
        self.con = con
        self.as_of = int(plan.constants["as_of_day"])
        self.first_day = self.as_of - DAYS_BACK
        self.faults: dict[int, int] = {}
        first, last = source.window_days
        self.window = (first, last)
        age = source.counts_when.min_age_years
        self.cutoff = np.full(DAYS_BACK + 2, 99_999_999, np.int64)
        if age is not None:
            days = np.datetime64("1970-01-01") + np.arange(self.first_day, self.as_of + 2)
            dates = [int(str(day).replace("-", "")) for day in days]
            self.cutoff = np.array([date - age * 10000 for date in dates], np.int64)
        self.table = np.zeros((0, DAYS_BACK + 2), np.uint8)

    def number_of(self, fault: int) -> int:
        """The line of a fault in the table, made on first sight by the rule over all days at once."""
        if fault not in self.faults:
            self.faults[fault] = len(self.faults)
            self.table = np.vstack([self.table, self._line(fault)])
        return self.faults[fault]

    def places(self, days: Array) -> Array:
        """The place of each day in a line of the table."""
        places: Array = np.clip(days - np.int32(self.first_day), 1, DAYS_BACK + 1)
        places[days <= j.NO_DAY] = 0
        return places

    def _line(self, fault: int) -> Array:
        constants = {
            "record_fault": fault, "sentence_until_day": j.FOREVER, "as_of_day": self.as_of, "is_date_needed": True,
            "window_from_day": self.window[0], "window_until_day": self.window[1],
        }  # fmt: skip
        # The first place of the table also stands for a day that no column gives.
        days = (
            f"SELECT {self.first_day} + i AS real_day, i > 0 AS has_event_day,"
            f" CASE WHEN i > 0 THEN {self.first_day} + i ELSE {j.NO_DAY} END AS event_day FROM range({DAYS_BACK + 2}) AS r(i)"
        )
        parsed = parse_one(days, read="duckdb")
        if not isinstance(parsed, exp.Query):
            raise TypeError("days are no SELECT")
        source = parsed.subquery("days")
        sql = select_sql(
            ["record_use"], ["has_event_day", "event_day"], constants, source, keep=["real_day", "record_use"]
        )
        found = self.con.execute(f"SELECT record_use FROM ({sql}) ORDER BY real_day").fetchall()
        return np.array([row[0] for row in found], np.uint8)
