"""责任追究: every decision names who handled and who decided it; from a wrong one a case about the responsibility is opened.

Worked example: the approval of 500110-2026-000123 turns out wrong: `responsible` names 李静 (提出) and 王强 (决定) with day and
place; `liability_open` keeps exactly these in the proposal, and the 审批岗 decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.services.access.log import require_scope
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, kind_of, register
from jubao.services.supervision.checks import required
from jubao.staff.models import NaturalPerson

KIND = "liability"
OPENERS, DECIDERS = frozenset({"auditor", "bureau_officer"}), frozenset({"approver"})


@dataclass(frozen=True)
class Responsible:
    """One human being who answers for a step of a case."""

    role: str
    name: str
    step: str
    at: datetime
    place_path: str


def responsible(case: Case) -> list[Responsible]:
    """Who proposed and who decided, in order of the steps; looks and what the program did are left out."""
    kind = kind_of(case.kind)
    by_action = {one.action: one for one in kind.transitions}
    events = [
        event
        for event in CaseEvent.objects.filter(case=case, natural_person_id__isnull=False).order_by("sequence")
        if event.action in by_action and (event.makes_proposal or by_action[event.action].is_decision)
    ]
    wanted: set[UUID] = {event.natural_person_id for event in events if event.natural_person_id}
    names = dict(NaturalPerson.objects.filter(pk__in=wanted).values_list("id", "name"))
    return [
        Responsible(
            chinese("决定") if by_action[event.action].is_decision else chinese("提出"), names[event.natural_person_id],
            by_action[event.action].title, event.at, event.place_path,
        )
        for event in events if event.natural_person_id in names
    ]  # fmt: skip


def liability_open(
    *, actor: Actor, case_id: UUID, ground: str, today: date, idempotency_key: str | None = None
) -> Case:
    """Open a case about who answers for a decision.

    Raises InputRefused TEXT_MISSING; CaseRefused POST_REQUIRED, NOBODY_DECIDED; AccessRefused outside the place.
    """
    said = required(ground, _("追究责任的事由"), most=300)
    with unit_of_work(actor, "liability_open"):
        about = Case.objects.get(pk=case_id)
        require_scope(actor, about.division_path, what=_("责任追究"))
        named = responsible(about)
        if not named:
            raise CaseRefused(
                "NOBODY_DECIDED", _("这项业务还没有人提出或决定。"), remedy=_("请选择已经办理的业务。")
            )
        return case_open(
            actor=actor, kind=KIND, district_code=about.district_code, division_path=about.division_path,
            subject_id=about.pk, title=chinese("责任追究：{number}").format(number=about.number), today=today,
            proposal=_proposal(about, said, named, today), idempotency_key=idempotency_key,
        )  # fmt: skip


def _proposal(about: Case, ground: str, named: list[Responsible], today: date) -> dict[str, Any]:
    return {
        "source_case": about.number,
        "ground": ground,
        "responsible": [f"{one.role} {one.name}（{one.step} {one.at:%Y-%m-%d}）" for one in named],
        "opened_on": today.isoformat(),
    }


LIABILITY = register(
    CaseKind(
        KIND,
        "责任追究",
        (
            Transition("open", OPEN, "opened", OPENERS, title="立案", makes_proposal=True),
            Transition("hold", "opened", "held", DECIDERS, True, True, title="追究责任", outcome="approved",
                       needs_reason=True),
            Transition("clear", "opened", "cleared", DECIDERS, True, True, title="不追究", outcome="rejected",
                       needs_reason=True),
        ),
        states={"opened": "待决定", "held": "已追究", "cleared": "不追究"},
    )
)  # fmt: skip
