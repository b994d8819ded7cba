"""Feeds of other departments: cleaned once when they arrive, kept with their counts, read by every later comparison.

Worked example: `feed_import(source="CREMATION", path=Path("火化名单.xls"), …)` cleans 412 rows into the data folder and keeps a
row 412 = 409 + 3; the same file again, under whatever name, is the same feed (I2).
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

from jubao.comparison.models import FeedFile
from jubao.database.actor import Actor
from jubao.database.places import data_dir
from jubao.kernel.month import Month
from jubao.matching.importing import import_feed, is_imported
from jubao.matching.plan import plan_for
from jubao.policy import load_pack
from jubao.services.cases.inside_unit import inside_unit

KEPT_MONTHS = 12
"""A comparison reads the feeds of so many months up to its own."""


def feed_import(
    *,
    actor: Actor,
    source: str,
    district_code: str,
    month: int,
    path: Path,
    mapping: dict[str, str] | None = None,
    batch_id: UUID | None = None,
    document_id: UUID | None = None,
) -> tuple[FeedFile, bool]:
    """Clean a file and keep it as a feed of the month; the feed, and whether it is new.

    Raises WrongUsage SOURCE_UNKNOWN, NotCovered SOURCE_NOT_IN_USE, InputRefused when nothing of it can be read.
    """
    sha256 = file_digest(path)
    known = FeedFile.objects.filter(
        source=source, district_code=district_code, sha256=sha256, is_live=True
    ).first()
    if known is not None and is_imported(feed_folder(known)):
        return known, False
    asked = Month.from_index(month)
    plan = plan_for(load_pack(district_code), asked, asked.last_day)
    folder = _folder(district_code, source, sha256)
    folder.parent.mkdir(parents=True, exist_ok=True)
    imported = import_feed(plan, source, path, folder, mapping=mapping)
    if known is not None:
        return known, False
    first, last = _span(folder / "records.parquet")
    with inside_unit(actor, "feed_import"):
        return FeedFile.objects.create(
            source=source, district_code=district_code, month=month, batch_id=batch_id, sha256=sha256,
            row_count=imported.rows, accepted_count=imported.accepted, rejected_count=imported.rejected, data_from=first,
            data_until=last, document_id=document_id,
        ), True  # fmt: skip


def feed_undo(*, actor: Actor, feed_id: UUID) -> bool:
    """Take a feed back: later comparisons do not read it. What runs found from it stays with them."""
    with inside_unit(actor, "feed_undo"):
        return bool(FeedFile.objects.filter(id=feed_id, is_live=True).update(is_live=False))


def feeds_of(district_code: str, month: int) -> list[FeedFile]:
    """The live feeds that a comparison of the month reads, in a fixed order."""
    return list(
        FeedFile.objects.filter(
            district_code=district_code, is_live=True, month__gt=month - KEPT_MONTHS, month__lte=month
        ).order_by("month", "source", "sha256")
    )


def feed_folder(feed: FeedFile) -> Path:
    """Where the cleaned records lie."""
    return _folder(feed.district_code, feed.source, feed.sha256)


def file_name(feed: FeedFile) -> str:
    """The name the department's file had."""
    manifest = json.loads((feed_folder(feed) / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["file"])


def file_digest(path: Path) -> str:
    """SHA-256 of the whole file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folder(district_code: str, source: str, sha256: str) -> Path:
    return data_dir() / "feeds" / district_code / f"{source}-{sha256[:20]}.feed"


def _span(records: Path) -> tuple[date | None, date | None]:
    """First and last day of an event in the cleaned records."""
    with duckdb.connect() as con:  # never the connection that all threads of the process share
        found = con.execute(
            "SELECT DATE '1970-01-01' + min(event_day), DATE '1970-01-01' + max(event_day) FROM read_parquet(?)"
            " WHERE has_event_day",
            [str(records)],
        ).fetchone()
    first, last = found or (None, None)
    return _as_date(first), _as_date(last)


def _as_date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value)[:10])
