"""注销登记: somebody who died, lost the nationality or draws another pension leaves the register, by application and decision.

Worked example: 王秀兰 died on 2024-05-31; her son applies at the township with his identity card, the form and a signed promise
instead of the certificate. The 复核岗 of the district agrees: May was the last month due, the enrolment ends, and her balance of
2504.73 with its interest and the funeral grant wait for payment to him.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.recovery.models import Claim
from jubao.services.benefits.entitlements import enrolment_status
from jubao.services.benefits.stops import death_made_decisive, pension_ended
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.services.people.identity_documents import presented_check
from jubao.services.recovery.opening import recovery_found
from jubao.services.settlement.account import SettlementTerms
from jubao.services.settlement.applications import (
    CAUSES,
    Informed,
    Presented,
    application_check,
    promise_check,
)
from jubao.services.settlement.deciding import settlement_decided, settlement_proposal
from jubao.services.settlement.notices import notice_applied
from jubao.staff.regions import pack_of

__all__ = ["DEREGISTRATION", "KIND", "Presented", "deregistration_propose"]

KIND = "deregistration"


def deregistration_propose(
    *, actor: Actor, enrolment_id: UUID, cause: str, happened_on: date | None, applicant: Presented, is_promised: bool,
    materials: Sequence[tuple[str, UUID]], today: date, source: str = "", idempotency_key: str | None = None,
    informed: Informed | None = None, terms: SettlementTerms | None = None,
) -> Case:  # fmt: skip
    """Take an application, with the settlement worked out as far as it can be.

    Raises InputRefused CAUSE_UNKNOWN, DAY_MISSING, DAY_IMPOSSIBLE, APPLICANT_MISSING, RELATION_MISSING; CaseRefused
    PROMISE_MISSING, NOT_INFORMED, ENDED_ALREADY, MATERIAL_MISSING; DocumentRefused of the document presented.
    """
    with unit_of_work(actor, "deregistration_propose"):
        enrolment = Enrolment.objects.select_related("person").get(id=enrolment_id)
        pack = pack_of(enrolment.division_path)
        application_check(pack, enrolment, cause, happened_on, applicant, today)
        assert happened_on is not None
        told = promise_check(pack, enrolment, is_promised, informed, today)
        presented_check(
            pack=pack, kind=applicant.document_kind, number=applicant.number, valid_until=applicant.valid_until,
            today=today,
        )  # fmt: skip
        proposal = _proposal(pack, enrolment, cause, happened_on, applicant, today, source) | settlement_proposal(
            actor=actor, enrolment=enrolment, pack=pack, cause=cause, happened_on=happened_on,
            terms=terms or SettlementTerms(), today=today,
        )  # fmt: skip
        proposal["informed"] = told
        _claimed(enrolment, proposal, happened_on, today)
        case = case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
            title=chinese("注销登记：{cause}").format(cause=CAUSES[cause][0]), proposal=proposal, today=today,
            materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip
        notice_applied(actor=actor, enrolment_id=enrolment.pk, application=case.number, today=today)
        return case


def _claimed(enrolment: Enrolment, proposal: dict[str, Any], happened_on: date, today: date) -> None:
    """What was paid beyond the cause is claimed with the application: the settlement waits for the amount to be confirmed."""
    pension = Entitlement.objects.filter(enrolment=enrolment).order_by("-start_month").first()
    if (
        proposal["overpaid"]
        and pension is not None
        and not Claim.objects.filter(enrolment=enrolment).exists()
    ):
        recovery_found(
            entitlement=pension, enrolment=enrolment, end_month=proposal["end_month"], reason=proposal["reason"],
            source=proposal["source"], today=today, happened_on=happened_on,
        )  # fmt: skip


def _proposal(
    pack: Pack, enrolment: Enrolment, cause: str, happened_on: date, applicant: Presented, today: date, source: str
) -> dict[str, Any]:  # fmt: skip
    title, _word, reason = CAUSES[cause]
    rule = pack.setting("deregistration.causes", today)
    end = Month.containing(happened_on).index + 1
    entitlement = Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).first()
    return {
        "cause": cause, "reason": reason, "reason_title": title, "happened_on": str(happened_on), "source": source,
        "applicant": applicant.name.strip(), "relation": applicant.relation, "document_kind": applicant.document_kind,
        "end_month": end, "first_unpaid_month": str(Month.from_index(end)), "is_drawing": entitlement is not None,
        "entitlement_id": str(entitlement.pk) if entitlement else "",
        "legal_basis": str(rule.citation or rule.source)[:120],
    }  # fmt: skip


def _deregister(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: a death becomes decisive, pension and enrolment end, the account is settled and its money on its way."""
    about = case.proposal
    assert case.subject_id is not None
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(id=case.subject_id)
    if enrolment.ended_on is not None:
        raise CaseRefused("ENDED_ALREADY", _("已经注销。"), remedy=_("请在个人页面查看。"))
    if about["cause"] == "DEATH":
        death_made_decisive(case, enrolment)
    running = Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).first()
    if running is not None:
        entitlement, _same = running_entitlement(running.pk, lock=True)
        pension_ended(case, actor, entitlement, enrolment, about["end_month"], about["reason"], today)
    else:
        enrolment_status(enrolment.pk, "ended", about["end_month"], about["reason"], case.pk)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=today)
    settlement_decided(case=case, actor=actor, enrolment=enrolment, today=today)


DEREGISTRATION = register(
    CaseKind(
        KIND,
        "注销登记",
        propose_and_decide(make_steps=("submit", "check"), decide_steps=("settle",)),
        {"approve": _deregister},
    )
)
