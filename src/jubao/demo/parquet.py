"""Writing of the bulk files: chunks become row groups of a Parquet file, made by two processes, largest file first.

Equal orders give equal bytes: the chunks have fixed borders and the file says nothing about when it was made.

    Work("500110", "TRAIN") is the train feed of the first district.
"""

import multiprocessing
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jubao.demo.districts import district
from jubao.demo.feeds import FeedMaker
from jubao.demo.money import MoneyMaker
from jubao.demo.roster import RosterMaker
from jubao.kernel.month import Month

ROSTER = "roster"
_ROSTER_CHUNK = 1 << 18
_INLINE_ROWS = 400_000
_PROCESSES = 2

Chunk = tuple[pa.Table, pa.Table | None]


def district_seed(seed: int, region: str) -> int:
    """A seed of its own for each district of an order."""
    return seed * 1_000_003 + int(region)


@dataclass(frozen=True)
class Work:
    """One file to be made (with its truth beside it, if it has one)."""

    region: str
    kind: str
    people: int
    seed: int
    month: Month
    path: Path
    truth_path: Path | None
    rows: int

    def chunks(self) -> Iterator[Chunk]:
        """The tables of the file in order."""
        place, seed = district(self.region), district_seed(self.seed, self.region)
        if self.kind == ROSTER:
            roster = RosterMaker(
                place, seed=seed, month=self.month, people=self.people, with_mobile=self.people <= 1_000_000
            )
            for first in range(0, self.people, _ROSTER_CHUNK):
                yield roster.chunk(first, min(self.people, first + _ROSTER_CHUNK))
        elif self.kind.isupper():
            feed = FeedMaker(place, place.feed(self.kind), seed=seed, month=self.month, people=self.people)
            yield from (feed.chunk(number) for number in range(feed.chunks))
        else:
            money = MoneyMaker(place, seed=seed, month=self.month, people=self.people)
            yield from ((table, None) for table in money.chunks(self.kind))


class _File:
    """A Parquet file that appears under its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f".{path.name}.part")
        self.writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append one row group."""
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            words = [each.name for each in table.schema if pa.types.is_dictionary(each.type)]
            self.writer = pq.ParquetWriter(self.part, table.schema, compression="zstd", use_dictionary=words)
        self.writer.write_table(table)

    def close(self) -> None:
        """Move the finished file into its place."""
        if self.writer is not None:
            self.writer.close()
            self.part.replace(self.path)


def make(work: Work, tell: Callable[[int], None]) -> None:
    """Write one file and its truth, telling the rows of each chunk."""
    file, truth = _File(work.path), _File(work.truth_path) if work.truth_path else None
    for table, known in work.chunks():
        file.write(table)
        if truth is not None and known is not None:
            truth.write(known)
        tell(table.num_rows)
    file.close()
    if truth is not None:
        truth.close()


_told: Any = None


def _start(told: Any) -> None:
    global _told
    _told = told
    pa.set_cpu_count(1)


def _made_elsewhere(work: Work) -> None:
    make(work, _told.put)


def make_all(works: list[Work], tell: Callable[[int], None]) -> None:
    """All files, in this process when they are small, else in two."""
    works = sorted(works, key=lambda each: -each.rows)
    if sum(each.rows for each in works) <= _INLINE_ROWS:
        for work in works:
            make(work, tell)
        return
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    with ProcessPoolExecutor(_PROCESSES, context, _start, (told,)) as pool:
        waiting: set[Future[None]] = {pool.submit(_made_elsewhere, work) for work in works}
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for each in done:
                each.result()
            _drain(told, tell)
    _drain(told, tell)


def _drain(told: Any, tell: Callable[[int], None]) -> None:
    while True:
        try:
            tell(told.get_nowait())
        except queue.Empty:
            return
