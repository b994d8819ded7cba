"""Kills a command before each of its SQL statements, before its commit and after it, repeats it, and audits what is left.

Worked example: `python -m tests.integrity.crash_points ledger_post` prepares one database, counts the statements of the
command (say 14) and lets it die once at each of the 16 points in a process of its own. What each death leaves is compared
with what was left before: a database not seen yet is repeated with the same key and audited; one that differs in nothing
from it, after as many commits, needs no second repetition. One JSON line: points, failures; 0: nothing lost or doubled.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from jubao.database.embedded import Cluster
from jubao.database.places import APP_ROLE, OWNER_ROLE
from jubao.database.setup import create_database, django_connection
from tests.support.database import django_ready, running_cluster, template

DIED = 9


@dataclass(frozen=True)
class Command:
    """`prepare` makes and commits what the command needs and returns plain values; `run` carries it out, repeatably."""

    prepare: Callable[[], dict[str, Any]]
    run: Callable[[dict[str, Any]], Any]
    overlooked: tuple[str, ...] = ()
    """Invariants that the prepared rows break by themselves: their day is past, or only those needed were made."""


class CrashPoint:
    """Counts statements and dies before number `at` (None: only counts). Commits count as a point before and one after."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.passed = 0
        self.commits = 0
        self.commits_before: list[int] = []

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
        self.commits_before.append(self.commits)
        if self.passed == self.at:
            os._exit(DIED)

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
        os.write(writer, answer.encode())
        os.close(writer)
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read()
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text)["answer"] if text else None


def state() -> dict[str, Any]:
    """What is in the database, without keys and times: rows per table, money by code and phase, states of cases and runs."""
    from django.db import connection

    from jubao.services.oversight.commitments import audited_tables, row_count

    found: dict[str, Any] = {table: row_count(table) for table in audited_tables()}
    with connection.cursor() as cursor:
        for name, sql in (
            (
                "money",
                "SELECT code, phase, count(*), sum(amount_fen) FROM ledger_transfer GROUP BY 1, 2 ORDER BY 1, 2",
            ),
            ("balances", "SELECT sum(balance_fen), sum(pending_fen) FROM ledger_balance"),
            (
                "cases",
                "SELECT kind, state, version, is_open, count(*) FROM cases_case GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            ),
            ("runs", "SELECT state, line_count, total_fen FROM payments_paymentrun ORDER BY 1, 2, 3"),
            (
                "statuses",
                "SELECT kind, from_month, until_month, count(*) FROM benefits_paymentstatus GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            ),
            (
                "lines",
                "SELECT kind, is_live, count(*), sum(amount_fen) FROM payments_paymentline GROUP BY 1, 2 ORDER BY 1, 2",
            ),
        ):
            cursor.execute(sql)
            found[name] = [[str(value) for value in row] for row in cursor.fetchall()]
    return found


def row_counts() -> list[list[Any]]:
    """How many rows every table has, audited or not."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("pg_")]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in sorted(tables))
        )
        return [list(row) for row in cursor.fetchall()]


def left_behind() -> str:
    """One line that two databases share when they hold the same rows, sums and states."""
    return json.dumps([row_counts(), state()], default=str)


def enumerate_points(command: Command, clones: Clones) -> dict[str, Any]:
    """Die at every point; repeat and audit each database left behind; the number of points and every failure in words."""
    from jubao.policy import load_pack
    from jubao.services.cases.kinds import kinds
    from tests.support.residents import AREAS

    # No command runs in this process: what it loads may have threads, and a forked child does not inherit threads.
    kinds()
    for district in AREAS:
        load_pack(district)
    code, given = in_child(clones.inside("base", command.prepare))
    assert code == 0, given

    def counted() -> list[int]:
        with CrashPoint(None) as point:
            command.run(given)
        return point.commits_before

    code, commits_before = in_child(clones.inside("reference", counted))
    assert code == 0, commits_before
    untouched = clones.inside("dying", left_behind, OWNER_ROLE)()
    trial = Trial(command, clones, given, clones.inside("reference", state, OWNER_ROLE)())
    failures = []
    for at, commits in enumerate(commits_before, 1):
        problem = trial.point(at, commits, untouched)
        if problem:
            failures.append(f"point {at}: {problem}")
    return {"points": len(commits_before), "states": len(trial.known), "failures": failures}


class Trial:
    """The deaths of one command; `known` are the databases left behind that were repeated and audited, with the result."""

    def __init__(
        self, command: Command, clones: Clones, given: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        self.command, self.clones, self.given = command, clones, given
        self.expected = json.loads(json.dumps(expected, default=str))
        self.known: dict[tuple[int, str], str] = {}

    def point(self, at: int, commits: int, untouched: str) -> str:
        """Die at one point; what is wrong afterwards, empty when nothing is."""
        code, answer = in_child(self.clones.inside("dying", lambda: self.dying(at)))
        if code != DIED:
            self.clones.drop("dying")
            return f"did not die there: {code} {answer}"
        left = self.clones.inside("dying", left_behind, OWNER_ROLE)()
        if (commits, left) not in self.known:
            self.known[commits, left] = self.repeated_and_audited()
            self.clones.drop("dying")
        elif left != untouched:
            self.clones.drop("dying")
        return self.known[commits, left]

    def dying(self, at: int) -> None:
        """The command, killed."""
        with CrashPoint(at):
            self.command.run(self.given)

    def repeated_and_audited(self) -> str:
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


def audited() -> dict[str, Any]:
    """The state and every violation that the self-audit finds."""
    from jubao.services.oversight.selfaudit import run_selfaudit

    lines = run_selfaudit(seals=False)
    broken = [
        f"{one.invariant} {one.table} {one.row} {one.what}" for line in lines for one in line.violations
    ]
    return {"state": state(), "broken": broken}


class Clones:
    """Databases made from the migrated template (base) and from the prepared base (everything else)."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self.cluster, self.prefix, self.template = cluster, prefix, template(cluster)
        self.made: set[str] = set()

    def inside(self, name: str, work: Callable[[], Any], role: str = APP_ROLE) -> Callable[[], Any]:
        """`work` with Django connected to the clone called `name`, made on first use."""
        database = f"{self.prefix}_{name}"
        if database not in self.made:
            with psycopg.connect(self.cluster.dsn(), autocommit=True) as server:
                create_database(
                    server, database, template=self.template if name == "base" else f"{self.prefix}_base"
                )
            self.made.add(database)

        def connected() -> Any:
            with django_connection(self.cluster.url(database, role)):
                return work()

        return connected

    def drop(self, *names: str) -> None:
        """Remove the clones named, all without names."""
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as server:
            for database in [f"{self.prefix}_{name}" for name in names] or sorted(self.made):
                server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
                self.made.discard(database)


def enumerate_all(names: list[str]) -> list[dict[str, Any]]:
    """Every command named (all without names), one after the other; points and failures of each."""
    django_ready()
    from tests.integrity.crash_commands import COMMANDS

    found = []
    with running_cluster() as cluster:
        for name in names or sorted(COMMANDS):
            clones = Clones(cluster, f"copy_crash_{os.getpid()}_{name}")
            try:
                found.append({"command": name, **enumerate_points(COMMANDS[name], clones)})
            finally:
                clones.drop()
            print(json.dumps(found[-1], ensure_ascii=False), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(int(any(one["failures"] for one in enumerate_all(sys.argv[1:]))))
