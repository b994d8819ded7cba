"""Section pension: the rules over a table beside hand-written SQL, and the command beside its peers."""

from __future__ import annotations

from functools import partial

from bench.context import REGION, Context, Measured, jubao
from bench.measure import Contender, beside_peers, python

GOALS = ("every step stored within 2 × of hand-written SQL that stores the same columns, at 10m",)
NOTE = (
    "Table: facts in memory in, 32 columns out (every step of every person); the time is what the process took between. "
    "File: Parquet in, Parquet out, whole processes; texts like 17年3个月 are read by all. Ours also computes one row in a "
    "thousand a second time by the scalar evaluator and writes rejects."
)
MONTH = "2024-03"


def measure(context: Context) -> None:
    """Two tables per size."""
    for size, people in context.sizes.items():
        table = [
            Contender("floor: SQL by hand", partial(python, "bench.peers.pension_table", "hand", people), 3),
            Contender("rules as one query", partial(python, "bench.peers.pension_table", "rules", people), 3),
        ]
        context.measure(Measured("pension", "table → table", size, people, table, table[0].name, inner=True))
    for size, people in context.sizes.items():
        source = context.files(people, ("pension",)) / "pension.parquet"
        out = context.scratch(f"pension-{size}.parquet")
        ours = partial(jubao, "pension", "--region", REGION, source, "-o", out, "--month", MONTH, "--json")
        files = beside_peers("bench.peers.pension_files", people, [source, out], "jubao pension", ours)
        context.measure(Measured("pension", "file → file", size, people, files, files[0].name))
