"""移交: what was not given back in time goes to the bureau or another department with every paper (第二十八条、第二十九条4).

Worked example: 700.00 due on 2024-06-30, 500.00 came; on 07-01 the reviewer hands 200.00 over to 区人社局 with finding, notice,
receipt and film by their hashes. On 06-30 it is refused: the day is not over.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.recovery.models import Claim, Referral
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once
from jubao.services.recovery.deposits import is_overdue
from jubao.services.recovery.kind import claim_of
from jubao.services.recovery.steps import require_step
from jubao.services.supervision.administrative import administrative_open
from jubao.staff.regions import pack_of

BUREAU, OTHERS = "人力资源和社会保障局", ("公安机关", "人民法院", "其他有关部门")


def departments(claim: Claim, today: date) -> tuple[str, ...]:
    """To whom: after a death or a sentence first the bureau where the region's text says so."""
    steps = pack_of(claim.division_path).setting("recovery.steps", today).value
    is_bureau = "bureau" in steps and claim.ground in ("death", "sentence")
    return (BUREAU, *OTHERS) if is_bureau else (*OTHERS, BUREAU)


def recovery_refer(
    *, actor: Actor, case_id: UUID, department: str, note: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Hand an overdue claim over; the bureau gets a case of its own to decide.

    Raises CaseRefused NOT_OVERDUE; InputRefused DEPARTMENT_MISSING and what a step raises.
    """

    def make() -> Case:
        claim = claim_of(case_id, lock=True)
        require_step(actor, claim.case, "refer", today)
        if department not in departments(claim, today):
            raise InputRefused("DEPARTMENT_MISSING", _("没有选择移交的部门。"), remedy=_("请从列表中选择。"))
        if not is_overdue(claim, today):
            raise CaseRefused(
                "NOT_OVERDUE",
                _("退还期限到 {due}，还没有逾期，不能移交。").format(due=claim.due_on or "—"),
                remedy=_("请在期限过后仍未足额退还时移交。"),
            )
        Referral.objects.create(
            claim=claim, division_path=claim.division_path, department=department, left_fen=claim.left_fen,
            documents=papers_of(claim), note=note.strip()[:500], referred_on=today,
        )  # fmt: skip
        if department == BUREAU:
            administrative_open(
                actor=actor, recovery_case=claim.case, summary={"amount_fen": claim.left_fen}, today=today
            )
        return advance(
            actor=actor, case_id=case_id, action="refer", reason=note.strip()[:500], expected_version=expected_version,
            today=today, now=now,
        )  # fmt: skip

    with unit_of_work(actor, "recovery_refer", case_id=case_id):
        return case_once(idempotency_key, "recovery_refer", {"case": case_id, "to": department}, make)


def papers_of(claim: Claim) -> list[dict[str, Any]]:
    """Every paper and film of the claim with its hash."""
    papers = CaseMaterial.objects.filter(case_id=claim.case_id, removed_at__isnull=True).select_related(
        "document"
    )
    rows = [
        {"kind": one.kind, "document": str(one.document_id), "sha256": one.document.sha256} for one in papers.order_by("id")
    ]  # fmt: skip
    films = claim.actions.filter(footage__isnull=False).select_related("footage").order_by("id")
    return rows + [
        {"kind": "footage", "document": str(one.footage_id), "sha256": one.footage.sha256} for one in films if one.footage
    ]  # fmt: skip
