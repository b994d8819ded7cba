"""What every contender of the comparison must do with the twelve feeds of district 500110, month 2026-10.

The fields say when a row counts; the peers write the same lists as the contract asks for exact links: eligible, lost,
to_verify (conflict, weak hint, nothing), not_subject, rejects; and one evidence row per link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

AS_OF = date(2026, 10, 31)
PERIOD_FROM = date(2025, 11, 1)
YEAR_FROM = date(2026, 1, 1)
PAYS_ON = ("管制", "缓刑", "暂予监外执行", "假释")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")


@dataclass(frozen=True)
class Feed:
    """One feed: life or loss, first day that counts, extra column and the values that count."""

    source: str
    is_life: bool
    counts_from: date | None = None
    column: str | None = None
    values: tuple[str, ...] = ()
    min_age: int = 0


FEEDS = (
    Feed("TRAIN", True, PERIOD_FROM),
    Feed("HOSPITAL", True, PERIOD_FROM, "critical", ("否",)),
    Feed("FAMILY_DOCTOR", True, PERIOD_FROM),
    Feed("BANK_IN_PERSON", True, PERIOD_FROM),
    Feed("BUS_CARD", True, PERIOD_FROM, min_age=65),
    Feed("SELF_FACE", True, PERIOD_FROM),
    Feed("WINDOW", True, YEAR_FROM),
    Feed("CREMATION", False),
    Feed("NATIONAL_POPULATION", False, None, "register_status", ("死亡",)),
    Feed("HUKOU_CANCEL", False, None, "reason", ("死亡",)),
    Feed("ENROLMENT_REGISTER", False),
    Feed("PRISON", False, None, "sentence_kind"),
)
DEATHS = ("CREMATION", "NATIONAL_POPULATION", "HUKOU_CANCEL")
FIRST_DUTY = "2026-01"  # benefits that began in this year or later are not due yet


def feed_path(folder: Path, feed: Feed) -> Path:
    """Where the file of a feed lies."""
    return folder / "feeds" / f"{feed.source}.parquet"


def birthday_65(birth: date) -> date:
    """The 65th birthday; 29 February falls on the 28th."""
    try:
        return birth.replace(year=birth.year + 65)
    except ValueError:
        return date(birth.year + 65, 2, 28)
