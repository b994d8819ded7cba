"""The comparison of millions: the kernel finds who is alive, the SQL judges whoever has any sign of loss, the lists are one.

Worked example: 10 M persons and 60 M records give 25 M records of life in the facts of their persons, 200 000 persons with a
sign of loss (or a number that stands twice) for the SQL of the small run, and four lists in the order of the roster.

Used from a million rows on when the extra `[fast]` is installed; the same files below that size go through the SQL alone,
and tests hold both to the same lists.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_evidence import EvidenceFile
from jubao.matching.bulk_feeds import WORKERS, FeedReader, Matched, reject_wrong_numbers, taken, told_apart
from jubao.matching.bulk_fuzzy import find_links, links_of, loose_records
from jubao.matching.bulk_imported import ImportedReader, records_table
from jubao.matching.bulk_input import Array
from jubao.matching.bulk_judging import judge_plain, judge_special, settle_plain
from jubao.matching.bulk_names import use_fnv
from jubao.matching.bulk_roster import Roster, read_roster
from jubao.matching.bulk_types import BulkFeed, BulkRun
from jubao.matching.bulk_uses import Uses
from jubao.matching.bulk_verdicts import until_dates
from jubao.matching.fuzzy import store_links
from jubao.matching.importing import use_imported_rest
from jubao.matching.normalise import Cleaned, clean_feed, clean_roster
from jubao.matching.plan import Plan
from jubao.matching.reading_input import Input
from jubao.matching.words import SCHEMES
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str], None]
MOST_FEEDS = 30
"""Feeds of one run are bits of an int32 in the facts of a person."""


def run_bulk(
    con: duckdb.DuckDBPyConnection, plan: Plan, roster_input: Input, roster_path: Path, feeds: list[BulkFeed], evidence: Path,
    report: Progress,
) -> BulkRun:  # fmt: skip
    """Judge everybody and write the evidence to the Parquet file `evidence`."""
    use_fnv(con)
    report("roster")
    roster = read_roster(con, plan, roster_input, roster_path)
    schemes = _schemes(roster)
    facts = np.zeros((len(roster), 4), np.int32)
    facts[:, 1] = j.NO_DAY
    with EvidenceFile(evidence) as sink:
        with ThreadPoolExecutor(WORKERS) as pool:
            for feed in feeds:
                report(feed.source.code)
                _scan(con, plan, roster, feed, facts, schemes, sink, pool)
        report("judge")
        return _judge(con, plan, roster, feeds, facts, sink, schemes)


def _schemes(roster: Roster) -> tuple[Array, list[str]]:
    """The scheme of each row as evidence shows it."""
    if "scheme" not in roster.dimensions:
        return np.zeros(len(roster), np.int8), ["resident_pension"]
    words = [SCHEMES.read(text.lower()) for text in roster.words["scheme"]]
    shown = [
        text if code == "?" else code or "resident_pension"
        for text, code in zip(roster.words["scheme"], words, strict=True)
    ]
    return roster.dimensions["scheme"].astype(np.int8), shown


def _scan(
    con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, feed: BulkFeed, facts: Array,
    schemes: tuple[Array, list[str]], sink: EvidenceFile, pool: ThreadPoolExecutor,
) -> None:  # fmt: skip
    kind, path = (FeedReader, feed.path) if feed.imported is None else (ImportedReader, feed.imported.records)
    reader = kind(con, plan, feed.source, feed.inp, path, roster)
    if feed.source.is_life:
        feed.uses = Uses(con, plan, feed.source)
    for matched in reader.matched(pool):
        feed.scan.rows += matched.batch.columns.num_rows
        part = _taken_from(feed, reader, matched, facts, schemes, sink)
        if part[0].num_rows:
            feed.scan.slow_parts.append(part)
    if feed.imported is None:
        cut = feed.scan.cutout(feed.inp, f"cut_{feed.number}")
        cleaned = clean_feed(con, plan, feed.source, cut, feed.table, is_whole=False)
        wrong = reject_wrong_numbers(con, feed.inp, feed.scan)
        feed.cleaned = replace(cleaned, rejected=cleaned.rejected + wrong)
    else:
        records_table(con, feed.scan, path, feed.table)
        use_imported_rest(con, feed.imported, feed.table)
        feed.cleaned, feed.scan.rows = feed.imported.cleaned, feed.imported.rows
    feed.scan.slow_parts.clear()


def _taken_from(
    feed: BulkFeed,
    reader: FeedReader,
    matched: Matched,
    facts: Array,
    schemes: tuple[Array, list[str]],
    sink: EvidenceFile,
) -> tuple[pa.Table, Array]:
    """Collect the life records of a batch; answers the rows that the SQL has to look at."""
    bad = reader.unreadable(matched.batch)
    if feed.uses is None:
        feed.scan.touched.append(matched.at_row)
        return taken(matched, np.union1d(np.union1d(matched.at_record, matched.slow), bad))
    _collect(feed, reader, matched, bad, facts, schemes, sink)
    if feed.imported is not None:
        return _whole_records(reader, matched)
    rest, wrong = told_apart(matched)
    feed.scan.wrong_numbers.append(taken(matched, wrong, ["id_number"]))
    return taken(matched, np.union1d(rest, bad))


def _whole_records(reader: FeedReader, matched: Matched) -> tuple[pa.Table, Array]:
    """Life records of an imported feed that the SQL links: numbers that several persons share."""
    shared = matched.slow[matched.keys[matched.slow] != 0]
    return taken(matched, shared)


def _collect(
    feed: BulkFeed, reader: FeedReader, matched: Matched, bad: Array, facts: Array, schemes: tuple[Array, list[str]],
    sink: EvidenceFile,
) -> None:  # fmt: skip
    """Life records of a batch into facts and evidence."""
    assert feed.uses is not None
    days, _is_bad = reader.days(matched.batch)
    faults = reader.faults(matched.batch, feed.uses)
    at_record, at_row, link = matched.at_record, matched.at_row, matched.link
    if bad.size:
        kept = ~np.isin(at_record, bad)
        at_record, at_row, link = at_record[kept], at_row[kept], link[kept]
    use = np.zeros(at_record.size, np.uint8)
    met, repeated = kernel.collect(
        at_record, at_row, link, matched.keys, days, faults, feed.uses.table, feed.uses.first_day, feed.uses.cutoff, facts,
        feed.number, use,
    )  # fmt: skip
    feed.scan.met += met
    feed.scan.repeated += repeated
    rows = matched.batch.source_rows[at_record]
    scheme = (schemes[0][at_row] if len(schemes[1]) > 1 else np.zeros(at_row.size, np.int8), schemes[1])
    sink.add_life(
        matched.keys[at_record], rows, days[at_record], link, use, scheme, feed.source.code, feed.inp.name
    )


# ---- judging


def _judge(
    con: duckdb.DuckDBPyConnection, plan: Plan, roster: Roster, feeds: list[BulkFeed], facts: Array, sink: EvidenceFile,
    schemes: tuple[Array, list[str]],
) -> BulkRun:  # fmt: skip
    loose = [feed for feed in feeds if _has_loose_loss(feed)]
    records = loose_records(con, [feed.table for feed in loose])
    with ThreadPoolExecutor(1) as pool:
        # Looking for persons by name takes as long as judging everybody else, and neither needs the other.
        linking = pool.submit(find_links, plan, roster, records)
        plain = judge_plain(con, plan, roster, feeds, facts)
        is_special = _special_rows(con, roster, feeds)
        links = linking.result()
    for feed in loose:
        feed.links = f"{feed.table}_links"
        store_links(con, feed.links, links_of(roster, records, links, feed.table))
    is_special[[row for _record, row, _score in links]] = True
    special = np.flatnonzero(is_special)
    verdicts = settle_plain(plain, roster, is_special, sink, schemes)
    cleaned_part = clean_roster(con, plan, roster.cutout(special, "special_rows"), is_whole=False)
    guards = judge_special(con, plan, roster, feeds, facts, special, sink, verdicts)
    verdicts.until = until_dates(con, plan, verdicts.until)
    total = len(roster) + len(roster.inp.rejects)
    rejected = cleaned_part.rejected + len(roster.inp.rejects)
    return BulkRun(
        roster, verdicts, Cleaned(roster.inp.name, total, total - rejected, rejected), feeds, guards, facts
    )


def _special_rows(con: duckdb.DuckDBPyConnection, roster: Roster, feeds: list[BulkFeed]) -> Array:
    """The rows that the SQL judges: cleaned the slow way, sharing a number, with a dependant's scheme, or touched by loss."""
    is_special = roster.is_bad | roster.is_shared
    if "scheme" in roster.dimensions:
        codes = [SCHEMES.read(text.lower()) for text in roster.words["scheme"]]
        odd = np.array([code in ("injury_long_term_benefit", "?") for code in codes], np.bool_)
        is_special |= odd[roster.dimensions["scheme"]]
    keys = np.zeros(0, np.int64)
    for feed in feeds:
        for rows in feed.scan.touched:
            is_special[rows] = True
        feed.scan.touched.clear()
        found = con.execute(f"SELECT DISTINCT id_key FROM {feed.table} WHERE id_key <> 0").fetchnumpy()[
            "id_key"
        ]
        keys = np.concatenate([keys, np.asarray(found, np.int64)])
    if keys.size:
        rows = np.empty(keys.size, np.int32)
        kernel.find_rows(keys, roster.slots, rows)
        is_special[rows[rows >= 0]] = True
        shared = np.flatnonzero(roster.is_shared)
        is_special[shared[np.isin(roster.keys[shared], keys)]] = True
    return is_special


def _has_loose_loss(feed: BulkFeed) -> bool:
    """Whether a feed of loss has records to be looked for by name; a life record found by name changes nothing."""
    is_loss = not feed.source.is_life and not feed.source.proves_nothing
    return is_loss and feed.cleaned is not None and feed.cleaned.loose > 0
