"""Section compare: a roster and twelve feeds; ours, the floor, pandas and plain Python."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from bench.context import MONTH, REGION, Context, Measured, jubao
from bench.measure import Contender, python, run
from bench.peers.semantics import FEEDS, feed_path

GOALS = (
    "raw files to written lists with every checksum verified ≤ 2.5 × the floor at 10m",
    "monthly job on imported feeds ≤ 1.5 × the floor at 10m",
    "peak ≤ 4 GB at 10m; 10 × the rows in ≤ 11 × the time",
    "≥ 10 × pandas at 1m with equal work",
)
NOTE = (
    "Floor = scan of the same files and one int64 join, nothing cleaned, verified or written. Ours and the peers clean and "
    "verify every number, link, judge, and write lists and evidence; ours also links rows without a number (fuzzy), keeps "
    "reasons with clauses, due dates, rejects with remedies and the quality of each feed, which the peers leave out. "
    "Rows are those of the roster and the feeds together. Village workbooks are switched off here (`--no-workbooks`) and "
    "measured in the clerk's case. Whole processes are timed."
)


def ours(folder: Path, out: Path, feeds: list[tuple[str, Path]], *more: object) -> list[str]:
    """`jubao compare` on these feeds."""
    shutil.rmtree(out, ignore_errors=True)
    return jubao(
        "compare", *_asked(feeds), "--roster", folder / "roster.parquet", "--out", out, "--format", "parquet", "--json",
        "--no-workbooks", *more,
    )  # fmt: skip


def importing(target: Path, feeds: list[tuple[str, Path]]) -> list[str]:
    """Clean and verify the feeds once, for the monthly jobs that follow."""
    shutil.rmtree(target, ignore_errors=True)
    return jubao("compare", *_asked(feeds), "--import-to", target)


def _asked(feeds: list[tuple[str, Path]]) -> list[object]:
    named = [part for source, path in feeds for part in ("--feed", f"{source}={path}")]
    return ["--region", REGION, "--month", MONTH, *named]


def measure(context: Context) -> None:
    """One table per size."""
    for size, people in context.sizes.items():
        folder = context.files(people, ("roster", "feeds"))
        raw = [(feed.source, feed_path(folder, feed)) for feed in FEEDS]
        out, imported = context.scratch(f"compare-{size}"), context.scratch(f"imported-{size}")
        ready = [(source, imported / f"{source}.feed") for source, _ in raw]
        many = 3 if people < 10_000_000 else 2
        contenders = [
            Contender(
                "floor: scan + int64 join", partial(python, "bench.peers.compare_floor", folder), many + 1
            ),
            Contender("jubao compare, raw files", partial(ours, folder, out, raw), many),
            Contender("jubao, import of the feeds (once)", partial(importing, imported, raw), 1),
            Contender(
                "jubao compare, imported feeds", partial(ours, folder, Path(f"{out}-monthly"), ready), many
            ),
        ]
        if people <= 1_000_000:
            pandas = partial(python, "bench.peers.compare_pandas", folder, f"{out}-pandas")
            plain = partial(python, "bench.peers.compare_plain", folder, f"{out}-plain")
            contenders.append(Contender("pandas", pandas, 2))
            contenders.append(Contender("plain Python", plain, 2 if people <= 100_000 else 1))
        work = "roster × 12 feeds → lists"
        measured = Measured("compare", work, size, people * 7, contenders, contenders[0].name)
        context.measure(measured)
        if contenders[1].samples:
            agreed = run(python("bench.peers.compare_truth", folder, out)).found
            measured.note = "Against the generator's truth: " + ", ".join(
                f"{name} {count:,}" for name, count in agreed.items()
            )
