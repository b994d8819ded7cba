"""暂缓: the next payment of somebody is held for a few working days by two officers; undecided, it releases itself and pays.

Worked example: two sources report a death; held on 2024-05-10 with ten working days; nobody decides; in the night after
2024-05-23 the hold is released, June is paid in the run and what was missed is awarded (Q8).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.services.benefits.back_pay import back_pay_award, next_regular_month
from jubao.services.benefits.statuses import months_in, standing_status, status_change
from jubao.services.benefits.suspension_grounds import REASONS, running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.deadlines import calendar
from jubao.services.cases.engine import case_once, case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

HELD = frozenset({"held"})


def hold_propose(
    *, actor: Actor, entitlement_id: UUID, reason: str, evidence: Mapping[str, Any], today: date,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Propose to hold the next payment. Raises InputRefused REASON_UNKNOWN, EVIDENCE_MISSING; CaseRefused NOT_PAID."""
    if reason not in REASONS:
        raise InputRefused("REASON_UNKNOWN", _("没有这种暂缓原因。"), remedy=_("请从列表中选择。"))
    if not evidence:
        raise InputRefused("EVIDENCE_MISSING", _("暂缓必须写明来源。"), remedy=_("请写明来源和记录。"))

    def make() -> Case:
        entitlement, enrolment = running_entitlement(entitlement_id)
        _normal(entitlement.id)
        setting = pack_of(enrolment.division_path).setting("hold.working_days", today)
        return case_open(
            actor=actor, kind="hold", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("暂缓：{reason}").format(reason=REASONS[reason]), today=today,
            proposal={"entitlement_id": str(entitlement_id), "reason": reason, "reason_title": REASONS[reason],
                      "working_days": int(setting.value), "evidence": dict(evidence)},
        )  # fmt: skip

    with unit_of_work(actor, "hold_propose"):
        body = {"entitlement": entitlement_id, "reason": reason, "evidence": dict(evidence)}
        return case_once(idempotency_key, "hold_propose", body, make)


def _normal(entitlement_id: UUID) -> None:
    status = standing_status(entitlement_id)
    if status is None or status.kind != "normal":
        raise CaseRefused("NOT_PAID", _("现在没有在正常发放。"), remedy=_("不需要暂缓。"))


def _hold(*, case: Case, actor: Actor, today: date) -> None:
    entitlement, enrolment = running_entitlement(UUID(case.proposal["entitlement_id"]), lock=True)
    _normal(entitlement.id)
    setting = pack_of(enrolment.division_path).setting("hold.working_days", today)
    status_change(
        entitlement_id=entitlement.id, kind="held", from_month=next_regular_month(case.district_code, today),
        reason=case.proposal["reason"], legal_basis=str(setting.citation or setting.source)[:120],
        proposed_by=case.maker_id, decided_by=actor.natural_person_id, case_id=case.id,
        hold_expires_on=calendar().add_working_days(today, case.proposal["working_days"]),
    )  # fmt: skip


def holds_expire(*, actor: Actor, today: date) -> int:
    """Release every hold below the actor's place whose clock has run out; how many. The program may do this by itself."""
    with unit_of_work(actor, "holds_expire"):
        ended = PaymentStatus.objects.filter(
            kind="held", until_month__isnull=True, hold_expires_on__lt=today,
            entitlement__enrolment__division_path__startswith="" if actor.scope == "%" else actor.scope,
        ).order_by("id")  # fmt: skip
        for status in ended:
            _release(actor, status, today)
        return len(ended)


def _release(actor: Actor, status: PaymentStatus, today: date) -> None:
    entitlement, enrolment = running_entitlement(status.entitlement_id, lock=True)
    first = max(next_regular_month(district_of(enrolment.division_path), today), status.from_month)
    status_change(
        entitlement_id=entitlement.id,
        kind="normal",
        from_month=first,
        reason="HOLD_EXPIRED",
        case_id=status.case_id,
    )
    months = months_in(entitlement.id, HELD, first)
    if months and status.case_id is not None:
        back_pay_award(
            actor=actor, entitlement_id=entitlement.id, months=months, cause="HOLD_RELEASED", case_id=status.case_id,
            pack=pack_of(enrolment.division_path),
        )  # fmt: skip


HOLD = register(
    CaseKind(
        "hold",
        "暂缓发放",
        propose_and_decide(makers=frozenset({"handler"}), make_steps=(), decide_steps=()),
        {"approve": _hold},
    )
)
