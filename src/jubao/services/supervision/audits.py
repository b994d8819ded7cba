"""稽核: opened by an auditor, or by the program the moment somebody tells of a death; two auditors, an opinion, a hand-over.

Worked example: a tip of 2021-05-06 says that 王秀兰 died: the audit is opened the same day. One auditor writes the record and the
findings, another gives the opinion; a wrong collection becomes a fraud case. The payment is not touched by either.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.supervision.checks import district_required, required
from jubao.services.supervision.findings import require_findings
from jubao.services.supervision.frauds import fraud_follow

KIND = "audit"
AUDITORS = frozenset({"auditor"})


def audit_open(
    *, actor: Actor, division_path: str, ground: str, today: date, person_id: UUID | None = None,
    subject_id: UUID | None = None, idempotency_key: str | None = None, **more: Any,
) -> Case:  # fmt: skip
    """Open an audit of a person or of an office; one that runs for the person goes on instead.

    Raises InputRefused TEXT_MISSING, PLACE_MISSING; CaseRefused POST_REQUIRED, OUT_OF_SCOPE.
    """
    said = required(ground, _("稽核的事由"), most=300)
    with unit_of_work(actor, "audit_open"):
        if person_id is not None:
            running = Case.objects.filter(kind=KIND, person_id=person_id, is_open=True).first()
            if running is not None:
                return running
        return case_open(
            actor=actor, kind=KIND, district_code=district_required(division_path), division_path=division_path,
            person_id=person_id, subject_id=subject_id, title=chinese("稽核：{ground}").format(ground=said[:60]), today=today,
            proposal={"ground": said, "opened_on": today.isoformat(), **more}, idempotency_key=idempotency_key,
        )  # fmt: skip


def _inspect(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What was found stands in the proposal, so that the second auditor gives an opinion on exactly this."""
    found = require_findings(case)
    return {
        **case.proposal,
        "findings": [f"{one.number}. {one.text}" for one in found],
        "finding_count": len(found),
    }


def _opinion(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: what may have been collected wrongly goes to the fraud case; nothing of the business changes here."""
    found = require_findings(case)
    if not found:
        raise CaseRefused("NOTHING_FOUND", _("没有登记问题。"), remedy=_("请用“未发现问题，结案”。"))
    fraud_follow(case=case, findings=found, today=today)


def _clean(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: only reads, whether really nothing was found."""
    if require_findings(case):
        raise CaseRefused("PROBLEMS_FOUND", _("已登记了问题。"), remedy=_("请用“出具稽核意见”。"))


def _end(action: str, title: str, outcome: str, reason: bool) -> Transition:
    return Transition(action, "inspected", outcome, AUDITORS, True, True, title=title, steps=("opinion",), outcome=outcome,
                      needs_reason=reason)  # fmt: skip


AUDIT = register(
    CaseKind(
        KIND,
        "稽核",
        (
            Transition("open", OPEN, "opened", AUDITORS, title="立案", steps=("announce",)),
            Transition("inspect", "opened", "inspected", AUDITORS, title="检查、笔录", steps=("inspect",),
                       makes_proposal=True),
            _end("opinion", "出具稽核意见", "irregular", True),
            _end("clean", "未发现问题，结案", "clean", False),
            Transition("return", "inspected", "opened", AUDITORS, True, title="退回补充检查", steps=("opinion",),
                       needs_reason=True),
        ),
        effects={"opinion": _opinion, "clean": _clean},
        prepares={"inspect": _inspect},
        states={"opened": "稽核中", "inspected": "待出具意见", "irregular": "查出问题", "clean": "未发现问题"},
    )
)  # fmt: skip
