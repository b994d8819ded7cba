"""Section clerk: 20,000 people against three xlsx lists of 5,000 rows, from a cold process to written workbooks."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from bench.context import MONTH, REGION, Context, Measured, jubao
from bench.measure import Contender, run

GOALS = ("≤ 4 s from a cold start to written workbooks (median of 5 processes)",)
NOTE = (
    "A new process for every run; roster and the three lists (TRAIN, HOSPITAL, CREMATION) are xlsx files, all cells text; "
    "out come the lists as csv and one workbook per village to print. Page cache warm, as on a desk that just saved the files."
)
PEOPLE, FEED_ROWS = 20_000, 5_000
SOURCES = ("TRAIN", "HOSPITAL", "CREMATION")
_CUT = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from jubao.demo.spreadsheets import converted
for source, target, most in zip(*[iter(sys.argv[1:])] * 3):
    pq.write_table(pq.read_table(source).slice(0, int(most)), target)
    converted(Path(target), "xlsx")
print('{"done": true}')
"""


def prepare(context: Context) -> Path:
    """The spreadsheets, made from a county of the generator."""
    county = context.files(PEOPLE, ("roster", "feeds"))
    target = context.folder / "clerk"
    if not (target / "roster.xlsx").is_file():
        target.mkdir(parents=True, exist_ok=True)
        parts: list[str] = [str(county / "roster.parquet"), str(target / "roster.parquet"), str(PEOPLE * 2)]
        for source in SOURCES:
            parts += [
                str(county / "feeds" / f"{source}.parquet"),
                str(target / f"{source}.parquet"),
                str(FEED_ROWS),
            ]
        run([sys.executable, "-c", _CUT, *parts])
    return target


def measure(context: Context) -> None:
    """Five processes."""
    folder = prepare(context)
    out = context.scratch("clerk")

    def command() -> list[str]:
        shutil.rmtree(out, ignore_errors=True)
        feeds = [part for source in SOURCES for part in ("--feed", f"{source}={folder / f'{source}.xlsx'}")]
        return jubao(
            "compare",
            "--region",
            REGION,
            "--month",
            MONTH,
            "--roster",
            folder / "roster.xlsx",
            *feeds,
            "--out",
            out,
            "--json",
        )

    contender = Contender("jubao compare, with workbooks", command, 5)
    context.measure(
        Measured("clerk", "20,000 people, 3 × 5,000 rows, xlsx", "20k", PEOPLE, [contender], contender.name)
    )
    written = sorted(out.rglob("*.xlsx"))
    if contender.samples:
        contender.note = json.dumps({"workbooks": len(written)})
