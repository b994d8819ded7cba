"""Proposed determinations: for everybody who becomes entitled next month, the amount worked out and a task for the office.

Worked example: 张桂芳 turns sixty in 2026-11; the month run opens `reaching_entitlement` for her with 163.02 yuan from 2026-12
and every step; 办理岗 takes it up by taking in the claim with its papers, or sets it aside with a reason.
Nothing is paid from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.pension import claim_facts, only_facts
from jubao.kernel.errors import DomainError, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.policy import Pack, ParameterValue
from jubao.rules.evaluate import explain
from jubao.services.benefits.pension_amounts import month_amount, month_terms, trace_rows
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND = "reaching_entitlement"
OFFICE = frozenset({"intake_clerk", "handler"})

register(
    CaseKind(
        KIND,
        "到龄待遇核定建议",
        (
            Transition("open", OPEN, "accepted", frozenset({"handler"}), title=chinese("提出")),
            Transition("take_up", "accepted", "done", OFFICE, closes=True, title=chinese("已受理申领"), outcome="taken_up"),
            Transition(
                "set_aside", "accepted", "withdrawn", OFFICE, closes=True, title=chinese("暂不办理"), outcome="set_aside",
                needs_reason=True,
            ),
        ),
    )
)  # fmt: skip


@dataclass
class Proposed:
    """How many were proposed, were there already, could not be worked out (with the first obstacle)."""

    opened: int = 0
    known: int = 0
    total_fen: int = 0
    refused: dict[str, int] | None = None


def proposals_open(
    *, actor: Actor, enrolment_ids: Sequence[UUID], month: int, today: date, is_dry_run: bool = False
) -> Proposed:
    """Open a proposal for each enrolment that becomes entitled in the month after `month` and has none yet."""
    done = Proposed(refused={})
    refused: dict[str, int] = {}
    with unit_of_work(actor, "proposals_open"):
        wanted = Enrolment.objects.select_related("person").filter(id__in=enrolment_ids).order_by("id")
        for enrolment in wanted:
            try:
                proposal = _proposal(enrolment, pack_of(enrolment.division_path), month)
            except NotCovered as missing:
                refused[missing.code] = refused.get(missing.code, 0) + 1
                continue
            if proposal is None:
                continue
            if Case.objects.filter(kind=KIND, person_id=enrolment.person_id).exists():
                done.known += 1
                continue
            done.opened += 1
            done.total_fen += proposal["monthly_pension_fen"]
            if not is_dry_run:
                _open(actor, enrolment, proposal, today)
    done.refused = refused
    return done


def _proposal(enrolment: Enrolment, pack: Pack, month: int) -> dict[str, Any] | None:
    """The amount of the first month, or None for somebody whose first month is another one."""
    tier = pack.find_parameter("years_pension_min_tier_fen", Month.from_index(month))
    least = int(tier.value) if isinstance(tier, ParameterValue) else 0
    found = claim_facts(enrolment.id, month, least)
    if found is None:
        raise DomainError("ENROLMENT_ENDED", _("参保关系已经终止。"))
    facts = only_facts(found)
    dated = explain(["benefit_start_month"], {**month_terms(pack, month).arguments, **facts})
    start = int(dated["benefit_start_month"])
    if start != month + 1:
        return None
    amount = month_amount(pack, {**facts, "has_given_start_month": True, "given_start_month": start}, start)
    return {
        "enrolment_id": str(enrolment.id),
        "first_month": str(Month.from_index(start)),
        "facts": facts,
        "parts": dict(amount.parts),
        "monthly_pension_fen": amount.total_fen,
        "trace": trace_rows(pack, amount.trace),
        "pack_hash": pack.pack_hash,
    }


def _open(actor: Actor, enrolment: Enrolment, proposal: dict[str, object], today: date) -> None:
    case_open(
        actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.id,
        title=chinese("{name} {month} 起可领取待遇").format(name=enrolment.person.name, month=proposal["first_month"]),
        proposal=proposal, today=today, channel="month_run",
    )  # fmt: skip
