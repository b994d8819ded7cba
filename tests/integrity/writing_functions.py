"""Which public functions of the services write, and which of them some crash trial carries out, by the code itself.

Worked example: `subsidies_catch_up` opens a unit of work, so `writing()` has it; no trial names it and nothing that a trial names
calls it, so it is in `untried()`, until a trial is written or `tests/integrity/crash_waived.py` says why none is needed.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "src" / "jubao" / "services"
TRIALS = Path(__file__).parent
WRITES = frozenset({"unit_of_work", "inside_unit", "step_taken", "for_each", "case_open", "advance"})


@cache
def functions() -> dict[str, set[str]]:
    """Every function of the services, `package/module.function`, with the names it calls or hands on."""
    found = {}
    for path in sorted(SERVICES.rglob("*.py")):
        where = path.relative_to(SERVICES).with_suffix("").as_posix()
        for one in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(one, ast.FunctionDef):
                found[f"{where}.{one.name}"] = _names(one)
    return found


def _names(function: ast.FunctionDef) -> set[str]:
    return {one.id for one in ast.walk(function) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(function) if isinstance(one, ast.Attribute)
    }


def writing() -> list[str]:
    """The public functions that open a unit of work or join one."""
    return sorted(
        name
        for name, names in functions().items()
        if names & WRITES and not name.rpartition(".")[2].startswith("_")
    )


@cache
def reached() -> frozenset[str]:
    """The functions that a trial carries out: those it names, the effects of the steps it takes, and what these call."""
    from jubao.services.cases.kinds import kinds
    from tests.integrity.crash_commands import TRIED

    words = "\n".join(
        path.read_text(encoding="utf-8") for path in TRIALS.glob("crash_*.py") if path.stem != "crash_waived"
    )
    waiting = set(re.findall(r"\w+", words))
    for kind, action in TRIED:
        for steps in (kinds()[kind].effects, kinds()[kind].prepares):
            if action in steps:
                waiting.add(getattr(steps[action], "__name__", ""))
    by_name: dict[str, set[str]] = {}
    for name, names in functions().items():
        by_name.setdefault(name.rpartition(".")[2], set()).update(names)
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in done:
            done.add(name)
            waiting |= by_name[name] - done
    return frozenset(done)


def untried() -> list[str]:
    """The writing functions that no trial carries out."""
    return [name for name in writing() if name.rpartition(".")[2] not in reached()]
