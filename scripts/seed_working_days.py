"""Write src/jubao/kernel/data/working_days.csv from the holidays known to the package chinesecalendar (a dev tool).

Only days that differ from Monday to Friday are written. Run again when a new year has been announced::

    python scripts/seed_working_days.py 2004 2026
"""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

TABLE = Path(__file__).resolve().parent.parent / "src/jubao/kernel/data/working_days.csv"


def main(first_year: int, last_year: int) -> None:
    day = date(first_year, 1, 1)
    with TABLE.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["day", "is_working", "note"])
        while day.year <= last_year:
            is_working = chinese_calendar.is_workday(day)
            if is_working != (day.weekday() < 5):
                holiday = chinese_calendar.get_holiday_detail(day)[1]
                writer.writerow([day.isoformat(), int(is_working), holiday or ""])
            day += timedelta(days=1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
