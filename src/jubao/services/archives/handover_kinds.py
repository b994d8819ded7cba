"""The hand-overs as kinds of cases: list, confirmation by whoever receives, agreement of whoever supervises.

Worked example: `archive_handover` goes open → 待接收 → 待监交 → signed; the district's `archive_transfer` open → received.
"""

from __future__ import annotations

from jubao.kernel.text import chinese
from jubao.services.archives.handovers import ASSISTANT, OFFICER, handover_received, handover_signed
from jubao.services.archives.transfers import TRANSFER, transfer_received
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register

CLERKS = frozenset({"intake_clerk", "handler"})
RECEIVERS = frozenset(
    {"intake_clerk", "handler", "field_worker", "certification_officer", "village_assistant"}
)
LEADERS = frozenset({"township_leader"})
TOWNSHIP, DISTRICT = frozenset({"township"}), frozenset({"district"})
LIST, SUPERVISE = ("list",), ("supervise",)


def _with_supervisor(supervisors: frozenset[str]) -> tuple[Transition, ...]:
    """List, confirmation, supervision."""

    def supervised(action: str, title: str, state: str, **more: object) -> Transition:
        return Transition(action, "handled", state, supervisors, True, state == "approved", title=title,
                          levels=TOWNSHIP, steps=SUPERVISE, **more)  # type: ignore[arg-type]  # fmt: skip

    return (
        Transition("open", OPEN, "proposed", CLERKS, title=chinese("提交移交清单"), levels=TOWNSHIP, steps=LIST,
                   makes_proposal=True),
        Transition("receive", "proposed", "handled", RECEIVERS, title=chinese("确认接收")),
        supervised("approve", chinese("监交同意"), "approved", outcome="approved"),
        supervised("return", chinese("退回"), "returned", needs_reason=True),
        *(
            Transition("withdraw", state, "withdrawn", CLERKS, closes=True, title=chinese("撤回"), outcome="withdrawn",
                       maker_only=True, needs_reason=True)
            for state in ("proposed", "handled", "returned")
        ),
    )  # fmt: skip


def _received() -> tuple[Transition, ...]:
    """List of the township, receipt of the district."""
    return (
        Transition("open", OPEN, "proposed", CLERKS, title=chinese("提交移交清单"), levels=TOWNSHIP, makes_proposal=True),
        Transition("approve", "proposed", "approved", CLERKS, True, True, title=chinese("清点无误，接收"), levels=DISTRICT,
                   outcome="approved"),
        Transition("reject", "proposed", "rejected", CLERKS, True, True, title=chinese("清点不符，不接收"), levels=DISTRICT,
                   outcome="rejected", needs_reason=True),
        Transition("withdraw", "proposed", "withdrawn", CLERKS, closes=True, title=chinese("撤回"), outcome="withdrawn",
                   maker_only=True, needs_reason=True),
    )  # fmt: skip


STATES = {"proposed": "待接收", "handled": "待监交", "approved": "已移交"}
register(
    CaseKind(
        OFFICER,
        "业务档案移交",
        _with_supervisor(LEADERS),
        {"receive": handover_received, "approve": handover_signed},
        STATES,
    )
)
register(
    CaseKind(
        ASSISTANT,
        "协办员业务移交",
        _with_supervisor(CLERKS),
        {"receive": handover_received, "approve": handover_signed},
        STATES,
    )
)
register(CaseKind(TRANSFER, "档案移交区级", _received(), {"approve": transfer_received}, STATES))
