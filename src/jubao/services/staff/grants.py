"""Posts granted to people: applied for, reviewed and approved by three different human beings, for a time, at a place.

Worked example: 审批岗 applies that 李静 be 受理岗 in 古南街道 until 2026-12-31, 稽核岗 reviews, the city's 系统管理岗 approves on
Friday: it holds from Monday, ends at 00:00 of the day after its last, and nobody signed for himself. The database checks
all of it again (`staff.guards`).

Source: 社会保险经办机构岗位权限管理办法 (人社厅发〔2021〕64号): the county has no maintenance of permissions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.kernel.working_calendar import WorkingCalendar
from jubao.people.models import Division
from jubao.services.access.log import require_post, require_scope
from jubao.services.cases.idempotency import once
from jubao.services.oversight.database_words import in_office_words
from jubao.services.staff.grant_checks import require_compatible, require_rotation
from jubao.staff.models import Grant, Officer
from jubao.staff.posts import POSTS, UPPER

APPLICANTS = ("approver", "reviewer", "finance_reviewer", "data_reviewer")
ENDERS = ("system_keeper", "auditor", "approver")


@lru_cache(maxsize=1)
def _calendar() -> WorkingCalendar:
    return WorkingCalendar.load()


def grant_apply(
    *,
    actor: Actor,
    officer_id: UUID,
    post: str,
    division_path: str,
    from_on: date,
    until_on: date | None,
    reason: str,
    today: date,
) -> Grant:
    """Apply for a post for somebody else. It takes effect on the next working day at the earliest.

    The same application again, before it is reviewed, is the one it already is.

    Raises CheckFailed: no end date, own post, wrong level, incompatible post, rotation limit; AccessRefused.
    """
    require_post(actor, *APPLICANTS, what=_("申请岗位权限"))
    require_scope(actor, division_path, what=_("申请岗位权限"))
    officer = Officer.objects.select_related("natural_person").get(id=officer_id)
    _require_other(actor, officer.natural_person_id)
    if until_on is None or until_on <= from_on:
        raise CheckFailed("GRANT_END_MISSING", _("岗位权限必须有晚于起期的止期。"), remedy=_("请填写止期。"))
    _require_level(post, division_path)
    starts = max(from_on, _calendar().add_working_days(today, 1))
    if until_on <= starts:
        message = _("权限最早自 {day} 起生效，止期须晚于这一天。").format(day=starts.isoformat())
        raise CheckFailed("GRANT_PERIOD", message, remedy=_("请改止期。"))
    require_compatible(officer.natural_person_id, post, division_path, starts, until_on)
    require_rotation(officer.natural_person_id, post, division_path, starts, until_on)
    with in_office_words(), unit_of_work(actor, "grant_apply"):
        Officer.objects.select_for_update().get(id=officer_id)
        former = _applied(actor, officer_id, post, division_path, starts, until_on)
        if former is not None:
            return former
        return Grant.objects.create(
            officer=officer,
            natural_person_id=officer.natural_person_id,
            post_id=post,
            division_path=division_path,
            from_on=starts,
            until_on=until_on,
            reason=reason[:200],
            applied_by_id=actor.natural_person_id,
        )


def _applied(
    actor: Actor, officer_id: UUID, post: str, path: str, starts: date, until_on: date
) -> Grant | None:
    """The same application by the same applicant, not yet reviewed."""
    return Grant.objects.filter(
        officer_id=officer_id, post_id=post, division_path=path, from_on=starts, until_on=until_on,
        applied_by_id=actor.natural_person_id, state=Grant.State.APPLIED,
    ).first()  # fmt: skip


def grant_review(
    *,
    actor: Actor,
    grant_id: UUID,
    is_agreed: bool,
    opinion: str,
    today: date,
    idempotency_key: str | None = None,
) -> Grant:
    """Internal control (稽核岗) agrees or refuses; not the applicant, not the person concerned."""
    require_post(actor, "auditor", what=_("审核岗位权限"))

    def reviewed() -> None:
        grant = _locked(actor, grant_id, Grant.State.APPLIED, _("审核岗位权限"))
        _require_other(actor, grant.natural_person_id)
        grant.state = Grant.State.REVIEWED if is_agreed else Grant.State.REFUSED
        if is_agreed:
            grant.reviewed_by_id = actor.natural_person_id
        else:
            grant.ended_reason = _reason(opinion)
        grant.save()

    body = {"grant": grant_id, "is_agreed": is_agreed, "opinion": opinion}
    return _once(actor, "grant_review", idempotency_key, body, reviewed)


def grant_approve(
    *,
    actor: Actor,
    grant_id: UUID,
    is_agreed: bool,
    opinion: str,
    today: date,
    idempotency_key: str | None = None,
) -> Grant:
    """系统管理岗 at city level or above approves: the third person. In force from the next working day."""
    require_post(actor, "system_keeper", what=_("批准岗位权限"))

    def approved() -> None:
        grant = _locked(actor, grant_id, Grant.State.REVIEWED, _("批准岗位权限"))
        _require_other(actor, grant.natural_person_id)
        if not is_agreed:
            grant.state, grant.ended_reason = Grant.State.REFUSED, _reason(opinion)
            grant.save()
            return
        grant.from_on = max(grant.from_on, _calendar().add_working_days(today, 1))
        require_rotation(
            grant.natural_person_id, grant.post_id, grant.division_path, grant.from_on, grant.until_on
        )
        grant.state = Grant.State.ACTIVE
        grant.approved_by_id = actor.natural_person_id
        grant.save()

    body = {"grant": grant_id, "is_agreed": is_agreed, "opinion": opinion}
    return _once(actor, "grant_approve", idempotency_key, body, approved)


def grant_end(
    *, actor: Actor, grant_id: UUID, reason: str, today: date, idempotency_key: str | None = None
) -> Grant:
    """Take a post back before its end: at once, with all sessions of the account (A5)."""
    require_post(actor, *ENDERS, what=_("收回岗位权限"))

    def ended() -> None:
        grant = _locked(actor, grant_id, Grant.State.ACTIVE, _("收回岗位权限"))
        grant.state, grant.ended_reason = Grant.State.ENDED, _reason(reason)
        # A period has at least a day, also that of a grant taken back before it began.
        grant.until_on = min(grant.until_on, max(today, grant.from_on + timedelta(days=1)))
        grant.save()
        Officer.objects.filter(id=grant.officer_id).update(session_epoch=F("session_epoch") + 1)

    return _once(actor, "grant_end", idempotency_key, {"grant": grant_id, "reason": reason}, ended)


def _once(
    actor: Actor, command: str, key: str | None, body: dict[str, Any], step: Callable[[], None]
) -> Grant:
    """One step of a grant; sent again with the same key it answers with the grant as it is."""

    def run() -> dict[str, Any]:
        step()
        return {"grant": str(body["grant"])}

    with in_office_words(), unit_of_work(actor, command):
        once(key, command, body, run)
        return Grant.objects.get(id=body["grant"])


def grants_in_scope(scope: str, *, state: str = "", text: str = "") -> QuerySet[Grant]:
    """Grants at and under a place, the latest first; `text` is the name or the account of the holder."""
    found = Grant.objects.filter(division_path__startswith=scope).select_related(
        "officer", "natural_person", "post", "applied_by", "reviewed_by", "approved_by"
    )
    if text:
        found = found.filter(Q(natural_person__name=text) | Q(officer__username__startswith=text.lower()))
    return (found.filter(state=state) if state else found).order_by("-id")


def _locked(actor: Actor, grant_id: UUID, state: str, what: str) -> Grant:
    grant = Grant.objects.select_for_update().filter(id=grant_id).first()
    if grant is None:
        raise CheckFailed("GRANT_UNKNOWN", _("没有这条岗位权限。"), remedy=_("请从列表打开。"))
    require_scope(actor, grant.division_path, what=what)
    if grant.state != state:
        message = _("这条岗位权限的状态是“{state}”，不能{what}。").format(
            state=grant.get_state_display(), what=what
        )
        raise CheckFailed("GRANT_STEP", message, remedy=_("请刷新列表，看是否已由他人办理。"))
    return grant


def _require_other(actor: Actor, natural_person_id: UUID) -> None:
    if actor.natural_person_id is None or actor.natural_person_id == natural_person_id:
        message = _("不得为自己申请、审核或批准岗位权限（同一身份证号码的其他账号也不行）。")
        raise CheckFailed("GRANT_FOR_ONESELF", message, remedy=_("请由其他人办理。"))


def _require_level(post: str, division_path: str) -> None:
    if post not in POSTS:
        raise CheckFailed(
            "POST_UNKNOWN", _("没有岗位 {post}。").format(post=post), remedy=_("请从岗位目录选择。")
        )
    place = Division.objects.filter(path=division_path, valid_until__isnull=True).first()
    if place is None:
        raise CheckFailed("DIVISION_UNKNOWN", _("没有这个地方。"), remedy=_("请从区划中选择。"))
    if place.level not in POSTS[post].levels:
        message = _("{post}不能设在{place}这一层级。").format(post=POSTS[post].name, place=place.name)
        upper = _("系统管理岗设在市级及以上（人社厅发〔2021〕64号）。")
        raise CheckFailed(
            "GRANT_LEVEL",
            message,
            remedy=upper if POSTS[post].levels == UPPER else _("请选择别的层级或岗位。"),
        )


def _reason(text: str) -> str:
    if not text.strip():
        raise CheckFailed("REASON_MISSING", _("请写明理由。"), remedy=_("写明后再提交。"))
    return text.strip()[:200]
