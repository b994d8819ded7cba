"""What all sections share: the sizes asked for, the folder of data, made on first use, and the way to talk.

context = Context(sizes={"100k": 100_000}, folder=Path("/tmp/jubao-bench"), say=print)
context.district(100_000)     # /tmp/jubao-bench/100000/500110, generated once
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import Contender, Sample, interleave, run

REGION = "500110"
MONTH = "2026-10"
SEED = 7
SIZES = {"100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
_GENERATE = """
import json, sys
from pathlib import Path
from jubao.demo.order import Order, carry_out
from jubao.kernel.month import Month
if __name__ == "__main__":
    out, people, seed, month, region, kinds = sys.argv[1:]
    order = Order(Path(out), people=int(people), seed=int(seed), month=Month.parse(month), regions=(region,),
                  kinds=tuple(kinds.split(",")), claim_free_rows=int(people))
    print(json.dumps({"rows": carry_out(order)}))
"""


@dataclass
class Measured:
    """All runs of one piece of work at one size; `floor` names the contender the ratios refer to."""

    section: str
    work: str
    size: str
    rows: int
    contenders: list[Contender]
    floor: str
    inner: bool = False
    note: str = ""

    def seconds(self, sample: Sample) -> float:
        """The figure that counts: the whole process, or what the process itself timed."""
        return float(sample.found["seconds"]) if self.inner and "seconds" in sample.found else sample.seconds


@dataclass
class Context:
    """Sizes, folders and results of one run."""

    sizes: dict[str, int]
    folder: Path
    say: Callable[[str], None]
    most_seconds: float = 240.0
    measured: list[Measured] = field(default_factory=list)
    generated: list[tuple[str, str, Sample]] = field(default_factory=list)

    def files(self, people: int, kinds: Sequence[str]) -> Path:
        """The folder with such demo files of so many people, made now if it is not there."""
        target = self.folder / f"{people}-{'-'.join(kinds)}"
        if not (target / "done.json").is_file():
            self.say(f"making {', '.join(kinds)} of {people:,} people")
            script = self.folder / "generate.py"
            self.folder.mkdir(parents=True, exist_ok=True)
            script.write_text(_GENERATE, encoding="utf-8")
            sample = run(
                [
                    sys.executable,
                    str(script),
                    str(target),
                    str(people),
                    str(SEED),
                    MONTH,
                    REGION,
                    ",".join(kinds),
                ]
            )
            (target / "done.json").write_text(json.dumps(sample.found), encoding="utf-8")
            self.generated.append((f"{people:,} people", ", ".join(kinds), sample))
        return target / REGION

    def scratch(self, name: str) -> Path:
        """A place for the output of one contender."""
        path = self.folder / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def measure(self, measured: Measured) -> None:
        """Run the contenders in turns and keep what they did."""
        self.say(f"{measured.section}: {measured.work}, {measured.size}")
        for contender in measured.contenders:
            foreseen = self._foreseen(measured, contender.name)
            if foreseen > self.most_seconds:
                contender.failure = f"not run: {foreseen:.0f} s foreseen from the smaller size"
                self.say(f"  {contender.name}: {contender.failure}")
        started = time.perf_counter()
        interleave(measured.contenders, self.say, self.most_seconds)
        self.say(f"  ({time.perf_counter() - started:.0f} s)")
        self.measured.append(measured)

    def _foreseen(self, measured: Measured, name: str) -> float:
        """Seconds of the same contender at the size before, by the rows; 0 when nothing is known."""
        for earlier in reversed(self.measured):
            if (earlier.section, earlier.work) == (measured.section, measured.work):
                same = next((each for each in earlier.contenders if each.name == name), None)
                if same is not None and same.failure:
                    return float("inf") if "foreseen" in same.failure or "stopped" in same.failure else 0.0
                if same is not None and same.samples:
                    return same.median_seconds * measured.rows / earlier.rows
        return 0.0


def jubao(*arguments: object) -> list[str]:
    """The command of the project as a user calls it."""
    return [str(Path(sys.executable).with_name("jubao")), *(str(each) for each in arguments)]
