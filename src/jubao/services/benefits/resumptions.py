"""恢复: proposed when somebody turns out entitled, decided by the agency of the place; the missed months are paid back.

Worked example: suspended from 2024-06, resumed on 2024-08-10 before August is drafted: normal from August, back pay for June
and July, each at its own amount (CQ-21-4). After a sentence nothing is paid back; after an acquittal everything is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import CustodyPeriod, Enrolment
from jubao.policy import Pack
from jubao.services.benefits.back_pay import back_pay_award, next_regular_month
from jubao.services.benefits.custody import custody_back_pay_months, custody_effect
from jubao.services.benefits.statuses import months_in, status_change
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_once, case_open
from jubao.services.cases.idempotency import canonical
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

STANDING = frozenset({"held", "suspended"})


def resumption_propose(
    *, actor: Actor, entitlement_id: UUID, ground: str, today: date, evidence: Mapping[str, Any] | None = None,
    is_acquitted: bool = False, materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Open an application to resume. Raises CaseRefused NOT_SUSPENDED."""

    def make() -> Case:
        entitlement, enrolment = running_entitlement(entitlement_id)
        status = _standing(entitlement)
        plan = _plan(entitlement, enrolment, status, today, is_acquitted=is_acquitted)
        proposal = {
            "entitlement_id": str(entitlement_id), "ground": ground, "reason": status.reason,
            "suspended_from": str(Month.from_index(status.from_month)), "is_acquitted": is_acquitted,
            "evidence": dict(evidence or {}), "first_month": str(Month.from_index(plan[0])),
            "back_pay_months": [str(Month.from_index(month)) for month in plan[1]],
        }  # fmt: skip
        own = []
        if evidence and "evidence" not in [kind for kind, _id in materials]:
            stored = document_store(
                actor=actor, content=canonical(proposal).encode(), name="evidence.json",
                content_type="application/json", document_class="evidence", person_id=enrolment.person_id,
                district_code=district_of(enrolment.division_path),
            )  # fmt: skip
            own = [("evidence", stored.id), ("evidence_media", stored.id)]
        return case_open(
            actor=actor, kind="resumption", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("恢复发放：{ground}").format(ground=ground)[:200], proposal=proposal, today=today,
            materials=[*materials, *own],
        )  # fmt: skip

    with unit_of_work(actor, "resumption_propose"):
        return case_once(
            idempotency_key,
            "resumption_propose",
            {"entitlement": entitlement_id, "ground": ground, "acquitted": is_acquitted},
            make,
        )


def _standing(entitlement: Entitlement) -> PaymentStatus:
    status = PaymentStatus.objects.filter(entitlement=entitlement, until_month__isnull=True).first()
    if status is None or status.kind not in STANDING:
        state = status.get_kind_display() if status else _("没有")
        raise CaseRefused(
            "NOT_SUSPENDED",
            _("现在的发放状态是“{state}”，不能恢复。").format(state=state),
            remedy=_("封存的先启封；终止的重新申请。"),
        )
    return status


def _plan(
    entitlement: Entitlement, enrolment: Enrolment, status: PaymentStatus, today: date, *, is_acquitted: bool
) -> tuple[int, list[int]]:
    """The first month paid again in the ordinary run, and the months paid back."""
    pack = pack_of(enrolment.division_path)
    first = next_regular_month(district_of(enrolment.division_path), today)
    if status.reason in ("IN_CUSTODY", "DETAINED"):
        period = _custody_period(enrolment)
        effect = custody_effect(period, pack, today)
        first = max(first, effect.resumes_in_month or 0) if not is_acquitted else first
        missed = months_in(entitlement.id, STANDING, first)
        return first, custody_back_pay_months(period, pack, today, missed, is_acquitted=is_acquitted)
    first = max(first, status.from_month)
    return first, _due_back(entitlement, pack, first, today)


def _due_back(entitlement: Entitlement, pack: Pack, first: int, today: date) -> list[int]:
    if pack.setting("resume.back_pay", today).value != "full":
        return []
    return months_in(entitlement.id, STANDING, first)


def _custody_period(enrolment: Enrolment) -> CustodyPeriod:
    period = CustodyPeriod.objects.filter(person_id=enrolment.person_id).order_by("-from_on").first()
    if period is None:
        raise CaseRefused(
            "NO_CUSTODY_RECORD",
            _("没有登记羁押或判刑的记录。"),
            remedy=_("请先登记起止日期。"),
        )
    return period


def _resume(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision: normal from the next regular month, the missed months awarded."""
    entitlement, enrolment = running_entitlement(UUID(case.proposal["entitlement_id"]), lock=True)
    status = _standing(entitlement)
    first, months = _plan(entitlement, enrolment, status, today, is_acquitted=case.proposal["is_acquitted"])
    status_change(
        entitlement_id=entitlement.id, kind="normal", from_month=first, reason="RESUMED",
        proposed_by=case.maker_id, decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip
    if months:
        back_pay_award(
            actor=actor, entitlement_id=entitlement.id, months=months, cause="RESUMPTION", case_id=case.id,
            pack=pack_of(enrolment.division_path),
        )  # fmt: skip


RESUMPTION = register(
    CaseKind(
        "resumption",
        "待遇恢复",
        propose_and_decide(
            make_steps=("propose", "apply", "verify", "make_up"),
            decide_steps=("decide",),
        ),
        {"approve": _resume},
    )
)
