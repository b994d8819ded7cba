"""The case 免申即享: from the extraction over list check, notice and confirmation to 办理, 一级复核 and the pension.

Worked example: 张桂芳's case is opened `extracted` by the program on 2026-11-01; 办理岗 verifies it, sends the SMS, her daughter
confirms on the phone → `accepted`; 办理岗 handles it → `handled`; another officer reviews it → `approved`. States that still
wait for the person are `WAITING`; a revoked case may be restored, a waived one never.
"""

from __future__ import annotations

from jubao.database.actor import PARTICIPANT
from jubao.services.cases.kinds import OPEN, CaseKind, Transition

KIND = "claim_free"
WAITING = ("extracted", "verified", "notified")
"""Not yet confirmed: the flag may be revoked, the person may confirm, a notice may be sent."""

STATES = {
    "extracted": "已提取",
    "verified": "已核实",
    "notified": "已告知",
    "revoked": "已撤销标识",
    "waived": "本人放弃",
    "expired": "已过期",
    "ceased": "不再符合",
    "accepted": "已受理",
    "returned": "已退回受理",
    "handled": "待复核",
    "approved": "已办结",
}

_HANDLER, _INTAKE, _REVIEWER = frozenset({"handler"}), frozenset({"intake_clerk"}), frozenset({"reviewer"})
_OFFICE = _HANDLER | _INTAKE
_PERSON = frozenset({PARTICIPANT})


def _from(
    states: tuple[str, ...], action: str, to: str, posts: frozenset[str], **more: object
) -> list[Transition]:
    return [Transition(action, state, to, posts, **more) for state in states]  # type: ignore[arg-type]


def steps() -> tuple[Transition, ...]:
    """The transition table; posts, levels, materials and deadlines come from the pack's steps named here."""
    return (
        Transition("open", OPEN, "extracted", _HANDLER, title="提取", steps=("extract",)),
        Transition("verify", "extracted", "verified", _HANDLER, title="核实", steps=("verify_list",)),
        *_from(("verified",), "notify", "notified", _HANDLER, title="告知", steps=("notify",)),
        *_from(WAITING, "revoke", "revoked", _HANDLER, title="撤销标识", steps=("verify_list",), needs_reason=True),
        Transition("restore", "revoked", "extracted", _HANDLER, title="恢复标识", steps=("verify_list",), needs_reason=True),
        *_from((*WAITING, "returned"), "accept", "accepted", _INTAKE, title="受理", steps=("accept",), reach="city"),
        *_from((*WAITING, "returned"), "confirm_online", "accepted", _PERSON, title="网上确认", needs=("id_document",)),
        *_from(WAITING, "refuse", "revoked", _INTAKE, title="不予受理", needs_reason=True, reach="city"),
        *_from((*WAITING, "returned"), "waive", "waived", _INTAKE | _PERSON, title="放弃", closes=True, outcome="waived",
               reach="city"),
        Transition("return_intake", "accepted", "returned", _HANDLER, title="退回受理岗", needs_reason=True,
                   steps=("handle",), needs=("id_document",)),
        Transition("handle", "accepted", "handled", _HANDLER, title="办理", steps=("handle",), makes_proposal=True,
                   needs=("determination_form",)),
        Transition("undo", "accepted", "notified", _PERSON, title="撤回确认"),
        Transition("approve", "handled", "approved", _REVIEWER, True, True, title="同意", steps=("review",),
                   levels=frozenset({"district"}), outcome="approved"),
        Transition("return", "handled", "accepted", _REVIEWER, True, title="退回办理岗", steps=("review",),
                   levels=frozenset({"district"}), needs_reason=True),
        *_from((*WAITING, "revoked", "returned"), "expire", "expired", _HANDLER, title="过期", closes=True, outcome="expired",
               needs_reason=True),
        *_from((*WAITING, "revoked", "returned", "accepted"), "cease", "ceased", _HANDLER, title="终止", closes=True,
               outcome="ceased", needs_reason=True),
    )  # fmt: skip


CLAIM_FREE = CaseKind(KIND, "免申即享", steps(), states=STATES)
"""The shape; `services.claim_free.kind` registers it with its effects."""
