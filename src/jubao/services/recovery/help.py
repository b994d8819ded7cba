"""Whoever helps: the township that is asked to, with its contacts; the village assistant who informs and hands papers up.

Worked example: 古南街道 is asked for 150404-2026-000017; its 核实岗 logs 上门，家属答应月底退还; the amount is not theirs
to change.
The village assistant hands in the family's statement, which the township then finds in the case.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.recovery.models import Action, Claim
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, material_add
from jubao.services.cases.kinds import level_of
from jubao.services.documents.store import document_store
from jubao.services.recovery.kind import DELIVERERS, claim_of
from jubao.services.recovery.presence import File, Presence, presence_record
from jubao.services.recovery.steps import require_post, require_step


def assign(*, actor: Actor, case_id: UUID, division_path: str, today: date) -> Claim:
    """Ask a township to help. Raises InputRefused TOWNSHIP_UNKNOWN; CaseRefused POST_REQUIRED, CLOSED."""
    with unit_of_work(actor, "recovery_assign", case_id=case_id):
        claim = _open(actor, case_id, frozenset({"handler"}), today)
        place = Division.objects.filter(path=division_path, valid_until__isnull=True).first()
        is_above = claim.division_path.startswith(division_path) and level_of(division_path) == "township"
        if place is None or not is_above:
            raise InputRefused("TOWNSHIP_UNKNOWN", _("请选择待遇领取地的镇街。"), remedy=_("从列表中选择。"))
        claim.assigned_path = division_path
        claim.save(update_fields=["assigned_path"])
        return claim


def contact_log(*, actor: Actor, case_id: UUID, kind: str, presence: Presence, today: date) -> Action:
    """Log a contact or a visit; the amount stays what it is. Raises InputRefused KIND_UNKNOWN, NOTE_MISSING; CaseRefused."""
    with unit_of_work(actor, "recovery_contact", case_id=case_id):
        claim = _open(actor, case_id, DELIVERERS, today)
        if kind not in (Action.Kind.CONTACT, Action.Kind.VISIT, Action.Kind.INFORM):
            raise InputRefused("KIND_UNKNOWN", _("请选择联系的方式。"), remedy=_("从列表中选择。"))
        if not presence.note.strip():
            raise InputRefused("NOTE_MISSING", _("没有写结果。"), remedy=_("请写明联系了谁、结果怎样。"))
        same = claim.actions.filter(
            kind=kind,
            done_on=presence.done_on or today,
            note=presence.note.strip()[:500],
            recorded_by=actor.natural_person_id or claim.pk,
        ).first()
        return same or presence_record(actor=actor, claim=claim, kind=kind, presence=presence, today=today)


def _open(actor: Actor, case_id: UUID, posts: frozenset[str], today: date) -> Claim:
    claim = claim_of(case_id, lock=True)
    require_post(actor, claim.case, posts, today)
    if not claim.is_open:
        raise CaseRefused("CLOSED", _("这项追缴已经办结。"), remedy=_("请刷新页面。"))
    return claim


def hand_up(
    *, actor: Actor, case_id: UUID, paper: File | None, note: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """The village assistant told the family, collected a paper and sends it to the township.

    Raises InputRefused PAPER_MISSING; CaseRefused POST_REQUIRED and what a step raises.
    """

    def make() -> Case:
        case = claim_of(case_id, lock=True).case
        require_step(actor, case, "hand_up", today)
        if paper is None:
            raise InputRefused("PAPER_MISSING", _("没有选择材料。"), remedy=_("请拍照或扫描后上传。"))
        document = document_store(
            actor=actor, content=paper.content, name=paper.name, content_type=paper.content_type,
            document_class="case_material", case_id=case_id, person_id=case.person_id, district_code=case.district_code,
            is_encrypted=True,
        )  # fmt: skip
        material_add(actor=actor, case_id=case_id, kind="proof_documents", document_id=document.pk)
        return advance(
            actor=actor, case_id=case_id, action="hand_up", reason=note.strip()[:500], expected_version=expected_version,
            today=today, now=now,
        )  # fmt: skip

    with unit_of_work(actor, "recovery_hand_up", case_id=case_id):
        return case_once(idempotency_key, "recovery_hand_up", {"case": case_id, "note": note}, make)
