"""暂停: proposed with reason, article and evidence, decided by another; one person at a time or a region's list at once.

Worked example: in July 2021 寻乌 lists 46 people without certification; the 数据岗 proposes one case with 46 lines, the
复核岗 of the county decides it, and the July payment leaves them out with the reason NOT_CERTIFIED (XW-2-4-1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.benefits.investigations import investigation_open
from jubao.services.benefits.statuses import status_change
from jubao.services.benefits.suspension_grounds import (
    FOR_CERTIFICATION,
    REASONS,
    running_entitlement,
    suspension_ground,
)
from jubao.services.benefits.suspension_notices import suspension_notice
from jubao.services.cases.counting import counted
from jubao.services.cases.engine import case_once, case_open
from jubao.services.cases.idempotency import canonical
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

MOST_LINES = 20_000


def suspension_propose(
    *, actor: Actor, entitlement_id: UUID, reason: str, today: date, evidence: Mapping[str, Any] | None = None,
    from_month: int | None = None, materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Open a suspension case with its ground checked. The contact record is written from the attempts themselves.

    Raises CaseRefused with the code of `suspension_ground`, InputRefused REASON_UNKNOWN.
    """
    if reason not in REASONS:
        raise InputRefused(
            "REASON_UNKNOWN",
            _("没有这种暂停原因。"),
            remedy=_("请选择：{known}。").format(known="、".join(REASONS.values())),
        )

    def make() -> Case:
        entitlement, enrolment = running_entitlement(entitlement_id)
        pack = pack_of(enrolment.division_path)
        ground = suspension_ground(
            entitlement=entitlement, enrolment=enrolment, reason=reason, pack=pack, today=today, from_month=from_month
        )  # fmt: skip
        proposal = {
            "entitlement_id": str(entitlement_id), "reason": reason, "reason_title": REASONS[reason],
            "legal_basis": ground.legal_basis, "from_month": ground.from_month,
            "first_month": str(Month.from_index(ground.from_month)), "facts": dict(ground.facts),
            "evidence": dict(evidence or {}),
        }  # fmt: skip
        own = _own_materials(actor, proposal, enrolment, [kind for kind, _id in materials])
        return case_open(
            actor=actor, kind="suspension", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("暂停：{reason}").format(reason=REASONS[reason]), proposal=proposal, today=today,
            materials=[*materials, *own],
        )  # fmt: skip

    with unit_of_work(actor, "suspension_propose"):
        return case_once(
            idempotency_key,
            "suspension_propose",
            {"entitlement": entitlement_id, "reason": reason, "evidence": dict(evidence or {})},
            make,
        )


def _own_materials(
    actor: Actor, proposal: Mapping[str, Any], enrolment: Enrolment, present: Sequence[str]
) -> list[tuple[str, UUID]]:
    """The record of contacts and the evidence as the system holds them, kept as documents of the case."""
    held = {
        "contact_record": proposal["facts"].get("failed_means"),
        "evidence": proposal["evidence"] or proposal["facts"],
    }
    return [
        (
            kind,
            document_store(
                actor=actor,
                content=canonical({"facts": proposal["facts"], kind: content}).encode(),
                name=f"{kind}.json",
                content_type="application/json",
                document_class=kind,
                person_id=enrolment.person_id,
                district_code=district_of(enrolment.division_path),
            ).id,
        )
        for kind, content in held.items()
        if content and kind not in present
    ]


def _suspend(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision: the ground still holds, the months are suspended, an investigation begins where the pack says."""
    _suspend_one(case, actor, today, case.proposal)


def _suspend_one(case: Case, actor: Actor, today: date, line: Mapping[str, Any]) -> None:
    entitlement, enrolment = running_entitlement(UUID(line["entitlement_id"]), lock=True)
    pack = pack_of(enrolment.division_path)
    ground = suspension_ground(
        entitlement=entitlement, enrolment=enrolment, reason=line["reason"], pack=pack, today=today,
        from_month=line["from_month"],
    )  # fmt: skip
    status_change(
        entitlement_id=entitlement.id, kind="suspended", from_month=ground.from_month, reason=line["reason"],
        legal_basis=ground.legal_basis, proposed_by=case.maker_id, decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip
    suspension_notice(
        enrolment=enrolment, reason=line["reason"], legal_basis=ground.legal_basis, from_month=ground.from_month,
        case_id=case.id, today=today,
    )  # fmt: skip
    if pack.setting("miss.effect", today).value == "suspend_then_investigate":
        investigation_open(
            entitlement=entitlement, enrolment=enrolment, suspension=case, today=today, reason=line["reason"]
        )


def suspension_batch_propose(
    *, actor: Actor, division_path: str, entitlement_ids: Sequence[UUID], reason: str, today: date,
    source: str = "", from_month: int | None = None, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """One case for a whole list. Each line is checked; those that may not be suspended are left out and named.

    Raises InputRefused NOBODY_TO_SUSPEND, TOO_MANY_LINES.
    """
    if len(entitlement_ids) > MOST_LINES:
        raise InputRefused(
            "TOO_MANY_LINES",
            _("一次最多 {limit} 人。").format(limit=MOST_LINES),
            remedy=_("请按镇街分批。"),
        )

    def make() -> Case:
        lines, left_out = _batch_lines(entitlement_ids, reason, today, from_month)
        if not lines:
            raise InputRefused(
                "NOBODY_TO_SUSPEND",
                _("名单上没有可以暂停的人：{why}").format(
                    why="；".join(sorted({str(one["why"]) for one in left_out})) or _("名单为空")
                ),
                remedy=_("请核对名单。"),
            )
        proposal = {"reason": reason, "reason_title": REASONS[reason], "source": source, "lines": lines,
                    "left_out": left_out, "count": len(lines)}  # fmt: skip
        listed = document_store(
            actor=actor, content=canonical(proposal).encode(), name="list.json", content_type="application/json",
            document_class="suspension_list", district_code=district_of(division_path),
        )  # fmt: skip
        return case_open(
            actor=actor, kind="suspension_batch", district_code=district_of(division_path), division_path=division_path,
            title=chinese("批量暂停：{reason}，{count} 人").format(reason=REASONS[reason], count=len(lines)),
            proposal=proposal, today=today, materials=[("list", listed.id)],
        )  # fmt: skip

    with unit_of_work(actor, "suspension_batch_propose"):
        return case_once(
            idempotency_key,
            "suspension_batch_propose",
            {"entitlements": entitlement_ids, "reason": reason, "source": source},
            make,
        )


def _batch_lines(
    entitlement_ids: Sequence[UUID], reason: str, today: date, from_month: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lines, left_out = [], []
    rows = (
        Entitlement.objects.select_related("enrolment__person").filter(id__in=entitlement_ids).order_by("id")
    )
    for entitlement in rows:
        enrolment = entitlement.enrolment
        about = {"entitlement_id": str(entitlement.id), "person_id": str(enrolment.person_id),
                 "name": enrolment.person.name, "division_path": enrolment.division_path}  # fmt: skip
        try:
            ground = suspension_ground(
                entitlement=entitlement, enrolment=enrolment, reason=reason, pack=pack_of(enrolment.division_path),
                today=today, from_month=from_month,
            )  # fmt: skip
        except DomainError as refused:
            left_out.append({**about, "code": refused.code, "why": refused.message})
            continue
        lines.append({**about, "reason": reason, "from_month": ground.from_month,
                      "legal_basis": ground.legal_basis, "facts": dict(ground.facts)})  # fmt: skip
    return lines, left_out


def _suspend_all(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of a decided list: each line is checked again; one that has certified meanwhile is not suspended."""
    for line in counted(_("逐人办理"), case.proposal["lines"]):
        try:
            _suspend_one(case, actor, today, line)
        except DomainError as refused:
            if refused.code not in ("NOT_EXPIRED", "ALREADY_SUSPENDED", "NOT_RUNNING"):
                raise


def _needed(case: Case, needs: tuple[str, ...]) -> tuple[str, ...]:
    """The record of contacts is asked for where the missing certification is the reason."""
    if case.proposal.get("reason") in FOR_CERTIFICATION:
        return needs
    return tuple(need for need in needs if need != "contact_record")


SUSPENSION_SHAPE = propose_and_decide(
    make_steps=("propose", "list", "apply"),
    decide_steps=("decide", "suspend"),
)
SUSPENSION = register(
    CaseKind("suspension", "待遇暂停", SUSPENSION_SHAPE, {"approve": _suspend}, needs_of=_needed)
)
SUSPENSION_BATCH = register(
    CaseKind(
        "suspension_batch",
        "批量暂停",
        propose_and_decide(
            makers=frozenset({"data_officer", "handler"}),
            make_steps=("propose", "list"),
            decide_steps=("decide", "suspend"),
            needs=("list",),
        ),
        {"approve": _suspend_all},
        workflow="suspension",
    )
)
