"""责任追究: where the region's text asks for it, a confirmed claim opens the question whose doing it was (寻乌 二、（四）).

Worked example: four months drawn after a death in 寻乌: with the confirmation a second case waits for the reviewer of the county,
who writes what was found and what follows; it ends nothing and claims nothing by itself.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.errors import NotCovered
from jubao.kernel.text import chinese
from jubao.recovery.models import Claim
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.staff.regions import pack_of

KIND = "recovery_liability"


def liability_open(claim: Claim, *, today: date) -> Case | None:
    """The case of a confirmed claim, opened by the program; None where the region's recovery knows no such step."""
    try:
        steps = pack_of(claim.division_path).workflow("recovery", today).steps
    except NotCovered:
        return None
    if "liability" not in {one.step for one in steps}:
        return None
    case = claim.case
    return case_open(
        actor=Actor.system("liability_open", scope=""), kind=KIND, district_code=case.district_code,
        division_path=case.division_path, person_id=case.person_id, subject_id=case.pk, today=today,
        title=chinese("责任追究：{number}").format(number=case.number),
        proposal={
            "source": case.number, "ground_title": case.proposal.get("ground_title", ""),
            "finding": case.proposal.get("finding", ""), "fault_title": case.proposal.get("fault_title", ""),
            "total_fen": claim.amount_fen,
        },
    )  # fmt: skip


def _end(action: str, title: str) -> Transition:
    return Transition(
        action, "open", "done", frozenset({"reviewer"}), closes=True, title=title, outcome=action, steps=("liability",),
        needs_reason=True,
    )  # fmt: skip


LIABILITY = register(
    CaseKind(
        KIND,
        "责任追究",
        (
            Transition("open", OPEN, "open", frozenset({"handler"}), title="立案"),
            _end("pursued", "已追究责任"),
            _end("cleared", "没有责任"),
        ),
        states={"open": "调查中"},
        workflow="recovery",
    )
)
