"""The tasks of the worker, in the queue of the database: the nightly work, month runs asked for on a page, killed ones again.

Worked example: `ask_month_run(actor=actor, district_code="500110", month=24322)` puts the run into the queue in the
transaction of the page; the worker takes it up within a second, and the page polls `oversight.JobRun`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import close_old_connections, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONValue

from jubao.database.actor import Actor
from jubao.jobs import case_steps
from jubao.jobs import nightly as nightly_job
from jubao.jobs import outbox as outbox_job
from jubao.jobs import print_forms as print_job
from jubao.jobs.month import JOB, STEPS, MonthOrder, run_month
from jubao.jobs.payment_steps import JOBS as PAYMENT_JOBS
from jubao.jobs.payment_steps import StepOrder, run_step
from jubao.jobs.progress import JobKey, announce
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.kernel.month import Month
from jubao.oversight.models import JobRun

LOG = logging.getLogger("jubao.jobs")
ZONE = ZoneInfo("Asia/Shanghai")
SILENT = timedelta(minutes=2)
"""A running job that wrote nothing for so long, and whose lock is free, was killed."""


def clock() -> datetime:
    """The time of the worker: it is the entry here, like a command."""
    return datetime.now(UTC)


@app.periodic(cron="10 18 * * *")
@app.task(name="jubao.nightly", queueing_lock="nightly")
def nightly(timestamp: int) -> None:
    """At 02:10 in China."""
    try:
        nightly_job.nightly(today=clock().astimezone(ZONE).date(), now=clock)
    finally:
        close_old_connections()


@app.task(name="jubao.month_run")
def month_run(district_code: str, month: int, steps: list[str], requested_by: str | None) -> None:
    """The month of a district."""
    order = MonthOrder(district_code, Month.from_index(month), tuple(one for one in STEPS if one in steps))
    asked_by = UUID(requested_by) if requested_by else None
    try:
        run_month(order, today=clock().astimezone(ZONE).date(), now=clock, requested_by=asked_by)
    except CheckFailed as refused:
        if refused.code != "JOB_IS_RUNNING":
            raise
    finally:
        close_old_connections()


@app.periodic(cron="* * * * *")
@app.task(name=outbox_job.TASK, queueing_lock="outbox")
def outbox(timestamp: int) -> None:
    """Messages that wait, and those in doubt; asked for by a page too."""
    try:
        while outbox_job.send_outbox(now=clock).get("accepted", 0) >= outbox_job.AT_ONCE:
            continue
    finally:
        close_old_connections()


@app.task(name="jubao.payment_step")
def payment_step(order: dict[str, Any]) -> None:
    """A long step of a payment run; what the rules refuse stands in the job for the page, it is no fault of the worker."""
    try:
        run_step(StepOrder(**order), now=clock, day=clock().astimezone(ZONE).date())
    except DomainError:
        LOG.info("payment step refused", exc_info=True)
    finally:
        close_old_connections()


@app.task(name="jubao.case_step")
def case_step(order: dict[str, Any]) -> None:
    """A step of a large case; what the rules refuse stands in the job for the page."""
    try:
        day = clock().astimezone(ZONE).date()
        case_steps.run_case_step(case_steps.CaseOrder(**order), now=clock, day=day)
    except DomainError:
        LOG.info("case step refused", exc_info=True)
    finally:
        close_old_connections()


@app.periodic(cron="*/5 * * * *")
@app.task(name="jubao.resume_killed", queueing_lock="resume_killed")
def resume_killed(timestamp: int) -> None:
    """Month runs, and steps of payment runs and cases, whose process was killed go into the queue again (F1)."""
    try:
        jobs = (JOB, print_job.JOB, case_steps.JOB, *PAYMENT_JOBS.values())
        silent = JobRun.objects.filter(job__in=jobs, state="running", heartbeat_at__lt=clock() - SILENT)
        for job in silent:
            if not _is_free(JobKey(job.job, job.district_code, job.month, job.key)):
                continue
            if job.job == print_job.JOB:
                kept = job.result["steps"][print_job.ORDER]
                ask_print_forms(print_job.order_of(job.district_code, job.month or 0, job.key, kept))
            elif job.job == case_steps.JOB:
                _defer_case(case_steps.CaseOrder(**job.result["order"]))
            elif job.job != JOB:
                _defer_step(StepOrder(**job.result["order"]))
            else:
                _defer(
                    job.district_code, job.month or 0, job.key.split(",") if job.key else [], job.requested_by
                )
    finally:
        close_old_connections()


@app.task(name="jubao.print_forms")
def print_forms(district_code: str, month: int, key: str, kept: dict[str, Any]) -> None:
    """Confirmation forms of a place; a second process at the same order goes away."""
    try:
        print_job.print_forms(print_job.order_of(district_code, month, key, kept), now=clock)
    except CheckFailed as refused:
        if refused.code != "JOB_IS_RUNNING":
            raise
    finally:
        close_old_connections()


def ask_print_forms(order: print_job.PrintOrder) -> UUID:
    """Put a printing into the queue; the job that the page shows. One that was stopped goes on where it was."""
    key = order.key
    found = JobRun.objects.filter(
        job=key.job,
        district_code=key.district_code,
        month=key.month,
        key=key.key,
        state__in=("stopped", "failed", "running"),
    ).first()
    job_id = found.id if found else announce(key, order.kept(), order.natural_person_id)
    lock = f"{key.job}:{key.district_code}:{key.month}:{key.key}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        print_forms.configure(queueing_lock=lock).defer(
            district_code=key.district_code, month=order.month, key=key.key, kept=order.kept()
        )
    return job_id


def ask_month_run(*, actor: Actor, district_code: str, month: int, steps: Sequence[str] = ()) -> bool:
    """Put a month run into the queue; False when it waits there already."""
    return _defer(district_code, month, list(steps), actor.natural_person_id)


def _defer(district_code: str, month: int, steps: list[str], requested_by: UUID | None) -> bool:
    lock = f"month:{district_code}:{month}:{','.join(steps)}"
    try:
        with transaction.atomic():
            month_run.configure(queueing_lock=lock).defer(
                district_code=district_code,
                month=month,
                steps=list[JSONValue](steps),
                requested_by=str(requested_by) if requested_by else None,
            )
    except AlreadyEnqueued:
        return False
    return True


def ask_payment_step(order: StepOrder, requested_by: UUID | None) -> UUID:
    """Put a step of a payment run into the queue, once; the job that the page shows."""
    job_id = announce(order.key, order.as_dict(), requested_by)
    _defer_step(order)
    return job_id


def _defer_step(order: StepOrder) -> None:
    key = order.key
    lock = f"{key.job}:{key.district_code}:{key.month}:{key.key}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        payment_step.configure(queueing_lock=lock).defer(order=order.as_dict())


def ask_case_step(order: case_steps.CaseOrder, requested_by: UUID | None) -> UUID:
    """Put a step of a large case into the queue, once; the job that the page shows."""
    job_id = announce(order.key, order.as_dict(), requested_by)
    _defer_case(order)
    return job_id


def _defer_case(order: case_steps.CaseOrder) -> None:
    lock = f"{order.key.job}:{order.case_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        case_step.configure(queueing_lock=lock).defer(order=order.as_dict())


def _is_free(key: JobKey) -> bool:
    """Whether no process holds the lock of a job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key.lock])
        is_free = bool(cursor.fetchone()[0])
        if is_free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key.lock])
    return is_free
