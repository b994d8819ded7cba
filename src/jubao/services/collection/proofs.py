"""《参保缴费证明》: on request, the payments that the tax list confirms, the issuer, a number (第三条（六）1).

Worked example: 王秀兰 paid 2022 and 2023; both receipts stand in the tax office's lists: the proof JFZM-150404-2024-000001
has two lines and 1 000.00. A payment that no list confirms is not on it, and the paper says how many are not.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.contributions.models import Contribution, ContributionProof, TaxRecord
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.amounts import capital_amount
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.access.log import require_post
from jubao.services.cases.idempotency import once
from jubao.services.cases.numbers import next_number
from jubao.services.collection.citations import ARTICLE_3
from jubao.services.collection.sheets import amount, sheet_pdf
from jubao.services.documents.receipts import place_name
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of

PAYERS = dict(Contribution.Payer.choices)


def contribution_proof_issue(
    *, actor: Actor, enrolment_id: UUID, today: date, idempotency_key: str | None = None
) -> ContributionProof:
    """Issue the proof. Raises CheckFailed NOTHING_VERIFIED where no payment is confirmed by the tax list."""

    def run() -> dict[str, Any]:
        enrolment = Enrolment.objects.select_related("person").get(
            id=enrolment_id, division_path__startswith=actor.scope
        )
        paid, unverified = verified_payments(enrolment_id)
        if not paid:
            raise CheckFailed(
                "NOTHING_VERIFIED", _("没有税务清单核实过的缴费，不能出具证明。"), remedy=_("请先导入税务清单或与税务核实。"),
                citation=ARTICLE_3,
            )  # fmt: skip
        return {"id": str(_issued(actor, enrolment, paid, unverified, today).id)}

    with unit_of_work(actor, "contribution_proof_issue"):
        require_post(actor, "intake_clerk", "handler", "finance_officer", what=_("出具缴费证明"))
        answer = once(idempotency_key, "contribution_proof_issue", {"who": enrolment_id}, run)
        return ContributionProof.objects.get(id=answer["id"])


def verified_payments(enrolment_id: UUID) -> tuple[list[Contribution], int]:
    """The payments whose receipt and amount a live tax list has, and how many others there are."""
    paid = list(
        Contribution.objects.filter(enrolment_id=enrolment_id, is_live=True).order_by(
            "year", "treasury_on", "id"
        )
    )
    known = set(
        TaxRecord.objects.filter(
            is_live=True, receipt_number__in=[one.receipt_number for one in paid]
        ).values_list("receipt_number", "amount_fen")
    )
    verified = [one for one in paid if (one.receipt_number, one.amount_fen) in known]
    return verified, len(paid) - len(verified)


def _issued(
    actor: Actor, enrolment: Enrolment, paid: list[Contribution], unverified: int, today: date
) -> ContributionProof:
    district = district_of(enrolment.division_path)
    number = f"JFZM-{next_number(district, today.year, 'contribution_proof')}"
    total = sum(one.amount_fen for one in paid)
    document = document_store(
        actor=actor, content=_paper(actor, enrolment, paid, unverified, number, today), name=f"{number}.pdf",
        content_type="application/pdf", document_class="contribution_proof", person_id=enrolment.person_id,
        district_code=district, is_encrypted=True,
    )  # fmt: skip
    return ContributionProof.objects.create(
        enrolment=enrolment, division_path=enrolment.division_path, number=number, document=document,
        payment_count=len(paid), amount_fen=total, issued_on=today, officer_id=actor.officer_id,
    )  # fmt: skip


def _paper(
    actor: Actor, enrolment: Enrolment, paid: list[Contribution], unverified: int, number: str, today: date
) -> bytes:
    person, total = enrolment.person, sum(one.amount_fen for one in paid)
    rows = [
        [
            str(one.year),
            PAYERS.get(one.payer, one.payer),
            amount(one.amount_fen),
            one.treasury_on.isoformat(),
            one.receipt_number,
        ]
        for one in paid
    ]
    notes = [f"以上缴费已与税务入库信息核实，合计（大写）：{capital_amount(total)}。"]
    if unverified:
        notes.append(f"另有 {unverified} 笔缴费尚未与税务核实，未列入本证明。")
    return sheet_pdf(
        actor=actor, title="城乡居民基本养老保险参保缴费证明", number=number,
        fields=[("姓名", person.name), ("身份证号码", numbers_of([person.id]).get(person.id, "")),
                ("个人编号", person.personal_number), ("参保地", place_name(enrolment.division_path))],
        heads=("缴费年度", "缴费主体", "金额（元）", "入库日期", "税票号"),
        rows=[*rows, ["合计", "", amount(total), "", ""]], notes=notes, today=today,
    )  # fmt: skip
