"""Kills a command before each of its SQL statements, before its commit and after it, repeats it, and audits what is left.

Worked example: `python -m tests.integrity.crash_points ledger_post` prepares one database, counts the statements of the
command (say 14), makes 16 copies, lets the command die once at each point in a process of its own, repeats it with the
same key, and prints one JSON line: points, failures. 0 failures: nothing lost, nothing doubled, the self-audit clean.
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


class CrashPoint:
    """Counts statements and dies before number `at` (None: only counts). Commits count as a point before and one after."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.passed = 0

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

    from jubao.services.commitments import audited_tables, row_count

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


def enumerate_points(command: Command, clones: Clones) -> dict[str, Any]:
    """Die at every point, repeat, audit; the number of points and every failure in words."""
    # In this process, so that modules and packs are loaded once and every child has them.
    given = json.loads(json.dumps(clones.inside("base", command.prepare)(), default=str))

    def counted() -> int:
        with CrashPoint(None) as point:
            command.run(given)
        return point.passed

    points = clones.inside("reference", counted)()
    expected = json.loads(json.dumps(clones.inside("reference", state, OWNER_ROLE)(), default=str))
    failures = []
    for at in range(1, points + 1):
        problem = _one_point(command, clones, given, at, expected)
        if problem:
            failures.append(f"point {at}: {problem}")
    return {"points": points, "failures": failures}


def _one_point(
    command: Command, clones: Clones, given: dict[str, Any], at: int, expected: dict[str, Any]
) -> str:
    from jubao.services.selfaudit import run_selfaudit

    def dying() -> None:
        with CrashPoint(at):
            command.run(given)

    def repeated() -> None:
        command.run(given)

    def audited() -> dict[str, Any]:
        lines = run_selfaudit(seals=False)
        broken = [
            f"{one.invariant} {one.table} {one.row} {one.what}" for line in lines for one in line.violations
        ]
        return {"state": state(), "broken": broken}

    code, answer = in_child(clones.inside(f"point{at}", dying))
    if code != DIED:
        return f"did not die there: {code} {answer}"
    code, answer = in_child(clones.inside(f"point{at}", repeated))
    if code:
        return f"cannot be repeated: {answer}"
    _code, after = in_child(clones.inside(f"point{at}", audited, OWNER_ROLE))
    clones.drop(f"point{at}")
    if after["broken"]:
        return f"self-audit: {after['broken'][:3]}"
    differing = [key for key in expected if expected[key] != after["state"][key]]
    return "".join(f"{key}: {expected[key]} became {after['state'][key]}; " for key in differing)


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
