"""The demo's claim-free months: the former one played to its bulletin, the present one to the day of the demo.

Worked example: in 2026-11 `former_month` extracts 2026-10, plays it, sends a dispatch on the 15th that is answered, freezes the
figures on the 26th and publishes the bulletin; `present_month` plays 2026-11 half way and leaves an open dispatch.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from jubao.cases.models import Case
from jubao.claim_free.models import ProgrammeMember
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.claim_free_figures import figures_by_place
from jubao.jobs.demo_claim_free import MonthPlay, at, confirm, tell
from jubao.jobs.demo_claim_free_records import records_insert
from jubao.jobs.demo_officers import officer_actor, username
from jubao.jobs.demo_tax import payments_in_transit
from jubao.jobs.month import scope_of
from jubao.jobs.scope import session_scope
from jubao.kernel.month import Month
from jubao.notices.models import OutboxMessage
from jubao.services.cases.engine import advance
from jubao.services.claim_free.dispatches import KIND as DISPATCH
from jubao.services.claim_free.dispatches import dispatch_send
from jubao.services.claim_free.extraction import extraction_run
from jubao.services.claim_free.month_tasks import tasks_create, tasks_settle
from jubao.services.claim_free.programme import member_assign
from jubao.services.claim_free.summary import bulletin_make, bulletin_publish, summary_freeze
from jubao.services.claim_free.windows import expire_windows

REPLY = "已逐户联系：外出务工的电话通知本人，其余由村协办员上门协助确认，本周内完成。"


def former_month(code: str, today: date, now: datetime) -> dict[str, Any]:
    """The month before, from its extraction to its bulletin."""
    month, scope = Month.containing(today) - 1, scope_of(code)
    actor = Actor.system("demo", scope=scope)
    with session_scope(scope):
        records_insert(actor=actor, on=(month - 1).last_day)
        _roles(code, scope, month)
        first = month.first_day
        extraction_run(actor=actor, district_code=code, month=month, drawn_on=first, now=at(first, 3))
        tasks_create(actor=actor, district_code=code, month=month.index)
        made = MonthPlay(
            code, month, month.last_day, confirmed=16, handled=15, reviewed=13, percent=80, now=now
        )
        tell(made)
        _dispatch(made, scope, made.day(11))
        done = confirm(made)
        _delivered(actor)
        _close(made, actor)
        expire_windows(actor=actor, today=today, now=now)
        return done


def present_month(code: str, today: date, now: datetime) -> dict[str, Any]:
    """The month of the demo, as far as its days have come."""
    month, scope = Month.containing(today), scope_of(code)
    actor = Actor.system("demo", scope=scope)
    with session_scope(scope):
        made = MonthPlay(code, month, today, confirmed=10, handled=6, reviewed=3, percent=60, now=now)
        tell(made)
        done = confirm(made)
        payments_in_transit(code, made)
        _dispatch(made, scope, made.day(16), is_answered=False)
        tasks_settle(actor=actor, district_code=code, month=month.index, now=now)
        return done


def _roles(code: str, scope: str, month: Month) -> None:
    """Leader, office and one member; the others of the group would be entered the same way."""
    approver, intake = (
        officer_actor(code, "approver", month.first_day),
        officer_actor(code, "intake_clerk", month.first_day),
    )
    if ProgrammeMember.objects.filter(division_path__startswith=scope).exists():
        return
    wanted = (("approver", "leader", scope), ("reviewer", "deputy_leader", scope), ("handler", "office", scope),
              ("intake_clerk", "member", intake.scope))  # fmt: skip
    for post, role, place in wanted:
        member_assign(
            actor=approver, username=username(code, post), role=role, division_path=place,
            from_on=(month - 12).first_day,
        )  # fmt: skip


def _delivered(actor: Actor) -> None:
    """The messages of a month that is over were delivered then; the gateway of the demo shows those of the present one."""
    with unit_of_work(actor, "demo_delivered"):
        waiting = OutboxMessage.objects.filter(channel="sms", state="waiting")
        waiting.update(state="delivered", gateway_number="DEMO-FORMER")


def _dispatch(made: MonthPlay, scope: str, day: date, *, is_answered: bool = True) -> None:
    """To the township of the demo's intake clerk, who answers, or to the one most behind; nothing where nobody waits."""
    intake, month = made.actor("intake_clerk"), made.month.index
    sent = Case.objects.filter(kind=DISPATCH, division_path__startswith=scope, proposal__month=month).first()
    if sent is not None:
        if sent.state == "sent" and is_answered and sent.division_path == intake.scope:
            _reply(made, sent, intake, day)
        return
    behind = sorted(
        (row for row in figures_by_place(scope, month, month) if row.waiting), key=lambda row: -row.waiting
    )
    if not behind:
        return
    is_own = any(row.place == intake.scope for row in behind)
    case = dispatch_send(
        actor=made.actor("handler"), township=intake.scope if is_own else behind[0].place, month=month,
        due_on=day + timedelta(days=5), today=day,
    )  # fmt: skip
    if is_own and is_answered:
        _reply(made, case, intake, day)


def _reply(made: MonthPlay, case: Case, intake: Actor, day: date) -> None:
    advance(
        actor=intake, case_id=case.pk, action="reply", reason=REPLY, expected_version=case.version,
        digest_seen=case.digest, today=day, now=made.at(day, 16),
    )  # fmt: skip


def _close(made: MonthPlay, actor: Actor) -> None:
    """The summary on the 26th, the bulletin published on the 28th; the tasks that are done by fact."""
    handler, frozen, published = made.actor("handler"), made.day(26), made.day(28)
    known: dict[str, Any] = {"actor": handler, "district_code": made.code, "month": made.month.index}
    if not summary_freeze(today=frozen, now=at(frozen), **known):
        return
    bulletin = bulletin_make(today=frozen, now=at(frozen, 11), **known)
    bulletin_publish(actor=handler, bulletin_id=bulletin.pk, today=published, now=at(published))
    tasks_settle(actor=actor, district_code=made.code, month=made.month.index, now=at(published))
