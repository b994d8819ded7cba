"""Correction of account records (第十六条): asked for or found, a township's check, a district's decision, reversal and entry.

Worked example: 500.00 was booked, 1 000.00 was paid. The township proposes and checks, the district's reviewer agrees: both
entries of 500 are reversed under the treasury day, 1 000 and its subsidy are posted, the years settled since get their
interest anew. The contribution of 500 stays readable with the reason and the document (SS-16-4). A participant's request
(`account_checks`) is the same case: it opens without a correction, the township puts one into it or explains the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.ledger.models import Transfer
from jubao.people.models import Enrolment
from jubao.services.accounts.interest_years import interest_follow
from jubao.services.accounts.postings import NewTransfer, post, reverse
from jubao.services.cases.engine import case_open, case_propose, material_add
from jubao.services.contributions.records import contribution_record, contribution_reverse

KIND, REQUEST = "ledger_correction", "request"
WAIVED = frozenset({"MONTH_CLOSED", "NOT_PAYING", "MEANS_NOT_OFFERED"})
"""What stops a new payment but not the decided correction of an old one."""
FREE_CODES = ("opening", "transfer_in")
"""Postings that may be corrected by themselves; the others belong to a contribution, a year of interest or a payment."""


def contribution_correction_propose(
    *,
    actor: Actor,
    contribution_id: UUID,
    reason: str,
    corrected: dict[str, Any] | None,
    today: date,
    materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:
    """Propose to take a contribution back and, with `corrected` (year, tier_fen, amount_fen), to book it as it should be.

    Raises CheckFailed REASON_EMPTY, NOT_LIVE and what `case_open` raises.
    """
    with read_scope(actor.scope):
        found = Contribution.objects.select_related("enrolment__division").get(
            id=contribution_id, enrolment__division_path__startswith=_prefix(actor)
        )
    if not found.is_live:
        raise CheckFailed("NOT_LIVE", _("这笔缴费已经冲正，不能再更正。"), remedy=_("请查看更正记录。"))
    before = {name: getattr(found, name) for name in ("year", "tier_fen", "amount_fen")}
    proposal = {
        "target": "contribution", "contribution_id": str(contribution_id), "reason": _given(reason), "before": before,
        "corrected": corrected,
    }  # fmt: skip
    request = request_of(found.enrolment.person_id)
    if request is not None:
        return _into_request(actor, request, proposal, today, materials)
    return _open(actor, found.enrolment, proposal, today, materials, idempotency_key)


def request_of(person_id: UUID) -> Case | None:
    """The participant's open request that still has no correction in it."""
    return Case.objects.filter(
        kind=KIND, person_id=person_id, is_open=True, state="accepted", proposal__target=REQUEST
    ).first()


def _into_request(
    actor: Actor, case: Case, proposal: dict[str, Any], today: date, materials: Sequence[tuple[str, UUID]]
) -> Case:
    """What the township found wrong goes into the case that the participant asked for."""
    with unit_of_work(actor, "account_check_find", case_id=case.id):
        asked = {name: case.proposal[name] for name in ("asked", "submitted_on")}
        changed = case_propose(
            actor=actor,
            case_id=case.id,
            proposal=asked | proposal,
            expected_version=case.version,
            today=today,
        )
        for name, document_id in materials:
            material_add(actor=actor, case_id=case.id, kind=name, document_id=document_id)
        return changed


def transfer_correction_propose(
    *,
    actor: Actor,
    transfer_id: UUID,
    reason: str,
    corrected_fen: int | None,
    today: date,
    materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:
    """Propose to reverse an opening balance or money transferred in, and to post another amount in its place.

    Raises CheckFailed REASON_EMPTY, NOT_FREE (the entry belongs to a contribution, an interest year or a payment).
    """
    with read_scope(actor.scope):
        found = Transfer.objects.select_related("credit_account__enrolment__division").get(id=transfer_id)
        enrolment = found.credit_account.enrolment
    if enrolment is None or found.code not in FREE_CODES:
        raise CheckFailed(
            "NOT_FREE",
            _("这笔记录随缴费、结息或发放产生，不能单独更正。"),
            remedy=_("请更正那笔缴费，或办理重算、重发。"),
        )
    if not enrolment.division_path.startswith(_prefix(actor)):
        raise CheckFailed("OUT_OF_SCOPE", _("此人不属于您的辖区。"))
    proposal = {
        "target": "transfer", "transfer_id": str(transfer_id), "reason": _given(reason),
        "before": {"amount_fen": found.amount_fen}, "corrected": None if corrected_fen is None else {"amount_fen": corrected_fen},
    }  # fmt: skip
    return _open(actor, enrolment, proposal, today, materials, idempotency_key)


def _open(
    actor: Actor,
    enrolment: Enrolment,
    proposal: dict[str, Any],
    today: date,
    materials: Sequence[tuple[str, UUID]],
    key: str | None,
) -> Case:
    return case_open(
        actor=actor, kind=KIND, district_code=enrolment.division.code[:6], division_path=enrolment.division_path,
        person_id=enrolment.person_id, subject_id=enrolment.id, proposal=proposal, today=today, materials=materials,
        idempotency_key=key,
    )  # fmt: skip


def correction_apply(*, case: Case, actor: Actor, today: date) -> None:
    """The effect of the decision: reversal, new entry, interest of the years since."""
    proposal = case.proposal
    run = _correct_contribution if proposal["target"] == "contribution" else _correct_transfer
    enrolment_id, year = run(case, actor, today)
    interest_follow(
        actor=actor, enrolment_id=enrolment_id, from_year=year, reason=proposal["reason"], case_id=case.id
    )


def _correct_contribution(case: Case, actor: Actor, today: date) -> tuple[UUID, int]:
    proposal = case.proposal
    found = Contribution.objects.get(id=proposal["contribution_id"])
    contribution_reverse(
        actor=actor, contribution_id=found.id, reason=proposal["reason"], case_id=case.id,
        value_date=found.treasury_on,
    )  # fmt: skip
    corrected = proposal["corrected"]
    if corrected is not None:
        contribution_record(
            actor=actor, enrolment_id=found.enrolment_id, year=int(corrected["year"]),
            tier_fen=int(corrected["tier_fen"]), amount_fen=int(corrected["amount_fen"]), payer=found.payer,
            means=found.means, treasury_on=found.treasury_on, receipt_number=found.receipt_number, today=today,
            case_id=case.id, waived=WAIVED,
        )  # fmt: skip
    return found.enrolment_id, found.treasury_on.year


def _correct_transfer(case: Case, actor: Actor, today: date) -> tuple[UUID, int]:
    proposal = case.proposal
    found = Transfer.objects.select_related("credit_account").get(id=proposal["transfer_id"])
    reverse(
        actor=actor,
        transfer_id=found.id,
        reason=proposal["reason"],
        value_date=found.value_date,
        case_id=case.id,
    )
    if proposal["corrected"] is not None:
        amount = int(proposal["corrected"]["amount_fen"])
        again = NewTransfer(
            uuid5(case.id, "corrected"), found.debit_account_id, found.credit_account_id, amount, found.code,
            found.value_date, case_id=case.id, reason=proposal["reason"],
        )  # fmt: skip
        post(actor=actor, transfers=[again])
    assert found.credit_account.enrolment_id is not None
    return found.credit_account.enrolment_id, found.value_date.year


def _given(reason: str) -> str:
    if not reason.strip():
        raise CheckFailed("REASON_EMPTY", _("更正要写明原因。"), remedy=_("请写明原因和依据的材料。"))
    return reason.strip()


def _prefix(actor: Actor) -> str:
    return "" if actor.scope == "%" else actor.scope
