"""追缴 as a case: found by the program, investigated by the township, confirmed by the district, noticed, delivered, written off.

Worked example: 150404-2026-000017 is found by the decision on a death; 核实岗 enters three months of 489.06 with a colleague
and the footage; 复核岗 confirms; 财务岗 writes off on the deposit slip. Found, it hurts nobody: the amount counts from 确认 on.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.forms.pages import money
from jubao.kernel.text import _
from jubao.recovery.models import Claim, ClaimMonth
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.recovery.liability import liability_open
from jubao.services.recovery.postings import Wrong, claim_posted
from jubao.services.recovery.presence import footage_kept

KIND = "recovery"
FINDERS = frozenset({"field_worker", "intake_clerk", "handler", "auditor"})
DELIVERERS = frozenset({"field_worker", "intake_clerk", "handler"})
OFFICES = frozenset({"district", "township"})
OWED = ("confirmed", "noticed", "delivered", "referred")
"""States in which an amount is fixed and may still be owed."""


def claim_of(case_id: UUID, *, lock: bool = False) -> Claim:
    """The claim of a case."""
    rows = Claim.objects.select_for_update(of=("self",)) if lock else Claim.objects.all()
    return rows.get(case_id=case_id)


def _confirmed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the amount is fixed, its months are claimed, the ledger has its account."""
    claim = claim_of(case.pk, lock=True)
    months = [
        Wrong(row["month"], UUID(row["line"]) if row.get("line") else None, row["amount_fen"])
        for row in case.proposal["claimed"]
    ]
    taken = ClaimMonth.objects.filter(payment_line_id__in=[one.line_id for one in months if one.line_id])
    if taken.exists():
        raise CaseRefused(
            "CLAIMED_ALREADY",
            _("其中有月份已经在另一项追缴中。"),
            remedy=_("请退回，去掉这些月份后重新提出。"),
        )
    ClaimMonth.objects.bulk_create(
        ClaimMonth(
            claim=claim, division_path=claim.division_path, benefit_month=one.benefit_month, payment_line_id=one.line_id,
            amount_fen=one.amount_fen,
        )
        for one in months
    )  # fmt: skip
    claim.amount_fen, claim.confirmed_on = sum(one.amount_fen for one in months), today
    claim.save(update_fields=["amount_fen", "confirmed_on"])
    claim_posted(actor=actor, claim=claim, months=months, today=today)
    liability_open(claim, today=today)


def _dropped(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: nothing is claimed."""
    _close(case, today)


def _writable(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 核销 needs: nothing left."""
    left = claim_of(case.pk).left_fen
    if left:
        raise CaseRefused(
            "STILL_OWED",
            _("还有 {amount} 元没有退还，不能核销。").format(amount=money(left)),
            remedy=_("请登记缴存凭证，或逾期后移交处理。"),
        )
    return dict(case.proposal)


def _written_off(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the claim is closed."""
    _close(case, today)


def _close(case: Case, today: date) -> None:
    claim = claim_of(case.pk, lock=True)
    claim.is_open, claim.closed_on = False, today
    claim.save(update_fields=["is_open", "closed_on"])
    footage_kept(claim, today)


def _slip_where_money_came(case: Case, needs: tuple[str, ...]) -> tuple[str, ...]:
    """A claim taken whole from account and grant has no deposit slip."""
    if "deposit_slip" in needs and claim_of(case.pk).returned_fen == 0:
        return tuple(one for one in needs if one != "deposit_slip")
    return needs


def _decision(action: str, state: str, to_state: str, title: str, **more: Any) -> Transition:
    return Transition(
        action, state, to_state, frozenset({"reviewer"}), True, to_state == "rejected", title=title,
        levels=frozenset({"district"}), steps=("confirm",), **more,
    )  # fmt: skip


def _steps() -> tuple[Transition, ...]:
    waiting = ("found", "reported", "returned")
    return (
        Transition("open", OPEN, "found", FINDERS, title="发现多领", levels=OFFICES),
        Transition("hand_up", "found", "reported", frozenset({"village_assistant"}), title="告知并上报镇街"),
        *(
            Transition("find", state, "proposed", FINDERS, title="报送核实情况", steps=("investigate",), makes_proposal=True)
            for state in waiting
        ),
        Transition("withdraw", "proposed", "found", FINDERS, title="撤回核实情况", steps=("investigate",), maker_only=True,
                   needs_reason=True),
        _decision("confirm", "proposed", "confirmed", "确认追缴金额"),
        _decision("return", "proposed", "returned", "退回重新核实", needs_reason=True),
        *(
            _decision("reject", state, "rejected", "不予追缴", outcome="rejected", needs_reason=True)
            for state in ("proposed", *waiting)
        ),
        *(
            Transition("notify", state, "noticed", DELIVERERS, title="开具通知书", levels=OFFICES)
            for state in ("confirmed", "noticed")
        ),
        Transition("deliver", "noticed", "delivered", DELIVERERS, title="已送达", levels=OFFICES),
        Transition("refer", "delivered", "referred", frozenset({"reviewer"}), title="移交处理", steps=("refer",),
                   levels=frozenset({"district"})),
        *(
            Transition("write_off", state, "done", frozenset({"finance_officer"}), title="核销", steps=("write_off",),
                       closes=True, outcome="recovered", levels=frozenset({"district"}))
            for state in OWED
        ),
    )  # fmt: skip


RECOVERY = register(
    CaseKind(
        KIND,
        "待遇追缴",
        _steps(),
        effects={"confirm": _confirmed, "reject": _dropped, "write_off": _written_off},
        states={
            "found": "待调查核实",
            "reported": "村已上报、待核实",
            "proposed": "待区县确认",
            "confirmed": "已确认金额",
            "noticed": "通知书已开具",
            "delivered": "已送达、限期退还",
            "referred": "已移交处理",
        },
        needs_of=_slip_where_money_came,
        prepares={"write_off": _writable},
    )
)
