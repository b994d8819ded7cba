"""`python -m bench`: all sections at all sizes, or the ones named; results into bench/results.md and results.json.

python -m bench --sizes 100k,1m --only compare,clerk --out /tmp/results
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from bench import clerk, comparing, interest, one_person, pensions, results, screening
from bench.context import SIZES, Context
from bench.environment import describe
from bench.measure import ROOT

SECTIONS = {
    "compare": comparing,
    "pension": pensions,
    "extract": screening,
    "interest": interest,
    "explain": one_person,
    "clerk": clerk,
}


def main() -> int:
    """Run and write; exit 1 when a contender failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks beside their peers.")
    parser.add_argument("--sizes", default="100k,1m,10m", help="which of 100k, 1m, 10m")
    parser.add_argument("--only", default=",".join(SECTIONS), help="which sections: " + ", ".join(SECTIONS))
    parser.add_argument(
        "--data", type=Path, default=Path("/tmp/jubao-bench"), help="folder for data (kept for the next run)"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "bench", help="folder for results.md and results.json"
    )
    parser.add_argument(
        "--most-seconds", type=float, default=240, help="longest time of one run of one contender"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="make the data again, also what an earlier run left"
    )
    given = parser.parse_args()
    sizes = [each for each in given.sizes.split(",") if each]
    only = [each for each in given.only.split(",") if each]
    if wrong := [each for each in sizes if each not in SIZES] + [
        each for each in only if each not in SECTIONS
    ]:
        parser.error(f"unknown: {', '.join(wrong)}")
    if given.fresh:
        shutil.rmtree(given.data, ignore_errors=True)

    started = time.perf_counter()
    environment = describe()
    context = Context(
        sizes={each: SIZES[each] for each in sizes},
        folder=given.data,
        most_seconds=given.most_seconds,
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    for name in only:
        SECTIONS[name].measure(context)
        # After each section, so that an interrupted run leaves what it has.
        results.write(context, SECTIONS, environment, given.out)
    environment["seconds_of_the_whole_run"] = round(time.perf_counter() - started)
    results.write(context, SECTIONS, environment, given.out)
    print(given.out / "results.md")
    return int(any(contender.failure for each in context.measured for contender in each.contenders))


if __name__ == "__main__":
    sys.exit(main())
