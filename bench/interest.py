"""Section interest: a year's interest of all accounts, file to file, and the kernel on arrays beside numpy's bincount."""

from __future__ import annotations

from functools import partial

from bench.context import REGION, Context, Measured, jubao
from bench.measure import Contender, beside_peers, python
from bench.peers.interest_files import RATE_PPM, YEAR

GOALS = ("120 M postings within 2 × of a numpy bincount floor from the same arrays",)
NOTE = (
    "Twelve postings per account; rows are postings. Arrays: account place, month, kind and fen in memory in, interest per "
    "account out, postings in random account order; the time is what the process took between. "
    "File: Parquet in, Parquet out, whole processes; the floor is SQL written by hand."
)


def measure(context: Context) -> None:
    """Arrays first, then files."""
    for size, people in context.sizes.items():
        arrays = [
            Contender(
                "floor: numpy bincount", partial(python, "bench.peers.interest_arrays", "floor", people), 3
            ),
            Contender("kernel + rule", partial(python, "bench.peers.interest_arrays", "rules", people), 3),
        ]
        context.measure(
            Measured("interest", "arrays → arrays", size, people * 12, arrays, arrays[0].name, inner=True)
        )
    for size, people in context.sizes.items():
        folder = context.files(people, ("accounts", "postings"))
        accounts, postings = folder / "accounts.parquet", folder / "postings.parquet"
        out = context.scratch(f"interest-{size}.parquet")
        ours = partial(
            jubao, "interest", "--region", REGION, "--year", YEAR, "--accounts", accounts, "--postings", postings,
            "-o", out, "--rate", f"{RATE_PPM / 1e6:.4f}", "--json",
        )  # fmt: skip
        contenders = beside_peers(
            "bench.peers.interest_files", people, [accounts, postings, out], "jubao interest", ours
        )
        context.measure(
            Measured("interest", "file → file", size, people * 12, contenders, contenders[0].name)
        )
