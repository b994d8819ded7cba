"""Running a contender as a process: wall time, processor time, peak memory, and what it says it found.

sample = run([sys.executable, "-c", "print('{\\"rows\\": 3}')"])
sample.found == {"rows": 3}
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Sample:
    """One run of one contender. Seconds are those of the whole process, start and imports included."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    found: dict[str, Any]


class ContenderFailed(RuntimeError):
    """A contender ended with an error; the message holds the end of what it printed."""


def run(command: Sequence[str], most_seconds: float | None = None) -> Sample:
    """Run one command to its end. Raises ContenderFailed, also when it takes longer than `most_seconds`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)
        alarm = threading.Timer(most_seconds or 3600, process.kill)
        alarm.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read()
        if process.returncode < 0:
            raise ContenderFailed(f"stopped after {seconds:.0f} s")
        if process.returncode:
            raise ContenderFailed(
                f"{' '.join(command[:6])} …: exit {process.returncode}\n{(text + err.read())[-1500:]}"
            )
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, _found(text))


def _found(text: str) -> dict[str, Any]:
    """The JSON object at the end of the output; empty when there is none."""
    start = text.find("{")
    try:
        value = json.loads(text[start:]) if start >= 0 else {}
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass
class Contender:
    """One way to do the work. `repetitions` bounds how often the slow ones run."""

    name: str
    command: Callable[[], list[str]]
    repetitions: int
    note: str = ""
    samples: list[Sample] = field(default_factory=list)
    failure: str = ""

    def times(self, of: Callable[[Sample], float] = lambda sample: sample.seconds) -> list[float]:
        """One figure per run."""
        return [of(sample) for sample in self.samples]

    @property
    def median_seconds(self) -> float:
        """Middle wall time; infinity when no run succeeded."""
        return median(self.times()) if self.samples else float("inf")


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of this folder."""
    return [sys.executable, "-m", module, *(str(each) for each in arguments)]


def beside_peers(
    module: str, rows: int, files: Sequence[object], name: str, ours: Callable[[], list[str]]
) -> list[Contender]:
    """Ours between hand-written SQL (the floor) and, up to a million rows, pandas and plain Python of one module."""
    many = 3 if rows < 10_000_000 else 2
    contenders = [
        Contender("floor: SQL by hand", partial(python, module, "duckdb", *files), many),
        Contender(name, ours, many),
    ]
    if rows <= 1_000_000:
        contenders.append(Contender("pandas", partial(python, module, "pandas", *files), 2))
        contenders.append(Contender("plain Python", partial(python, module, "plain", *files), 1))
    return contenders


def interleave(
    contenders: list[Contender], say: Callable[[str], None], most_seconds: float | None = None
) -> None:
    """Run all contenders in turns: first round all, second round those that still have runs left, and so on."""
    for turn in range(max((each.repetitions for each in contenders), default=0)):
        for contender in contenders:
            if turn >= contender.repetitions or contender.failure:
                continue
            try:
                sample = run(contender.command(), most_seconds)
            except ContenderFailed as failure:
                contender.failure = str(failure)
                say(f"  {contender.name}: failed: {contender.failure}")
                continue
            contender.samples.append(sample)
            say(
                f"  {contender.name}: {sample.seconds:.2f} s, cpu {sample.cpu_seconds:.1f} s, {sample.peak_mb:.0f} MB"
            )
