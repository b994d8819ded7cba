"""调查核实: the township's facts and amount, with two officers and the film, handed to the district to confirm (第二十九条1).

Worked example: 核实岗 and a colleague find that the son drew April to June with the card: three months of 163.02, 489.06 in all,
the family's doing. The district confirms exactly these months or sends the finding back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.wrongly_paid import PaidLine, wrongly_paid
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.recovery.models import Action, Claim
from jubao.rules.recovery import duplicate_return_fen
from jubao.services.cases.engine import advance, case_once, case_propose, material_add
from jubao.services.cases.idempotency import canonical
from jubao.services.documents.store import document_store
from jubao.services.recovery.kind import claim_of
from jubao.services.recovery.postings import Wrong
from jubao.services.recovery.presence import Presence, presence_record
from jubao.services.recovery.steps import require_step

FAULTS: Mapping[str, str] = {
    "person": "本人", "family": "家属", "office": "经办", "supplier": "供数方", "system": "系统", "unknown": "尚未查明"
}  # fmt: skip
"""Whose doing it was; what an office or a supplier did wrong is never the debtor's fraud (C3)."""


def suggested_fen(claim: Claim, line: PaidLine) -> int:
    """What is asked back of a line: all of it, but of a pension drawn twice not the part from the person's own account."""
    own = claim.ground != Claim.Ground.OTHER_BENEFIT
    return int(
        duplicate_return_fen(
            overlap_paid_fen=line.amount_fen, overlap_account_part_fen=line.account_part_fen,
            is_account_part_returned=own,
        )
    )  # fmt: skip


def finding_report(
    *, actor: Actor, case_id: UUID, months: Sequence[Wrong], facts: str, fault: str, presence: Presence,
    expected_version: int, today: date, now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Hand the finding to the district.

    Raises InputRefused FACTS_MISSING, FAULT_MISSING, NO_MONTHS, MONTH_NOT_PAID, AMOUNT_TOO_HIGH, MONTH_TWICE, DAY_MISSING;
    CaseRefused OFFICERS_MISSING, FOOTAGE_MISSING and what a step raises.
    """
    body = {
        "case": case_id,
        "version": expected_version,
        "facts": facts,
        "months": [str(one) for one in months],
    }

    def make() -> Case:
        claim = claim_of(case_id, lock=True)
        require_step(actor, claim.case, "find", today)
        _check(claim, months, facts, fault, today)
        action = presence_record(
            actor=actor, claim=claim, kind=Action.Kind.INVESTIGATE, presence=presence, today=today
        )
        proposal = _proposal(claim, months, facts, fault, action)
        case = case_propose(
            actor=actor, case_id=case_id, proposal=proposal, expected_version=expected_version, today=today
        )
        Claim.objects.filter(pk=claim.pk).update(fault=fault)
        paper = document_store(
            actor=actor, content=canonical(proposal).encode(), name="finding.json", content_type="application/json",
            document_class="finding", case_id=case_id, person_id=case.person_id, district_code=case.district_code,
        )  # fmt: skip
        material_add(actor=actor, case_id=case_id, kind="finding", document_id=paper.pk)
        return advance(
            actor=actor, case_id=case_id, action="find", expected_version=case.version, today=today, now=now
        )

    with unit_of_work(actor, "recovery_finding", case_id=case_id):
        return case_once(idempotency_key, "recovery_finding", body, make)


def _check(claim: Claim, months: Sequence[Wrong], facts: str, fault: str, today: date) -> None:
    if not facts.strip():
        raise InputRefused("FACTS_MISSING", _("没有写核实情况。"), remedy=_("请写明何时、由谁、怎样领取。"))
    if fault not in FAULTS:
        raise InputRefused("FAULT_MISSING", _("没有选择造成多领的原因方。"), remedy=_("请从列表中选择。"))
    if not months:
        raise InputRefused("NO_MONTHS", _("没有选择多领的月份。"), remedy=_("请勾选月份并填写金额。"))
    lines = {one.line_id: one for one in wrongly_paid(claim.enrolment_id, claim.first_month)}
    for one in months:
        line = lines.get(one.line_id) if one.line_id else None
        _check_month(claim, one, line, today)
    keys = [one.line_id or one.benefit_month for one in months]
    if len(keys) != len(set(keys)):
        raise InputRefused("MONTH_TWICE", _("同一个月份填写了两次。"), remedy=_("请合并成一行。"))


def _check_month(claim: Claim, one: Wrong, line: PaidLine | None, today: date) -> None:
    title = str(Month.from_index(one.benefit_month))
    if one.amount_fen <= 0:
        raise InputRefused(
            "AMOUNT_MISSING", _("{month} 没有金额。").format(month=title), remedy=_("请填写大于零的金额。")
        )
    if one.line_id and (line is None or not line.is_answered):
        raise InputRefused(
            "MONTH_NOT_PAID",
            _("{month} 的发放银行还没有回盘，或已退回、已在另一项追缴中。").format(month=title),
            remedy=_("请先不列这个月，回盘后再补充。"),
        )
    if line is not None and one.amount_fen > line.amount_fen:
        raise InputRefused(
            "AMOUNT_TOO_HIGH",
            _("{month} 的金额超过了实际发放的金额。").format(month=title),
            remedy=_("请按发放记录填写。"),
        )
    if not claim.first_month <= one.benefit_month <= Month.containing(today).index:
        raise InputRefused(
            "MONTH_OUTSIDE", _("{month} 不在多领的期间。").format(month=title), remedy=_("请核对月份。")
        )


def _proposal(
    claim: Claim, months: Sequence[Wrong], facts: str, fault: str, action: Action
) -> dict[str, Any]:
    former = claim.case.proposal
    return {
        "ground": claim.ground, "ground_title": former.get("ground_title", ""), "happened_on": str(claim.happened_on or ""),
        "first_month": claim.first_month, "source": former.get("source", ""), "finding": facts.strip()[:500],
        "fault": fault, "fault_title": FAULTS[fault], "present": action.names, "investigated_on": str(action.done_on),
        "footage_sha256": action.footage.sha256 if action.footage else "",
        "total_fen": sum(one.amount_fen for one in months),
        "claimed": [
            {"month": one.benefit_month, "amount_fen": one.amount_fen, "line": str(one.line_id or "")}
            for one in sorted(months, key=lambda each: (each.benefit_month, str(each.line_id)))
        ],
    }  # fmt: skip
