"""One job for one district and month: runs in one process at a time, shows how far it is, goes on where it was killed.

Worked example::

    with running(JobKey("month_run", "500110", 24322), now=clock) as progress:
        if not progress.has("extraction"):
            progress.step("extraction", 120)
            progress.advance(120)
            progress.keep("extraction", {"candidates": 87})

Progress is written on a connection of its own, so that a page sees it while the job's transaction is open. That
connection also holds a lock which ends with the process: a killed job leaves state `running` and no lock, and the next
start takes it up with the steps it had kept (F1, F43).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

Clock = Callable[[], datetime]
Listener = Callable[[str, int, int], None]
PROBLEM_LENGTH = 2000


@dataclass(frozen=True)
class JobKey:
    """What makes a job one job; `month` is the index of the month, None for a job without one."""

    job: str
    district_code: str = ""
    month: int | None = None
    key: str = ""

    @property
    def lock(self) -> int:
        """The number of its lock: 63 bits of a hash, the same in every process."""
        text = json.dumps([self.job, self.district_code, self.month, self.key])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


class Stopped(Exception):
    """Somebody asked the job to stop; it ends between two pieces and keeps what it has."""


class Progress:
    """How far a job is. Made by `running` only."""

    def __init__(
        self, connection: BaseDatabaseWrapper, job: UUID, kept: dict[str, Any], now: Clock, listener: Listener
    ) -> None:
        self._connection, self.job_id, self._kept = connection, job, kept
        self._now, self._listener = now, listener
        self._step, self._done, self._total = "", 0, 0

    def has(self, step: str) -> bool:
        """Whether a run that was killed had finished this step."""
        return step in self._kept

    def kept(self, step: str) -> dict[str, Any]:
        """What a finished step had found."""
        return cast(dict[str, Any], self._kept[step])

    @property
    def all_kept(self) -> dict[str, Any]:
        """What every finished step has found."""
        return dict(self._kept)

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step of so many rows (0: not known)."""
        self._step, self._done, self._total = name, 0, total
        self._write(step_started=self._now())

    def advance(self, rows: int = 1) -> None:
        """So many rows more are done."""
        self._done += rows
        self._write()

    def keep(self, step: str, found: dict[str, Any]) -> None:
        """A step is finished and its effects are committed; a later start does not repeat it."""
        self._kept[step] = found
        self._execute(
            "UPDATE oversight_jobrun SET result = jsonb_set(result, '{steps}', %s::jsonb), heartbeat_at = %s WHERE id = %s",
            [json.dumps(self._kept, ensure_ascii=False), self._now(), self.job_id],
        )

    def refuse_stopped(self) -> None:
        """Raises Stopped when the job's page asked for it."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT result ? 'stop' FROM oversight_jobrun WHERE id = %s", [self.job_id])
            if cursor.fetchone()[0]:
                raise Stopped

    def _write(self, step_started: datetime | None = None) -> None:
        self._listener(self._step, self._done, self._total)
        started = {} if step_started is None else {"step_started_at": step_started.isoformat()}
        self._execute(
            "UPDATE oversight_jobrun SET step = %s, done = %s, total = %s, heartbeat_at = %s, result = result || %s::jsonb"
            " WHERE id = %s",
            [self._step, self._done, self._total, self._now(), json.dumps(started), self.job_id],
        )

    def _execute(self, sql: str, values: list[Any]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)


def _silent(step: str, done: int, total: int) -> None:
    return None


@contextmanager
def running(
    key: JobKey, *, now: Clock, listener: Listener = _silent, requested_by: UUID | None = None
) -> Iterator[Progress]:
    """Carry a job out. Raises CheckFailed JOB_IS_RUNNING while another process is at it.

    On an exception the job is `failed` with its message and keeps its finished steps; a finished job that is asked for
    again starts afresh, because its steps are safe to repeat. A job that was stopped ends quietly and goes on like a failed one.
    """
    connection = connections.create_connection("default")
    try:
        _take_lock(connection, key)
        job, kept = _begin(connection, key, now(), requested_by)
        progress = Progress(connection, job, kept, now, listener)
        try:
            yield progress
        except Stopped:
            _end(connection, job, "stopped", now(), "")
            return
        except BaseException as problem:
            _end(connection, job, "failed", now(), f"{type(problem).__name__}: {problem}")
            raise
        _end(connection, job, "done", now(), "")
    finally:
        connection.close()


def announce(key: JobKey, order: dict[str, Any], requested_by: UUID | None) -> UUID:
    """The row of a job that waits in the queue, so that a page can show it; its order is kept for a start after a kill."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO oversight_jobrun AS j (job, district_code, month, key, state, step, done, total, result, problem,"
            " requested_by) VALUES (%s, %s, %s, %s, 'waiting', '', 0, 0, jsonb_build_object('order', %s::jsonb), '', %s)"
            " ON CONFLICT (job, district_code, month, key) DO UPDATE SET requested_by = EXCLUDED.requested_by,"
            " problem = CASE WHEN j.state = 'running' THEN j.problem ELSE '' END,"
            " state = CASE WHEN j.state = 'running' THEN j.state ELSE 'waiting' END, result = j.result || EXCLUDED.result"
            " RETURNING id",
            [key.job, key.district_code, key.month, key.key, json.dumps(order, ensure_ascii=False), requested_by],
        )  # fmt: skip
        return UUID(str(cursor.fetchone()[0]))


def _take_lock(connection: BaseDatabaseWrapper, key: JobKey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key.lock])
        if not cursor.fetchone()[0]:
            raise CheckFailed(
                "JOB_IS_RUNNING",
                _("这项任务正在另一个进程中运行：{job} {district}。").format(
                    job=key.job, district=key.district_code
                ),
                remedy=_("请等它结束；进度见任务页面。"),
            )


def _begin(
    connection: BaseDatabaseWrapper, key: JobKey, at: datetime, requested_by: UUID | None
) -> tuple[UUID, dict[str, Any]]:
    """The row of the job, running from now; answers the steps that a killed or failed run had finished."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO oversight_jobrun (job, district_code, month, key, state, step, done, total, result, problem,"
            " requested_by) VALUES (%s, %s, %s, %s, 'waiting', '', 0, 0, '{}', '', %s)"
            " ON CONFLICT (job, district_code, month, key) DO NOTHING",
            [key.job, key.district_code, key.month, key.key, requested_by],
        )
        cursor.execute(
            "SELECT id, state, result FROM oversight_jobrun"
            " WHERE (job, district_code, key) = (%s, %s, %s) AND month IS NOT DISTINCT FROM %s",
            [key.job, key.district_code, key.key, key.month],
        )
        job, state, found = cursor.fetchone()
        result = found if isinstance(found, dict) else json.loads(found)
        kept = result.get("steps", {}) if state in ("running", "failed", "stopped") else {}
        order = {"order": result["order"]} if "order" in result else {}
        cursor.execute(
            "UPDATE oversight_jobrun SET state = 'running', step = '', done = 0, total = 0, problem = '', started_at = %s,"
            " heartbeat_at = %s, finished_at = NULL, result = %s WHERE id = %s",
            [at, at, json.dumps({"steps": kept, **order}, ensure_ascii=False), job],
        )
    return job, kept


def _end(connection: BaseDatabaseWrapper, job: UUID, state: str, at: datetime, problem: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE oversight_jobrun SET state = %s, problem = %s, finished_at = %s, heartbeat_at = %s WHERE id = %s",
            [state, problem[:PROBLEM_LENGTH], at, at, job],
        )


def ask_to_stop(job_id: UUID) -> None:
    """Ask a running job to stop after the piece it is at; jobs that never look are not stopped."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE oversight_jobrun SET result = result || '{\"stop\": true}'::jsonb WHERE id = %s AND state = 'running'",
            [job_id],
        )


def seconds_left(
    *, done: int, total: int, result: dict[str, Any], heartbeat_at: datetime | None
) -> int | None:
    """Seconds to the end of the step at the speed so far; None while that is not known."""
    started = result.get("step_started_at")
    if started is None or heartbeat_at is None or not 0 < done <= total:
        return None
    elapsed = (heartbeat_at - datetime.fromisoformat(started)).total_seconds()
    return round(elapsed * (total - done) / done)
