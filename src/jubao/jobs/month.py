"""The month of a district: extraction, comparison, proposed determinations, draft of the payment; may be run again.

Worked example: `run_month(district_code="500110", month=Month(2026, 11), …)` finds 96 candidates, 900 people to verify, 24
proposals, a draft of 7 980 lines with 610 proposed holds. Killed after the comparison it goes on with the determination;
run a second time it finds the same and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.benefits.models import HoldProposal
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts.dues import dues_sql
from jubao.jobs.clock import refuse_strange_day
from jubao.jobs.month_comparison import compare_month
from jubao.jobs.month_extraction import extract_month
from jubao.jobs.progress import Clock, JobKey, Listener, Progress, running
from jubao.jobs.scope import session_scope
from jubao.kernel.errors import CheckFailed, NotCovered, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun
from jubao.people.models import Division, Enrolment
from jubao.services.benefits.month_proposals import proposals_open
from jubao.services.claim_free.month_tasks import tasks_create
from jubao.services.claim_free.screening import AGE_MONTHS
from jubao.services.payments.runs import run_draft

JOB = "month_run"
EXTRACTION, COMPARISON, DETERMINATION, PAYMENT = STEPS = (
    "extraction",
    "comparison",
    "determination",
    "payment",
)


@dataclass(frozen=True)
class MonthOrder:
    """Which district and month, which steps (empty: all), whether anything is written."""

    district_code: str
    month: Month
    steps: tuple[str, ...] = ()
    is_dry_run: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        """The steps in their order."""
        return tuple(step for step in STEPS if not self.steps or step in self.steps)


def run_month(
    order: MonthOrder, *, today: date, now: Clock, listener: Listener | None = None, confirmed_by: str = "",
    requested_by: UUID | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Carry the steps out; what each found. Raises CheckFailed CLOCK_…, JOB_IS_RUNNING; WrongUsage DISTRICT_UNKNOWN."""
    refuse_strange_day(today, confirmed_by=confirmed_by)
    actor = Actor.system(JOB, scope=scope_of(order.district_code))
    if order.is_dry_run:
        with session_scope(actor.scope):
            return {step: _STEPS[step](actor, order, today, now, None) for step in order.wanted}
    key = JobKey(JOB, order.district_code, order.month.index, ",".join(order.steps))
    more: dict[str, Any] = {"listener": listener} if listener else {}
    with running(key, now=now, requested_by=requested_by, **more) as progress, session_scope(actor.scope):
        for step in order.wanted:
            if not progress.has(step):
                progress.step(step)
                progress.keep(step, _STEPS[step](actor, order, today, now, progress))
        return {step: progress.kept(step) for step in order.wanted}


def scope_of(district_code: str) -> str:
    """The path of a district. Raises WrongUsage DISTRICT_UNKNOWN."""
    path = (
        Division.objects.filter(code=district_code, level="district", valid_until__isnull=True)
        .values_list("path", flat=True)
        .first()
    )
    if path is None:
        raise WrongUsage(
            "DISTRICT_UNKNOWN",
            _("系统里没有区县 {code}。").format(code=district_code),
            remedy=_("请先用 jubao init 建立区县，或核对代码。"),
        )
    return str(path)


def _extraction(
    actor: Actor, order: MonthOrder, today: date, now: Clock, progress: Progress | None
) -> dict[str, Any]:
    moment = None if order.is_dry_run else now()
    found = extract_month(actor=actor, district_code=order.district_code, month=order.month, now=moment)
    if not order.is_dry_run:
        tasks_create(actor=actor, district_code=order.district_code, month=order.month.index)
    return found.figures()


def _comparison(
    actor: Actor, order: MonthOrder, today: date, now: Clock, progress: Progress | None
) -> dict[str, Any]:
    try:
        found = compare_month(
            actor=actor,
            district_code=order.district_code,
            month=order.month,
            today=today,
            is_dry_run=order.is_dry_run,
        )
    except NotCovered as missing:
        return {"refused": str(missing)}
    return found.figures()


def _determination(
    actor: Actor, order: MonthOrder, today: date, now: Clock, progress: Progress | None
) -> dict[str, Any]:
    done = proposals_open(
        actor=actor, enrolment_ids=_turning_sixty(actor, order.month), month=order.month.index, today=today,
        is_dry_run=order.is_dry_run,
    )  # fmt: skip
    return {
        "opened": done.opened,
        "known": done.known,
        "total_fen": done.total_fen,
        "refused": done.refused or {},
    }


def _turning_sixty(actor: Actor, month: Month) -> Sequence[UUID]:
    """Who has the sixtieth birthday in the month and draws nothing yet."""
    born = Month.from_index(month.index - AGE_MONTHS)
    with read_scope(actor.scope):
        return list(
            Enrolment.objects.filter(
                division_path__startswith=actor.scope,
                ended_on__isnull=True,
                entitlements__isnull=True,
                person__birth_date__range=(born.first_day, born.last_day),
            )
            .exclude(person__death_reports__is_decisive=True)
            # Flagged people are claimed for by the claim-free way alone.
            .exclude(claim_free_flag__state=Flag.State.FLAGGED)
            .order_by("id")
            .values_list("id", flat=True)
        )


def _payment(
    actor: Actor, order: MonthOrder, today: date, now: Clock, progress: Progress | None
) -> dict[str, Any]:
    if order.is_dry_run:
        return _dues(actor, order.month)
    try:
        run = run_draft(
            actor=actor,
            district_code=order.district_code,
            month=order.month.index,
            today=today,
            progress=progress,
        )
    except NotCovered as missing:
        return {"refused": str(missing)}
    except CheckFailed as refused:
        if refused.code != "RUN_EXISTS":
            raise
        with read_scope(actor.scope):
            run = PaymentRun.objects.exclude(state="void").get(
                district_code=order.district_code, benefit_month=order.month.index, kind="regular"
            )
    with read_scope(actor.scope):
        open_holds = HoldProposal.objects.filter(run_id=run.id, state="open").count()
        lines = run.lines.filter(is_in_run=True).count()
        total = sum(run.lines.filter(is_in_run=True).values_list("amount_fen", flat=True))
    return {
        "number": run.number,
        "state": run.state,
        "lines": lines,
        "total_fen": total,
        "open_holds": open_holds,
    }


def _dues(actor: Actor, month: Month) -> dict[str, Any]:
    """What a draft would hold, without writing it."""
    with read_scope(actor.scope), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM ({dues_sql(month=month.index)}) AS due",
            {"prefix": f"{actor.scope}%", "month": month.index},
        )
        lines, total = cursor.fetchone()
    return {"lines": lines, "total_fen": total}


_STEPS = {
    EXTRACTION: _extraction,
    COMPARISON: _comparison,
    DETERMINATION: _determination,
    PAYMENT: _payment,
}
