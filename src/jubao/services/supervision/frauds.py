"""冒领查处: opened, investigated with a finding and an amount, decided, closed with its outcome; recovery begins from it.

Worked example: the audit finds three months drawn after a death, 489.06 yuan. The fraud case is opened by the program; an auditor
investigates, the 审批岗 confirms, and only then the amount stands for recovery; closed with “已全部退回”.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.supervision.checks import district_required, required
from jubao.services.supervision.findings import require_findings
from jubao.services.supervision.words import MONEY
from jubao.supervision.models import Finding

KIND = "fraud"
AUDITORS, DECIDERS = frozenset({"auditor"}), frozenset({"approver"})


def fraud_open(
    *, actor: Actor, division_path: str, ground: str, today: date, person_id: UUID | None = None,
    subject_id: UUID | None = None, idempotency_key: str | None = None, **more: Any,
) -> Case:  # fmt: skip
    """Open a case of suspected fraud; one that runs for the person goes on instead.

    Raises InputRefused TEXT_MISSING, PLACE_MISSING; CaseRefused POST_REQUIRED, OUT_OF_SCOPE.
    """
    said = required(ground, _("事由"), most=300)
    with unit_of_work(actor, "fraud_open"):
        if person_id is not None:
            running = Case.objects.filter(kind=KIND, person_id=person_id, is_open=True).first()
            if running is not None:
                return running
        return case_open(
            actor=actor, kind=KIND, district_code=district_required(division_path), division_path=division_path,
            person_id=person_id, subject_id=subject_id, title=chinese("冒领查处：{ground}").format(ground=said[:60]), today=today,
            proposal={"ground": said, "opened_on": today.isoformat(), **more}, idempotency_key=idempotency_key,
        )  # fmt: skip


def fraud_follow(*, case: Case, findings: Sequence[Finding], today: date) -> Case | None:
    """The fraud case that follows from what an audit found; None where no finding is about money drawn."""
    about = [one for one in findings if one.category in MONEY]
    if not about or case.person_id is None:
        return None
    return fraud_open(
        actor=Actor.system("audit", scope=case.division_path), division_path=case.division_path,
        ground=about[0].text[:200], today=today, person_id=case.person_id, subject_id=case.pk, source_case=case.number,
        suspected_fen=sum(one.amount_fen or 0 for one in about),
    )  # fmt: skip


def _investigated(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """Finding and amount as investigated: what the 审批岗 decides on."""
    found = require_findings(case)
    return {
        **case.proposal,
        "findings": [f"{one.number}. {one.text}" for one in found],
        "finding_count": len(found),
        "amount_fen": sum(one.amount_fen or 0 for one in found),
    }


def _decision(action: str, state: str, title: str, **more: Any) -> Transition:
    return Transition(action, "investigated", state, DECIDERS, True, title=title, levels=frozenset({"district"}),
                      needs_reason=True, **more)  # fmt: skip


FRAUD = register(
    CaseKind(
        KIND,
        "冒领查处",
        (
            Transition("open", OPEN, "opened", AUDITORS | {"handler", "reviewer"}, title="立案"),
            Transition("investigate", "opened", "investigated", AUDITORS, title="调查终结", makes_proposal=True,
                       needs_reason=True),
            _decision("confirm", "decided", "认定冒领"),
            _decision("dismiss", "dismissed", "不认定", closes=True, outcome="rejected"),
            _decision("return", "opened", "退回补充调查"),
            Transition("close", "decided", "closed", AUDITORS, closes=True, title="结案", outcome="done", needs_reason=True),
        ),
        prepares={"investigate": _investigated},
        states={
            "opened": "已立案", "investigated": "已调查，待决定", "decided": "已认定", "dismissed": "不予认定",
            "closed": "已结案",
        },
    )
)  # fmt: skip
