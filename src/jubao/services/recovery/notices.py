"""《追缴通知书》 and 《返还通知书》: over what is left after clearing, to all who must know, with account, day and deliverer.

Worked example: 2000.00 claimed, 300.00 and 1000.00 cleared: ZJ-150404-2026-000017-1 asks the son for 700.00 by 2024-06-30. For
somebody sentenced it is for the person and the family, and delivered only when both have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.ledger.balances import balance_of
from jubao.recovery.models import Claim, Notice, Recipient
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, material_add
from jubao.services.documents.store import document_store
from jubao.services.recovery.clearing import offset_order
from jubao.services.recovery.kind import DELIVERERS, claim_of
from jubao.services.recovery.notice_forms import notice_pdf
from jubao.services.recovery.presence import officers_of
from jubao.services.recovery.steps import require_step
from jubao.staff.regions import pack_of

SELF, FAMILY, PAYEE, HEIR = "本人", "家属", "指定受益人", "法定继承人"
RELATIONS = (SELF, FAMILY, PAYEE, HEIR)
SETTLED_FIRST = ("death", "nationality", "other_benefit")
"""Grounds whose account is settled before anybody is asked for money."""


@dataclass(frozen=True)
class Asked:
    """What the form says: for whom, into which account, who brings it and when."""

    recipients: Sequence[tuple[str, str]]
    account: str
    deliverer_id: UUID | None
    deliver_on: date | None


def return_days(claim: Claim, today: date) -> int:
    """Days to give back in, from the delivery on."""
    pack = pack_of(claim.division_path)
    return int(pack.parameter("recovery_deadline_days", Month.containing(today)).value)


def notice_kind(claim: Claim, today: date) -> str:
    """追缴 after a death or a sentence where the region knows that notice, 返还 otherwise."""
    steps = pack_of(claim.division_path).setting("recovery.steps", today).value
    is_collected = claim.ground in ("death", "sentence") and "recovery_notice" in steps
    return "recovery_notice" if is_collected else "return_notice"


def notice_issue(
    *, actor: Actor, case_id: UUID, asked: Asked, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Make the notice over what is left; one made before is replaced.

    Raises InputRefused RECIPIENT_MISSING, ACCOUNT_MISSING, DELIVERER_MISSING, DAY_MISSING; CaseRefused NOTHING_LEFT,
    CLEARING_FIRST and what a step raises.
    """
    body = {"case": case_id, "version": expected_version, "asked": str(asked)}

    def make() -> Case:
        claim = claim_of(case_id, lock=True)
        require_step(actor, claim.case, "notify", today)
        _check(claim, asked, today)
        _made(actor, claim, asked, today)
        return advance(
            actor=actor,
            case_id=case_id,
            action="notify",
            expected_version=expected_version,
            today=today,
            now=now,
        )

    with unit_of_work(actor, "recovery_notice", case_id=case_id):
        return case_once(idempotency_key, "recovery_notice", body, make)


def _check(claim: Claim, asked: Asked, today: date) -> None:
    if claim.left_fen == 0:
        raise CaseRefused(
            "NOTHING_LEFT",
            _("已全部抵扣或退还，不需要通知书。"),
            remedy=_("请由财务岗核销。"),
        )
    order = offset_order(pack_of(claim.division_path), claim.ground, today)
    balance = sum(balance_of(claim.enrolment_id).values())
    if claim.ground in SETTLED_FIRST and "account_balance" in order and balance > 0:
        raise CaseRefused(
            "CLEARING_FIRST",
            _("个人账户还有 {amount} 元，应先清算抵扣，不足的再下达通知书。").format(amount=money(balance)),
            remedy=_("请先在注销结算中结算个人账户。"),
            citation=pack_of(claim.division_path).setting("recovery.steps", today).citation,
        )
    _check_asked(claim, asked, today)


def _check_asked(claim: Claim, asked: Asked, today: date) -> None:
    relations = {relation for name, relation in asked.recipients if name.strip()}
    needed = {SELF, FAMILY} if claim.ground == Claim.Ground.SENTENCE else set()
    wrong = not relations or not relations <= set(RELATIONS) or not needed <= relations
    if wrong or (claim.ground == Claim.Ground.DEATH and SELF in relations):
        raise InputRefused(
            "RECIPIENT_MISSING",
            _("送达对象不全。"),
            remedy=_("死亡的送达指定受益人或法定继承人；被判刑的送达本人和家属；其他送达本人。"),
        )
    if not asked.account.strip():
        raise InputRefused(
            "ACCOUNT_MISSING", _("没有填写退还的指定账户。"), remedy=_("请填写户名、开户银行和账号。")
        )
    if asked.deliverer_id not in deliverers_of(claim.division_path, today):
        raise InputRefused(
            "DELIVERER_MISSING",
            _("没有指定送达人。"),
            remedy=_("请从区县或镇街的工作人员中选择，村（居）协办员不能送达。"),
        )
    if asked.deliver_on is None or asked.deliver_on < claim.opened_on:
        raise InputRefused("DAY_MISSING", _("没有填写送达日期。"), remedy=_("请填写计划送达的日期。"))


def deliverers_of(division_path: str, today: date) -> dict[UUID, str]:
    """The officers who may bring a notice: of the district and of the townships, not of the villages."""
    return officers_of(division_path, today, posts=DELIVERERS)


def _made(actor: Actor, claim: Claim, asked: Asked, today: date) -> None:
    assert asked.deliver_on is not None and asked.deliverer_id is not None
    kind, case = notice_kind(claim, today), claim.case
    number = f"ZJ-{case.number}-{claim.notices.count() + 1}"
    due_on = asked.deliver_on + timedelta(days=return_days(claim, today))
    deliverer = deliverers_of(claim.division_path, today)[asked.deliverer_id]
    contents: dict[str, Any] = {
        "number": number, "kind": kind, "account": asked.account.strip(), "due_on": due_on, "deliverer": deliverer,
        "recipients": [(name.strip(), relation) for name, relation in asked.recipients if name.strip()],
    }  # fmt: skip
    document = document_store(
        actor=actor, content=notice_pdf(claim, contents, actor=actor, today=today), name=f"{number}.pdf",
        content_type="application/pdf", document_class=kind, case_id=case.pk, person_id=case.person_id,
        district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    Notice.objects.filter(claim=claim, is_live=True).update(is_live=False)
    notice = Notice.objects.create(
        claim=claim, division_path=claim.division_path, kind=kind, number=number, amount_fen=claim.left_fen,
        account=contents["account"][:200], due_on=due_on, issued_on=today, deliverer_id=asked.deliverer_id,
        deliverer_name=deliverer, document=document,
    )  # fmt: skip
    Recipient.objects.bulk_create(
        Recipient(notice=notice, division_path=claim.division_path, name=name[:60], relation=relation)
        for name, relation in contents["recipients"]
    )
    material_add(actor=actor, case_id=case.pk, kind=kind, document_id=document.pk)
