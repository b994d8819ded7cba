"""调查核实 after a suspension: the township finds out, and the result proposes resumption or a stop; nothing happens by itself.

Worked example: suspended from the report of 30 November; the 核实岗 finds her alive on 9 December and enters 具备资格; a
resumption is in the queue of the district the same minute (SS-27-1, SS-27-3).
"""

from __future__ import annotations

from datetime import date

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of

INVESTIGATORS = frozenset({"field_worker", "village_assistant", "intake_clerk", "handler"})


def investigation_open(
    *, entitlement: Entitlement, enrolment: Enrolment, suspension: Case, today: date, reason: str
) -> Case | None:
    """Open the task of finding out, unless one runs for the person; opened by the program, done by the township."""
    if Case.objects.filter(kind="investigation", person_id=enrolment.person_id, is_open=True).exists():
        return None
    return case_open(
        actor=Actor.system("investigation_open", scope=""),
        kind="investigation",
        district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path,
        person_id=enrolment.person_id,
        subject_id=entitlement.id,
        title=chinese("调查核实：{name}").format(name=enrolment.person.name),
        proposal={
            "suspension_case": suspension.number,
            "reason": reason,
            "entitlement_id": str(entitlement.id),
        },
        today=today,
    )


def _eligible(*, case: Case, actor: Actor, today: date) -> None:
    from jubao.services.benefits.resumptions import resumption_propose

    assert case.subject_id is not None
    resumption_propose(
        actor=Actor.system("investigation", scope=actor.scope),
        entitlement_id=case.subject_id,
        ground=_("调查核实：具备资格（{number}）").format(number=case.number),
        evidence={"investigation": case.number},
        today=today,
    )


def _lost(*, case: Case, actor: Actor, today: date) -> None:
    from jubao.services.benefits.stops import stop_propose

    assert case.subject_id is not None
    stop_propose(
        actor=Actor.system("investigation", scope=actor.scope),
        entitlement_id=case.subject_id,
        reason="ELIGIBILITY_LOST",
        evidence={"investigation": case.number},
        today=today,
    )


def _end(action: str, title: str) -> Transition:
    return Transition(
        action, "investigating", "done", INVESTIGATORS, closes=True, title=title, outcome=action,
        steps=("investigate",), needs_reason=True,
    )  # fmt: skip


INVESTIGATION = register(
    CaseKind(
        "investigation",
        "调查核实",
        (
            Transition("open", OPEN, "investigating", INVESTIGATORS, title="下发调查"),
            _end("eligible", "具备资格"),
            _end("lost", "丧失资格"),
        ),
        {"eligible": _eligible, "lost": _lost},
        {"investigating": "调查中"},
        workflow="suspension",
    )
)
