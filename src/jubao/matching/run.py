"""What the two ways of comparing share: the request, an opened feed, and what comes out of judging.

Worked example: `Opened(0, plan.source("TRAIN"), path, inp, "9f2c…")` is the first feed; after the run `Done.counts` holds
`{"eligible": 6896, "lost": 22, …}` and `Done.reports` one row per feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jubao.kernel.text import _
from jubao.matching.importing import Imported
from jubao.matching.judging import Guard
from jubao.matching.normalise import Cleaned
from jubao.matching.plan import FeedSource
from jubao.matching.publishing import FeedReport
from jubao.matching.reading_input import Input

Progress = Callable[[str, int, int], None]
BULK_FROM = 1_000_000
"""Rows from which the compiled kernel is worth loading."""


@dataclass(frozen=True)
class CompareRequest:
    """What is asked: region and month as typed, the files, how and where to write."""

    region: str
    month: str
    roster: Path
    feeds: tuple[tuple[str, Path], ...]
    out: Path
    as_of: str = ""
    format: str = "csv"
    headers: str = "en"
    engine: str = "duckdb"
    mapping: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    against: Path | None = None
    workbooks: bool = True
    explain: bool = False
    explain_id: str = ""
    bulk_from: int = BULK_FROM


@dataclass
class Opened:
    """One feed file on its way through the run."""

    number: int
    source: FeedSource
    path: Path
    inp: Input
    content: str
    is_repeat: bool = False
    cleaned: Cleaned | None = None
    links: str | None = None
    imported: Imported | None = None

    @property
    def table(self) -> str:
        """The name of its cleaned table."""
        return f"feed_{self.number}"


@dataclass
class Done:
    """A run after judging and writing the lists."""

    roster_rows: int
    counts: dict[str, int]
    guards: Sequence[Guard]
    reports: Sequence[FeedReport]
    workbooks: int = 0
    explanations: list[str] = field(default_factory=list)
    changes: int | None = None


def feed_reports(
    feeds: Sequence[Opened], guards: Sequence[Guard], matched: Mapping[int, int], repeated: Mapping[int, int]
) -> list[FeedReport]:
    """The quality of every feed: rows, accepted, rejected, persons matched, repeated records, guard, notes."""
    raised = {guard.source.code: guard for guard in guards}
    reports = []
    for opened in feeds:
        cleaned = opened.cleaned or Cleaned(opened.inp.name, opened.inp.row_count or 0, 0, 0)
        words = list(opened.inp.notes)
        if opened.is_repeat:
            words.insert(0, _("内容与前一个文件相同，已忽略。"))
        reports.append(
            FeedReport(
                source=opened.source.code,
                file=opened.inp.name,
                rows=cleaned.rows,
                accepted=cleaned.accepted,
                rejected=cleaned.rejected,
                matched=matched.get(opened.number, 0),
                duplicates=repeated.get(opened.number, 0),
                guard=_limit(raised.get(opened.source.code)),
                note=" ".join(words),
            )
        )
    return reports


def _limit(guard: Guard | None) -> str:
    if guard is None:
        return ""
    return _("匹配 {matched} 人，超过上限 {ceiling} 人").format(matched=guard.matched, ceiling=guard.ceiling)
