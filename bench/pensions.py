"""Section pension: the rules over a table beside hand-written SQL, and the command beside its peers."""

from __future__ import annotations

from bench.context import REGION, Context, Measured, jubao
from bench.measure import Contender, python

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
            Contender(
                "floor: SQL by hand", lambda n=people: python("bench.peers.pension_table", "hand", n), 3
            ),
            Contender(
                "rules as one query", lambda n=people: python("bench.peers.pension_table", "rules", n), 3
            ),
        ]
        context.measure(Measured("pension", "table → table", size, people, table, table[0].name, inner=True))
    for size, people in context.sizes.items():
        source = context.files(people, ("pension",)) / "pension.parquet"
        out = context.scratch(f"pension-{size}.parquet")
        many = 3 if people < 10_000_000 else 2
        files = [
            Contender(
                "floor: SQL by hand",
                lambda s=source, o=out: python("bench.peers.pension_files", "duckdb", s, o),
                many,
            ),
            Contender(
                "jubao pension",
                lambda s=source, o=out: jubao(
                    "pension", "--region", REGION, s, "-o", o, "--month", MONTH, "--json"
                ),
                many,
            ),
        ]
        if people <= 1_000_000:
            files += [
                Contender(
                    "pandas", lambda s=source, o=out: python("bench.peers.pension_files", "pandas", s, o), 2
                ),
                Contender(
                    "plain Python",
                    lambda s=source, o=out: python("bench.peers.pension_files", "plain", s, o),
                    1,
                ),
            ]
        context.measure(Measured("pension", "file → file", size, people, files, files[0].name))
