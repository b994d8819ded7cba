"""Section extract: the claim-free screening of people near sixty, file to file."""

from __future__ import annotations

from functools import partial

from bench.context import MONTH, REGION, Context, Measured, jubao
from bench.measure import beside_peers

GOALS = ("no goal was set; the ratio to hand-written SQL is shown",)
NOTE = (
    "Parquet in, Parquet out, whole processes. All contenders write decision, headline, every reason with words and clause, "
    "and the window; ours also verifies every number, writes rejects and computes one row in a thousand a second time."
)


def measure(context: Context) -> None:
    """One table per size."""
    for size, people in context.sizes.items():
        source = context.files(people, ("claim_free",)) / "claim_free.parquet"
        out = context.scratch(f"extract-{size}.parquet")
        ours = partial(jubao, "extract", "--region", REGION, "--month", MONTH, source, "-o", out, "--json")
        contenders = beside_peers("bench.peers.extract_files", people, [source, out], "jubao extract", ours)
        context.measure(Measured("extract", "file → file", size, people, contenders, contenders[0].name))
