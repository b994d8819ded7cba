"""What comes after a rollback: the deregistration of the dead, or the claim that waits until somebody is released.

Worked example: after a death the program opens the task `deregistration_task` for
the township; after a sentence `claim_after_release`, to be taken up in the month after the release.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import chinese
from jubao.people.models import Enrolment
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, kinds, register

OFFICE = frozenset({"intake_clerk", "handler"})
DEREGISTRATION, AFTER_RELEASE = "deregistration_task", "claim_after_release"


def follow_up_open(*, case: Any, enrolment: Enrolment, actor: Actor, today: date) -> Case:
    """Open the next business by the program, naming the rollback it follows."""
    is_death = case.proposal["cause"] == "death"
    kind = DEREGISTRATION if is_death else AFTER_RELEASE
    return case_open(
        actor=Actor.system(kind, scope=actor.scope), kind=kind, district_code=case.district_code,
        division_path=case.division_path, person_id=case.person_id, subject_id=enrolment.id,
        title=f"{kinds()[kind].title}：{enrolment.person.name}", today=today, channel="claim_rollback",
        proposal={
            "enrolment_id": str(enrolment.id), "rollback_case": case.number, "cause": case.proposal["cause"],
            "happened_on": case.proposal["happened_on"],
        },
    )  # fmt: skip


def _task(kind: str, title: str, done: str) -> CaseKind:
    return CaseKind(
        kind,
        title,
        (
            Transition("open", OPEN, "waiting", frozenset({"handler"}), title=chinese("提出")),
            Transition(
                "close", "waiting", "done", OFFICE, closes=True, outcome="done", title=done, needs_reason=True
            ),
        ),
        states={"waiting": chinese("待办理")},
    )


register(_task(DEREGISTRATION, "注销登记（回退领待后）", "已办理注销"))
register(_task(AFTER_RELEASE, "刑满后申领（回退领待后）", "已受理申领"))
