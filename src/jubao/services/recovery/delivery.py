"""送达: each recipient signs the receipt, or refuses before two officers and a camera; the days run from the last (第二十九条).

Worked example: brought to the son on 2024-05-31 with his signature: due 2024-06-30, overdue from 07-01. Somebody sentenced and
the family: after the family alone nothing runs yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.recovery.models import Action, Claim, Notice, Recipient
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, material_add
from jubao.services.documents.store import document_store
from jubao.services.recovery.kind import claim_of
from jubao.services.recovery.notices import return_days
from jubao.services.recovery.presence import File, Presence, presence_record
from jubao.services.recovery.steps import require_step


@dataclass(frozen=True)
class Proof:
    """The signed receipt, or why it was not signed."""

    receipt: File | None
    refused_because: str = ""


def notice_deliver(
    *, actor: Actor, case_id: UUID, recipient_id: UUID, proof: Proof, presence: Presence, expected_version: int,
    today: date, now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Record that one recipient has the notice; with the last one the case moves on and the days begin.

    Raises CaseRefused RECEIPT_MISSING, DELIVERED_ALREADY, OFFICERS_MISSING, FOOTAGE_MISSING and what a step raises.
    """
    body = {"recipient": recipient_id, "on": presence.done_on, "refused": proof.refused_because}

    def make() -> Case:
        claim = claim_of(case_id, lock=True)
        require_step(actor, claim.case, "deliver", today)
        recipient = _recipient(claim, recipient_id)
        _check(recipient, proof)
        is_refusal = proof.receipt is None
        action = presence_record(
            actor=actor, claim=claim, kind=Action.Kind.DELIVER, presence=presence, today=today, is_refusal=is_refusal
        )  # fmt: skip
        receipt = _stored(actor, claim, proof.receipt) if proof.receipt else None
        recipient.delivered_on, recipient.action, recipient.receipt = action.done_on, action, receipt
        recipient.refused_because = proof.refused_because.strip()[:200] if is_refusal else ""
        recipient.save()
        return _moved(actor, claim, recipient.notice, expected_version, today, now)

    with unit_of_work(actor, "recovery_deliver", case_id=case_id):
        return case_once(idempotency_key, "recovery_deliver", body, make)


def _recipient(claim: Claim, recipient_id: UUID) -> Recipient:
    found = Recipient.objects.filter(id=recipient_id, notice__claim=claim, notice__is_live=True)
    recipient = found.select_related("notice").first()
    if recipient is None:
        raise CaseRefused(
            "NOTICE_REPLACED", _("这份通知书已被新的代替。"), remedy=_("请刷新页面，按新的通知书送达。")
        )
    return recipient


def _check(recipient: Recipient, proof: Proof) -> None:
    if recipient.delivered_on is not None:
        raise CaseRefused(
            "DELIVERED_ALREADY",
            _("已登记送达{name}。").format(name=recipient.name),
            remedy=_("请刷新页面。"),
        )
    if proof.receipt is None and not proof.refused_because.strip():
        raise CaseRefused(
            "RECEIPT_MISSING",
            _("没有签字的回执，不能登记送达（第二十九条第三项）。"),
            remedy=_("请上传签字的回执；拒绝签字的写明情况，由两名以上工作人员在场并上传影像。"),
        )


def _stored(actor: Actor, claim: Claim, receipt: File) -> Document:
    document = document_store(
        actor=actor, content=receipt.content, name=receipt.name, content_type=receipt.content_type,
        document_class="delivery_receipt", case_id=claim.case_id, person_id=claim.enrolment.person_id,
        district_code=claim.district_code, is_encrypted=True,
    )  # fmt: skip
    material_add(actor=actor, case_id=claim.case_id, kind="delivery_receipt", document_id=document.pk)
    return document


def _moved(actor: Actor, claim: Claim, notice: Notice, version: int, today: date, now: datetime) -> Case:
    """The last recipient moves the case; before, it stays where it is."""
    days = list(notice.recipients.values_list("delivered_on", flat=True))
    if None in days:
        return claim.case
    last = max(day for day in days if day is not None)
    claim.due_on = max(notice.due_on, last + timedelta(days=return_days(claim, today)))
    claim.save(update_fields=["due_on"])
    return advance(
        actor=actor, case_id=claim.case_id, action="deliver", expected_version=version, today=today, now=now
    )
