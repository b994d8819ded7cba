"""The table of the ordinary claim: taken in, determined, decided; where villages collect, with their step before it.

Worked example: 綦江 opens a claim in state 已受理. In 松山 the village assistant opens it in state 村级已收件, sends it up
with the others of the village, the township determines, the district re-checks and sends a faulty one back with its reason;
the township may send one back to the village for a paper that is missing. The assistant decides nothing.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.services.benefits.claims import claim_complete, claim_prepare
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.documents.receipts import receipt_issue

KIND = "ordinary_claim"
COLLECT = "collect"
"""The step of a pack by which a village collects the papers."""


def _approve(*, case: Case, actor: Actor, today: date) -> None:
    claim_complete(case=case, actor=actor, today=today)


def _accepted(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of sending up: from now on the office has it, and the receipt says so."""
    receipt_issue(case, actor=actor, today=today)


def _decision(action: str, state: str, title: str, outcome: str, *steps: str) -> Transition:
    return Transition(
        action, "handled", state, frozenset({"reviewer"}), is_decision=True, closes=bool(outcome), outcome=outcome,
        title=title, steps=(*steps, "review"), levels=frozenset({"district"}), needs_reason=action != "approve",
    )  # fmt: skip


def _village_steps() -> tuple[Transition, ...]:
    """Only where the region's workflow has the village collect."""
    village, handler = frozenset({"village_assistant"}), frozenset({"handler"})
    return (
        Transition("open", OPEN, "collected", village, title="收件", steps=(COLLECT,), only_with=COLLECT),
        Transition("send_up", "collected", "accepted", village, title="上报", steps=(COLLECT,), only_with=COLLECT),
        Transition("return_village", "accepted", "collected", handler, title="退回村级补正", steps=("check",),
                   needs_reason=True, only_with=COLLECT, needs=("id_document",)),
        Transition("withdraw", "collected", "withdrawn", village, closes=True, outcome="withdrawn", title="撤回",
                   needs_reason=True, only_with=COLLECT),
    )  # fmt: skip


def _claim_steps() -> tuple[Transition, ...]:
    intake, handler = frozenset({"intake_clerk"}), frozenset({"handler"})
    return (
        Transition("open", OPEN, "accepted", intake, title="受理", steps=("accept", COLLECT), not_with=COLLECT),
        *_village_steps(),
        Transition("handle", "accepted", "handled", handler, title="办理", steps=("handle", "check"), makes_proposal=True,
                   needs=("determination_form",)),
        _decision("approve", "approved", "同意", "approved"),
        _decision("return", "accepted", "退回", "", "return"),
        _decision("reject", "rejected", "不同意", "rejected"),
        Transition("withdraw", "accepted", "withdrawn", intake | handler, closes=True, outcome="withdrawn", title="撤回",
                   needs_reason=True),
    )  # fmt: skip


ORDINARY_CLAIM = register(
    CaseKind(
        KIND, "待遇申领", _claim_steps(), {"approve": _approve, "send_up": _accepted},
        states={"collected": "村级已收件"}, prepares={"handle": claim_prepare},
    )
)  # fmt: skip
