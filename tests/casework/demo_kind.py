"""Kinds of cases for tests of the engine: proposed by 受理岗 or 办理岗, decided by 复核岗; the effect leaves a trace.

Worked example: approving a case of this kind appends its number to `DONE`.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register

DONE: list[str] = []


def done() -> list[str]:
    """The numbers whose effect has run."""
    return list(DONE)


def leave_trace(*, case: Case, actor: Actor, today: date) -> None:
    """The effect: refuse when the proposal asks for it, else remember the number."""
    if case.proposal.get("fails"):
        raise DomainError("EFFECT_FAILED", "按提议失败。")
    DONE.append(case.number)


PLAIN = register(
    CaseKind(
        "test_plain",
        "测试业务",
        propose_and_decide(make_steps=(), decide_steps=()),
        {"approve": leave_trace},
    )
)
DOUBLE = register(
    CaseKind(
        "test_double",
        "两级审批测试",
        propose_and_decide(make_steps=(), decide_steps=(), second=frozenset({"approver"})),
        {"approve_second": leave_trace},
    )
)
