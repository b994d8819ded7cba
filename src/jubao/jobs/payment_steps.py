"""The long steps of a payment run as jobs: draft, hand in, send, asked for on a page and carried out by the worker.

Worked example: 办理岗 of a district with 60 000 pensioners presses 生成; `is_large` says so, the page leads to the job, the
worker makes the draft as that officer, with the posts held at that moment, and is killed after 31 000 people: the next
worker goes on with 31 001. Up to `INLINE_PEOPLE` people the step is done at once, inside the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.jobs.asked_by import natural_person_of, officer_now
from jubao.jobs.progress import Clock, JobKey, Progress, running
from jubao.jobs.scope import session_scope
from jubao.payments.models import PaymentRun
from jubao.services.payments.runs import run_check, run_draft, run_send

INLINE_PEOPLE = 2_000
"""Up to so many people a step takes a few seconds and is answered on the page."""
JOBS = {"draft": "payment_draft", "check": "payment_check", "send": "payment_send"}


@dataclass(frozen=True)
class StepOrder:
    """Which step of which run, for whom; every field as text or number, because the order waits in a queue."""

    step: str
    district_code: str
    month: int
    kind: str
    officer_id: str
    place: str
    run_id: str = ""
    cut_off_on: str = ""
    pay_on: str = ""

    @property
    def key(self) -> JobKey:
        """One draft of a district, month and kind at a time; one other step of a run at a time."""
        return JobKey(JOBS[self.step], self.district_code, self.month, self.run_id or self.kind)

    def as_dict(self) -> dict[str, Any]:
        """The order as it waits in the queue."""
        return asdict(self)


def is_large(scope: str) -> bool:
    """Whether more people draw below a place than a request should work through."""
    drawing = Entitlement.objects.filter(
        end_month__isnull=True, enrolment__division_path__startswith=scope
    ).order_by()
    return drawing[: INLINE_PEOPLE + 1].count() > INLINE_PEOPLE


def run_step(order: StepOrder, *, now: Clock, day: date) -> dict[str, Any]:
    """Carry a step out as the officer who asked. Raises CheckFailed JOB_IS_RUNNING, OFFICER_WITHOUT_POST, and as the step.

    Called again after a kill it goes on; called on a run that is further it changes nothing.
    """
    with (
        running(order.key, now=now, requested_by=natural_person_of(order.officer_id)) as progress,
        session_scope(order.place),
    ):
        actor = officer_now(order.officer_id, order.place, day)
        run = _STEPS[order.step](actor, order, day, now(), progress)
        with read_scope(actor.scope):
            lines = run.lines.filter(is_in_run=True).count()
        found = {"run_id": str(run.id), "number": run.number, "state": run.state, "lines": lines}
        progress.keep(order.step, found)
        return found


def _draft(actor: Actor, order: StepOrder, day: date, now: datetime, progress: Progress) -> PaymentRun:
    return run_draft(
        actor=actor, district_code=order.district_code, month=order.month, today=day, kind=order.kind, progress=progress,
        cut_off_on=_date(order.cut_off_on), pay_on=_date(order.pay_on),
    )  # fmt: skip


def _check(actor: Actor, order: StepOrder, day: date, now: datetime, progress: Progress) -> PaymentRun:
    return run_check(actor=actor, run_id=UUID(order.run_id), today=day, now=now, progress=progress)


def _send(actor: Actor, order: StepOrder, day: date, now: datetime, progress: Progress) -> PaymentRun:
    return run_send(actor=actor, run_id=UUID(order.run_id), today=day, now=now, progress=progress)


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_STEPS: Mapping[str, Callable[[Actor, StepOrder, date, datetime, Progress], PaymentRun]] = {
    "draft": _draft,
    "check": _check,
    "send": _send,
}
