"""The comparison of a month: roster from the records, the engine of the file command, the result stored.

Worked example: `compare_month(scope="500000/500110/", month=Month(2026, 11), …)` writes the roster of 8 000 people beside the
twelve cleaned feeds, lets `matching` judge, and stores 6 900 eligible, 20 lost, 900 to verify with every record used.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts.comparison_roster import roster
from jubao.kernel.month import Month
from jubao.matching.compare import Summary, run_compare
from jubao.matching.run import CompareRequest
from jubao.services.certification.comparisons import Compared, comparison_store
from jubao.services.certification.feeds import feed_folder, feeds_of, file_name

LISTS = ("eligible", "lost", "to_verify", "not_subject")
NOT_FOR_THE_ENGINE = ("enrolment_id", "division_path")


@dataclass(frozen=True)
class MonthCompared:
    """What came out: the counts of the lists, and whether the run was new."""

    summary: Summary | None
    people: int
    feeds: int
    is_new: bool

    def figures(self) -> dict[str, Any]:
        """For the table that a clerk sees."""
        counts = dict(self.summary.counts) if self.summary else {}
        guards = self.summary.guards if self.summary else []
        run_hash = self.summary.run_hash if self.summary else ""
        return {
            "people": self.people,
            "feeds": self.feeds,
            **counts,
            "guards": guards,
            "run_hash": run_hash,
            "new": self.is_new,
        }


def compare_month(
    *, actor: Actor, district_code: str, month: Month, today: date, is_dry_run: bool
) -> MonthCompared:
    """Compare a district's people with the feeds known now. A dry run judges and stores nothing."""
    as_of = month.last_day
    with read_scope(actor.scope):
        people = roster(prefix=actor.scope, month=month.index, as_of=as_of)
        feeds = [(feed, file_name(feed)) for feed in feeds_of(district_code, month.index)]
    if not people.num_rows or not feeds:
        return MonthCompared(None, people.num_rows, len(feeds), False)
    with tempfile.TemporaryDirectory(prefix="jubao-compare-") as place:
        work = Path(place)
        pq.write_table(people.drop_columns(list(NOT_FOR_THE_ENGINE)), work / "roster.parquet")
        request = CompareRequest(
            region=district_code,
            month=str(month),
            roster=work / "roster.parquet",
            feeds=tuple((feed.source, feed_folder(feed)) for feed, _name in feeds),
            out=work / "out",
            as_of=as_of.isoformat(),
            format="parquet",
            workbooks=False,
        )
        summary = run_compare(request)
        found = Compared(
            district_code=district_code,
            month=month.index,
            as_of=as_of,
            run_hash=summary.run_hash,
            pack_hash=summary.pack_hash,
            subjects=_subjects(work / "out"),
            evidence=_evidence(work / "out"),
            roster=people.select([*NOT_FOR_THE_ENGINE, "id_number", "payment_state", "last_certified_on"]),
            feeds=feeds,
            counts={**summary.counts, "guards": summary.guards},
        )
    if is_dry_run:
        return MonthCompared(summary, people.num_rows, len(feeds), False)
    _run, is_new = comparison_store(actor=actor, found=found, today=today)
    return MonthCompared(summary, people.num_rows, len(feeds), is_new)


def _subjects(out: Path) -> pa.Table:
    """Everybody with the list, the reasons and the days."""
    parts = []
    for name in LISTS:
        table = pq.read_table(out / f"{name}.parquet")
        columns = {column: _text(table[column]) for column in ("id_number", "headline_reason", "reasons")}
        days = {column: pc.cast(table[column], pa.date32()) for column in ("certified_until", "due_on")}
        parts.append(
            pa.table({"list_name": pa.array([name] * table.num_rows, pa.string()), **columns, **days})
        )
    return pa.concat_tables(parts)


def _evidence(out: Path) -> pa.Table:
    """Every record used or ignored, as the engine wrote it."""
    table = pq.read_table(out / "evidence.parquet")
    names = ("id_number", "source", "file", "evidence", "link", "score", "used")
    return pa.table(
        {
            **{name: _text(table[name]) for name in names},
            "row": pc.cast(table["row"], pa.int64()),
            "event_on": pc.cast(table["event_on"], pa.date32()),
        }
    )


def _text(column: Any) -> Any:
    return pc.cast(column, pa.string())
