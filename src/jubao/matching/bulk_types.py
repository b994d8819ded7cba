"""What a huge run carries from step to step: its feeds, and everything known once all are judged.

Worked example: after the run `BulkRun.matched_by(con)` answers `{0: 394630, …}`: how many persons each feed met, whether
the kernel or the SQL found them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jubao.matching.bulk_feeds import Scan
from jubao.matching.bulk_input import Array
from jubao.matching.bulk_roster import Roster
from jubao.matching.bulk_uses import Uses
from jubao.matching.bulk_verdicts import Verdicts
from jubao.matching.importing import Imported
from jubao.matching.judging import Guard
from jubao.matching.normalise import Cleaned
from jubao.matching.plan import FeedSource
from jubao.matching.reading_input import Input

if TYPE_CHECKING:
    import duckdb


@dataclass
class BulkFeed:
    """One feed of a huge run and what became of it."""

    number: int
    source: FeedSource
    path: Path
    inp: Input
    scan: Scan = field(default_factory=Scan)
    cleaned: Cleaned | None = None
    links: str | None = None
    uses: Uses | None = None
    imported: Imported | None = None

    @property
    def table(self) -> str:
        """The name of the table of its records for the SQL."""
        return f"feed_{self.number}"


@dataclass
class BulkRun:
    """A huge run after judging."""

    roster: Roster
    verdicts: Verdicts
    cleaned: Cleaned
    feeds: list[BulkFeed]
    guards: list[Guard]
    facts: Array

    def matched_by(self, con: duckdb.DuckDBPyConnection) -> dict[int, int]:
        """How many persons each feed met, by whichever way."""
        found = {feed.number: feed.scan.met for feed in self.feeds}
        rows = con.execute("SELECT DISTINCT feed, subject FROM evidence WHERE feed >= 0").fetchnumpy()
        numbers, subjects = np.asarray(rows["feed"]), np.asarray(rows["subject"])
        at = np.searchsorted(self.roster.source_rows, subjects)
        is_new = self.facts[at, 2] >> numbers & 1 == 0
        for feed in self.feeds:
            found[feed.number] += int(np.count_nonzero(is_new & (numbers == feed.number)))
        return found
