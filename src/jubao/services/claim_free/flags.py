"""The flag 免申即享人员标识: revoked and restored with a reason, waived for good, used by the pension; and which way in is open.

Worked example: 办理岗 of the township revokes 张桂芳's flag with EMPLOYEE_SCHEME_RECORD 本月转入职工养老; the case is
`revoked`, she leaves the send list, a notice tells her the ordinary way; restored with a reason she is on the list again. What
she waived herself is never restored. A flag changes in the transaction of its case and nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import Flag, FlagEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.rules.claim_free_handling import HANDLING_GROUNDS
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.staff.regions import pack_of

Entry = Literal["claim_free", "ordinary_claim"]
UNDER_WAY = (*WAITING, "accepted", "returned", "handled")
OTHER = "OTHER"


def flag_revoke(
    *, actor: Actor, case_id: UUID, reason_code: str, reason: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """撤销标识 with its reason; the person is told the ordinary way.

    Raises CaseRefused REASON_REQUIRED, OUT_OF_SCOPE, STEP_NOT_POSSIBLE (confirmed or closed already).
    """
    return advance(
        actor=actor, case_id=case_id, action="revoke", reason=reason, expected_version=expected_version, today=today,
        now=now, idempotency_key=idempotency_key, checklist={"reason_code": reason_code or OTHER},
    )  # fmt: skip


def flag_restore(
    *, actor: Actor, case_id: UUID, reason: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """恢复标识 of what the office revoked. Raises CaseRefused FLAG_WAIVED, CONFIRMED_TOO_LATE, REASON_REQUIRED."""
    with unit_of_work(actor, "flag_restore", case_id=case_id):
        case = Case.objects.filter(id=case_id).first()
        flag = None if case is None else flag_of_case(case)
        if flag is not None and flag.state == Flag.State.WAIVED:
            raise CaseRefused(
                "FLAG_WAIVED",
                _("本人已放弃免申即享服务，标识不可恢复。"),
                remedy=_("请按居保待遇申领办理。"),
                citation=pack_of(flag.division_path).cite("QJ-A2-3-3-2"),
            )
        if flag is not None and today > flag.window_until:
            raise CaseRefused(
                "CONFIRMED_TOO_LATE",
                _("确认期限 {day} 已过，标识不再恢复。").format(day=flag.window_until),
                remedy=_("请按居保待遇申领办理。"),
                citation=HANDLING_GROUNDS["CONFIRMED_TOO_LATE"],
            )
        return advance(
            actor=actor, case_id=case_id, action="restore", reason=reason, expected_version=expected_version,
            today=today, now=now, idempotency_key=idempotency_key,
        )  # fmt: skip


def flag_of_case(case: Case) -> Flag | None:
    """The flag that the case carries."""
    return Flag.objects.filter(case_id=case.id).first()


def flag_move(
    case: Any, actor: Actor, state: str, action: str, *, reason_code: str = "", reason: str = ""
) -> None:
    """Move the flag of a case with the step just taken: reason, officer and time are those of its event."""
    flag = Flag.objects.select_for_update().get(case_id=case.id)
    event = last_event(case)
    code = reason_code or str((event.answers or {}).get("reason_code", ""))
    Flag.objects.filter(id=flag.id).update(
        state=state, reason_code=code[:40], reason=(reason or event.reason)[:300], changed_at=event.at
    )
    FlagEvent.objects.create(
        flag=flag, action=action, reason_code=code[:40], reason=(reason or event.reason)[:300],
        officer_id=actor.officer_id, natural_person_id=actor.natural_person_id, at=event.at,
    )  # fmt: skip


def last_event(case: Any) -> CaseEvent:
    """The event of the step in whose transaction we are."""
    return CaseEvent.objects.filter(case_id=case.id).exclude(action="viewed").latest("sequence")


def entry_for(*, person_id: UUID, today: date) -> Entry:
    """Which of the two entrances a person uses: flagged people only the claim-free one, everybody else only the ordinary.

    A flag whose window has passed without a confirmation leads to the ordinary claim.
    """
    flag = Flag.objects.filter(person_id=person_id, state=Flag.State.FLAGGED).select_related("case").first()
    if flag is None or flag.case.state not in UNDER_WAY:
        return "ordinary_claim"
    is_late = today > flag.window_until and flag.case.state in (*WAITING, "returned")
    return "ordinary_claim" if is_late else "claim_free"


def require_entry(*, person_id: UUID, entry: Entry, today: date) -> None:
    """Raises CaseRefused USE_CLAIM_FREE or USE_ORDINARY_CLAIM (操作手册 三、（三）1)."""
    if entry_for(person_id=person_id, today=today) == entry:
        return
    if entry == "ordinary_claim":
        raise CaseRefused(
            "USE_CLAIM_FREE",
            _("这个人有免申即享标识，只能通过“免申即享”受理入口办理。"),
            remedy=_("请到“免申即享受理”办理；本人不愿享受的，在那里作放弃处理。"),
        )
    raise CaseRefused(
        "USE_ORDINARY_CLAIM",
        _("这个人没有免申即享标识，只能通过“居保待遇申领”受理入口办理。"),
        remedy=_("请到“居保待遇申领”受理。"),
    )


__all__ = [
    "KIND",
    "entry_for",
    "flag_move",
    "flag_of_case",
    "flag_restore",
    "flag_revoke",
    "last_event",
    "require_entry",
]
