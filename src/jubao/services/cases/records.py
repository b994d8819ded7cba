"""How a step is written: the row locked, the event appended, the case moved on under its version.

Worked example: `locked(case_id, 3)` raises CASE_MOVED when somebody was faster and the case already stands at version 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.services.cases import checks
from jubao.services.cases.kinds import CaseKind, Transition, kind_of


def step_not_possible(kind: CaseKind, case: Case | None, title: str) -> DomainError:
    """The refusal of a step that the table does not have in this state."""
    state = kind.state_title(case.state) if case else _("尚未提出")
    return checks.CaseRefused(
        "STEP_NOT_POSSIBLE",
        _("{title}现在是“{state}”，不能“{step}”。").format(title=kind.title, state=state, step=title),
        remedy=_("请刷新页面查看现在能办的步骤。"),
    )


def case_found(case_id: UUID) -> Case:
    """The case under a row lock. Raises CaseRefused CASE_NOT_FOUND: absent, or outside the actor's divisions (GD-17-07)."""
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None:
        raise checks.CaseRefused(
            "CASE_NOT_FOUND",
            _("您的辖区内没有这项业务。"),
            remedy=_("请由待遇领取地的经办机构办理。"),
        )
    return case


def locked(case_id: UUID, expected_version: int) -> Case:
    """The case under a row lock. Raises CaseRefused CASE_MOVED when it is at another version."""
    case = case_found(case_id)
    if case.version != expected_version:
        last = CaseEvent.objects.filter(case=case).exclude(action="viewed").order_by("-sequence").first()
        kind = kind_of(case.kind)
        raise checks.CaseRefused(
            "CASE_MOVED",
            _("这项业务刚才已有人办过（{action}），现在是“{state}”。").format(
                action=last.action if last else "", state=kind.state_title(case.state)
            ),
            remedy=_("请刷新页面；您的这一步没有生效。"),
        )
    return case


def save_moved(case: Case, version: int) -> None:
    """The conditional update: a second belt behind the row lock."""
    fields = (
        "state",
        "proposal",
        "digest",
        "is_open",
        "outcome",
        "maker_id",
        "checker_id",
        "approver_id",
        "closed_at",
    )
    moved = Case.objects.filter(id=case.id, version=version).update(
        version=version + 1, **{name: getattr(case, name) for name in fields}
    )
    if moved != 1:
        raise checks.CaseRefused("CASE_MOVED", _("这项业务刚才已有人办过。"), remedy=_("请刷新页面。"))
    case.version = version + 1


def event_write(
    case: Case, actor: Actor, step: Transition, *, digest: str, reason: str, is_out_of_hours: bool = False,
    answers: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Append the event of a step: who, where, on which device, which digest was seen, what the checklist was answered."""
    last = (
        CaseEvent.objects.filter(case=case).order_by("-sequence").values_list("sequence", flat=True).first()
    )
    CaseEvent.objects.create(
        case=case,
        sequence=(last or 0) + 1,
        action=step.action,
        from_state=step.from_state,
        to_state=step.to_state,
        officer_id=actor.officer_id,
        natural_person_id=actor.natural_person_id,
        grant_id=actor.grant_id,
        place_path=actor.scope,
        device=actor.device,
        digest_seen=digest or case.digest,
        reason=reason,
        makes_proposal=step.makes_proposal,
        proposal=case.proposal if step.makes_proposal else None,
        is_out_of_hours=is_out_of_hours,
        answers=dict(answers) if answers else None,
    )
