"""Kills a command before its SQL statements, before its commit and after it, repeats it, and audits what is left.

Worked example: `python -m tests.integrity.crash_points run_send` prepares one database and runs the command once, in another
copy: at each of its points (say 131: every statement, before and after every commit) somebody on a second connection reads
what a death there would leave, which is what is committed. Points with the same number of commits behind them and the same
rows, sums and states make a stretch (say 9). In every stretch the process dies at the first point, in the middle and at the
last; what each death left must be what was read there. After the last one, when most had been done outside the database, the
command is repeated with the same key and the self-audit looks. `--every` dies at all the points, one after the other.
One JSON line for each command: points, states, deaths, failures; 0: nothing lost or doubled. A dash reads the names from the
standard input instead, one a line.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jubao.database.places import OWNER_ROLE
from tests.integrity.clones import Clones
from tests.integrity.crash_state import audited, left_behind, state, watched
from tests.support.database import django_ready, running_cluster

DIED = 9
EVERY = "--every"


@dataclass(frozen=True)
class Command:
    """`prepare` makes and commits what the command needs and returns plain values; `run` carries it out, repeatably."""

    prepare: Callable[[], dict[str, Any]]
    run: Callable[[dict[str, Any]], Any]
    overlooked: tuple[str, ...] = ()
    """Invariants that the prepared rows break by themselves: their day is past, or only those needed were made."""


class CrashPoint:
    """Counts statements and dies before number `at` (None: only counts). Commits count as a point before and one after."""

    def __init__(self, at: int | None, look: Callable[[], str] | None = None) -> None:
        self.at, self.look = at, look
        self.passed = 0
        self.commits = 0
        self.points: list[tuple[int, str]] = []
        """At each point the commits before it and what `look` read."""

    def __enter__(self) -> CrashPoint:
        from django.db import connection

        connection.ensure_connection()
        self.connection = connection
        connection.execute_wrappers.append(self.before_statement)
        self.commit = connection.commit
        connection.commit = self.around_commit  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute_wrappers.remove(self.before_statement)
        self.connection.commit = self.commit  # type: ignore[method-assign]

    def step(self) -> None:
        """One point passed; at the chosen one the process dies as by kill -9."""
        self.passed += 1
        if self.passed == self.at:
            os._exit(DIED)
        if self.look:
            self.points.append((self.commits, self.look()))

    def before_statement(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """Called by Django around every statement."""
        self.step()
        return execute(sql, params, many, context)

    def around_commit(self) -> None:
        """Before the commit the work is lost, after it the answer is."""
        self.step()
        self.commit()
        self.commits += 1
        self.step()


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run `work` in a forked process with its own connection; its exit code and what it returned (through a pipe)."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 0
        try:
            answer = json.dumps({"answer": work()}, default=str)
        except BaseException:
            answer, code = json.dumps({"answer": traceback.format_exc()}), 1
        with os.fdopen(writer, "w") as stream:
            stream.write(answer)
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read()
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text)["answer"] if text else None


def stretches(points: list[tuple[int, str]]) -> list[tuple[list[int], str]]:
    """The numbers of the points that follow one another and would leave the same, with what they would leave."""
    numbered = groupby(enumerate(points, 1), key=lambda one: one[1])
    return [([number for number, _point in group], left) for (_commits, left), group in numbered]


def enumerate_points(command: Command, clones: Clones, *, every: bool = False) -> dict[str, Any]:
    """Number of points, of stretches that leave the same, of deaths; and every failure in words."""
    code, given = in_child(clones.inside("base", command.prepare))
    assert code == 0, given

    def counted() -> list[tuple[int, str]]:
        with watched(clones.dsn("reference")) as line, CrashPoint(None, line) as point:
            command.run(given)
        return point.points

    code, points = in_child(clones.inside("reference", counted))
    assert code == 0, points
    expected = clones.inside("reference", state, OWNER_ROLE)()
    found = stretches([(commits, left) for commits, left in points])
    trial = Trial(command, clones, given, json.loads(json.dumps(expected, default=str)), found[0][1])
    failures = [problem for numbers, left in found for problem in trial.stretch(numbers, left, every)]
    return {"points": len(points), "states": len(found), "deaths": trial.deaths, "failures": failures}


class Trial:
    """The deaths of one command, in the clone `dying`, which is made anew whenever something was left in it."""

    def __init__(
        self,
        command: Command,
        clones: Clones,
        given: dict[str, Any],
        expected: dict[str, Any],
        untouched: str,
    ) -> None:
        self.command, self.clones, self.given = command, clones, given
        self.expected, self.untouched = expected, untouched
        self.deaths = 0

    def stretch(self, numbers: list[int], left: str, every: bool) -> list[str]:
        """Die in one stretch, repeat and audit after the last death; what is wrong."""
        chosen = numbers if every else sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]})
        problems = [f"point {at}: {problem}" for at in chosen if (problem := self.death(at, left))]
        if not problems and (problem := self.repeated_and_audited(chosen[-1], left)):
            problems.append(f"point {chosen[-1]}: {problem}")
        self.clones.drop("dying")
        return problems

    def death(self, at: int, left: str) -> str:
        """Die at one point of a clean clone; what is wrong with what is left, empty when nothing is."""
        if self.deaths and left != self.untouched:
            self.clones.drop("dying")
        self.deaths += 1
        code, answer = in_child(self.clones.inside("dying", lambda: self.dying(at)))
        if code != DIED:
            return f"did not die there: {code} {answer}"
        now = left_behind(self.clones.dsn("dying"))
        return "" if now == left else f"left something else than was committed there: {left} became {now}"

    def dying(self, at: int) -> None:
        """The command, killed."""
        with CrashPoint(at):
            self.command.run(self.given)

    def repeated_and_audited(self, at: int, left: str) -> str:
        """The same command again, then the self-audit and a comparison with a run that was never cut short."""
        code, answer = in_child(self.clones.inside("dying", lambda: self.command.run(self.given) and None))
        if code:
            return f"cannot be repeated: {answer}"
        _code, after = in_child(self.clones.inside("dying", audited, OWNER_ROLE))
        if "broken" not in after:
            return f"cannot be audited: {after}"
        broken = [one for one in after["broken"] if one.split()[0] not in self.command.overlooked]
        if broken:
            return f"self-audit: {broken[:3]}"
        now = after["state"]
        differing = [key for key in self.expected if self.expected[key] != now[key]]
        return "".join(f"{key}: {self.expected[key]} became {now[key]}; " for key in differing)


def enumerate_all(names: Iterable[str], *, every: bool = False) -> list[dict[str, Any]]:
    """The commands named, one after the other: a line with points and failures of each.

    No command runs in this process: what it loads may have threads, and a forked child does not inherit threads.
    """
    from jubao.policy import load_pack
    from jubao.services.cases.kinds import kinds
    from tests.integrity.crash_commands import COMMANDS
    from tests.support.residents import AREAS

    kinds()
    for district in AREAS:
        load_pack(district)
    found = []
    with running_cluster() as cluster:
        for name in names:
            clones = Clones(cluster, f"copy_crash_{os.getpid()}_{name}")
            try:
                found.append({"command": name, **enumerate_points(COMMANDS[name], clones, every=every)})
            finally:
                clones.drop()
            print(json.dumps(found[-1], ensure_ascii=False), flush=True)
    return found


def _names(words: list[str]) -> Iterable[str]:
    from tests.integrity.crash_commands import COMMANDS

    if words == ["-"]:
        return (line.strip() for line in sys.stdin)
    return words or sorted(COMMANDS)


if __name__ == "__main__":
    django_ready()
    given_words = [word for word in sys.argv[1:] if word != EVERY]
    sys.exit(int(any(one["failures"] for one in enumerate_all(_names(given_words), every=EVERY in sys.argv))))
