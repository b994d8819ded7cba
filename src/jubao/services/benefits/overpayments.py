"""多发处理: what a recalculation found paid too much is kept back from later months, let go or recovered, by decision alone.

Worked example: 2.00 yuan too much for ten months: 办理岗 proposes 从后续待遇扣减 with the reason, 复核岗 agrees and writes
why; the next payment keeps back 20.00 of 183.02 (at most 20 % of a month), and the ledger shows 20.00 抵扣 and where it went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Decrease, Determination
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.overpayments import why
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.services.accounts.holders import fund_account_id
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND = "overpayment"
WAYS: Mapping[str, str] = {
    "deduct": "从后续待遇中扣减",
    "waived": "不追回",
    "recover": "另行追回",
}


def overpayment_propose(
    *, actor: Actor, entitlement_id: UUID, way: str, reason: str, today: date, idempotency_key: str | None = None
) -> Case:  # fmt: skip
    """Propose what becomes of everything paid too much to one person that nobody has decided yet.

    Raises InputRefused WAY_UNKNOWN, REASON_REQUIRED, NOTHING_OVERPAID.
    """
    if way not in WAYS:
        raise InputRefused("WAY_UNKNOWN", _("请选择处理方式。"), remedy=_("扣减、不追回或另行追回。"))
    if not reason.strip():
        raise InputRefused(
            "REASON_REQUIRED", _("请写明理由。"), remedy=_("如“核定时利率未公布，本人同意扣减”。")
        )
    with unit_of_work(actor, "overpayment_propose"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        rows = list(
            Decrease.objects.filter(entitlement_id=entitlement_id, state="open").order_by(
                "benefit_month", "id"
            )
        )
        if not rows:
            raise InputRefused("NOTHING_OVERPAID", _("没有待决定的多发金额。"), remedy=_("请刷新页面。"))
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("多发处理：{name}").format(name=enrolment.person.name), today=today,
            proposal=_proposal(rows, way, reason, enrolment.division_path, today), idempotency_key=idempotency_key,
        )  # fmt: skip


def _proposal(
    rows: Sequence[Decrease], way: str, reason: str, division_path: str, today: date
) -> dict[str, Any]:
    total = sum(one.amount_fen for one in rows)
    proposal: dict[str, Any] = {
        "entitlement_id": str(rows[0].entitlement_id), "way": way, "way_title": WAYS[way], "ground": reason.strip()[:300],
        "total_fen": total, "decrease_ids": [str(one.id) for one in rows],
        "overpaid": [
            {"month": one.benefit_month, "decrease_fen": one.amount_fen, "cause": why(one.cause)} for one in rows
        ],
    }  # fmt: skip
    if way == "deduct":
        limit = pack_of(division_path).setting("recovery.deduction_percent", today)
        last = Determination.objects.filter(entitlement_id=rows[0].entitlement_id).order_by("-sequence")[0]
        most = max(1, min(last.monthly_pension_fen * int(limit.value) // 100, last.base_pension_fen))
        proposal |= {
            "limit_percent": int(limit.value), "most_a_month_fen": most, "months_needed": -(-total // most),
            "legal_basis": str(limit.citation or limit.source), "from_month": Month.containing(today).index,
        }  # fmt: skip
    return proposal


def _approve(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the decision stands on each month; a claim account is opened for what is kept back."""
    proposal = case.proposal
    rows = Decrease.objects.select_for_update().filter(id__in=proposal["decrease_ids"], state="open")
    if rows.count() != len(proposal["decrease_ids"]):
        raise CheckFailed(
            "DECIDED_ALREADY", _("其中有月份已经决定过。"), remedy=_("请退回，按现在的多发金额重新提出。")
        )
    if proposal["way"] == "deduct":
        fund_account_id("recovery_claim", case.district_code, case.id, actor=actor)
    rows.update(
        state=proposal["way"], decided_by=actor.natural_person_id, decided_case_id=case.id,
        decided_reason=proposal["ground"],
    )  # fmt: skip


def _steps() -> tuple[Any, ...]:
    """The common shape, but agreeing wants a word too: it goes against somebody, or gives up money of the fund."""
    rows = propose_and_decide(
        makers=frozenset({"handler"}), make_steps=("propose",), decide_steps=("decide",)
    )
    return tuple(replace(one, needs_reason=True) if one.action == "approve" else one for one in rows)


OVERPAYMENT = register(CaseKind(KIND, chinese("多发处理"), _steps(), {"approve": _approve}))
