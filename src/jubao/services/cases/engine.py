"""The one way business data change: open a case, propose, look, decide; the effects come with the last step.

Worked example: 李静 opens 500110-2026-000123 (`suspension`), 王强 opens its page (`case_view`), approves with the digest he
saw; the payment status, the event, the audit rows and the closed case are one transaction. Two checkers at once: one
wins, the other reads CASE_MOVED and who was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jubao.cases.models import Case, CaseEvent, CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.services.access.own_records import require_not_own
from jubao.services.access.sealed_accounts import require_not_sealed
from jubao.services.cases import checks
from jubao.services.cases.deadlines import due_on
from jubao.services.cases.idempotency import digest_of, once
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, kind_of, table
from jubao.services.cases.numbers import next_number
from jubao.services.cases.parallel import require_no_parallel
from jubao.services.cases.records import case_found, event_write, locked, save_moved, step_not_possible
from jubao.staff.regions import pack_of


def proposal_digest(
    kind: str, person_id: UUID | None, subject_id: UUID | None, proposal: dict[str, Any]
) -> str:
    """SHA-256 of what is proposed for whom; what a reviewer approves."""
    return digest_of({"kind": kind, "person": person_id, "subject": subject_id, "proposal": proposal})


def case_open(
    *,
    actor: Actor,
    kind: str,
    district_code: str,
    division_path: str,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    title: str = "",
    proposal: dict[str, Any],
    today: date,
    channel: str = "counter",
    materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:
    """Open a case with its proposal and materials (kind, document id).

    Raises CaseRefused POST_REQUIRED, LEVEL_REQUIRED, OUT_OF_SCOPE, MATERIAL_MISSING, CASE_ALREADY_OPEN,
    PARALLEL_BUSINESS.
    """
    body = {"kind": kind, "person": person_id, "subject": subject_id, "proposal": proposal}

    def run() -> dict[str, Any]:
        case = _opened(actor, kind_of(kind), district_code, division_path, person_id, subject_id, title,
                       proposal, today, channel, materials)  # fmt: skip
        return {"case_id": str(case.id)}

    with unit_of_work(actor, "case_open"):
        answer = once(idempotency_key, "case_open", body, run)
        return Case.objects.get(id=UUID(answer["case_id"]))


def _opened(
    actor: Actor, kind: CaseKind, district_code: str, division_path: str, person_id: UUID | None,
    subject_id: UUID | None, title: str, proposal: dict[str, Any], today: date, channel: str,
    materials: Sequence[tuple[str, UUID]],
) -> Case:  # fmt: skip
    pack = pack_of(division_path)
    rows = table(kind, pack, today)
    opening = _find(kind, rows, "open", OPEN)
    checks.check_post(actor, opening, pack, division_path)
    checks.check_place(actor, division_path)
    require_not_own(actor, person_id)
    require_not_sealed(kind.kind, person_id, pack, today)
    require_no_parallel(kind, person_id)
    case = Case(
        number=next_number(district_code, today.year, "case"), kind=kind.kind, district_code=district_code,
        division_path=division_path, person_id=person_id, subject_id=subject_id, title=title or kind.title,
        channel=channel, state=opening.to_state, proposal=proposal, pack_hash=pack.pack_hash,
        digest=proposal_digest(kind.kind, person_id, subject_id, proposal),
        maker_id=actor.natural_person_id if opening.makes_proposal else None, due_on=due_on(rows, today),
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise _open_already(kind, person_id, error) from error
    for name, document_id in materials:
        CaseMaterial.objects.create(case=case, kind=name, document_id=document_id)
    checks.check_materials(kind, case, opening)
    event_write(case, actor, opening, digest="", reason="")
    _effect(kind, opening, case, actor, today)
    return case


def _open_already(kind: CaseKind, person_id: UUID | None, error: IntegrityError) -> Exception:
    if person_id is None:
        return error
    other = Case.objects.filter(person_id=person_id, kind=kind.kind, is_open=True).first()
    if "case_one_open_of_a_kind" not in str(error) or other is None:
        return error
    return checks.CaseRefused(
        "CASE_ALREADY_OPEN",
        _("这个人已有一项在办的{title}：{number}（{state}）。").format(
            title=kind.title, number=other.number, state=kind.state_title(other.state)
        ),
        remedy=_("请先办结或撤回那一项。"),
    )


def case_once(key: str | None, command: str, body: dict[str, Any], make: Callable[[], Case]) -> Case:
    """Open a case by `make` unless this request did already: nothing around the case is made twice either."""
    answer = once(key, command, body, lambda: {"case_id": str(make().id)})
    return Case.objects.get(id=UUID(answer["case_id"]))


def case_propose(
    *, actor: Actor, case_id: UUID, proposal: dict[str, Any], expected_version: int, today: date
) -> Case:
    """Change what is proposed, before it is decided. A former approval is void, whoever changes it is the maker."""
    with unit_of_work(actor, "case_propose", case_id=case_id):
        case = locked(case_id, expected_version)
        kind = kind_of(case.kind)
        pack = pack_of(case.division_path)
        rows = table(kind, pack, today)
        makers = [one for one in rows if one.makes_proposal]
        before = [one for one in makers if case.state in (one.to_state, one.from_state)]
        if not before:
            raise step_not_possible(kind, case, _("修改"))
        checks.check_post(actor, before[0], pack, case.division_path)
        checks.check_place(actor, case.division_path)
        digest = proposal_digest(case.kind, case.person_id, case.subject_id, proposal)
        if digest == case.digest:
            return case
        case.proposal, case.digest = proposal, digest
        case.checker_id = case.approver_id = None
        case.maker_id = actor.natural_person_id or case.maker_id
        step = Transition("propose", case.state, case.state, before[0].posts, makes_proposal=True)
        event_write(case, actor, step, digest=digest, reason="")
        save_moved(case, expected_version)
        return case


def case_view(*, actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Open the case's page: the event `viewed` keeps which version was before whose eyes. Repeated looks add nothing."""
    with unit_of_work(actor, "case_view", case_id=case_id):
        case = case_found(case_id)
        checks.check_place(actor, case.division_path)
        seen = CaseEvent.objects.filter(
            case=case, action="viewed", natural_person_id=actor.natural_person_id, digest_seen=case.digest
        )
        if not actor.is_system and not seen.exists():
            look = Transition("viewed", case.state, case.state, frozenset())
            event_write(case, actor, look, digest=case.digest, reason="")
        return case


def material_add(
    *, actor: Actor, case_id: UUID, kind: str, document_id: UUID, page_count: int = 1
) -> CaseMaterial:
    """Hand a document in for an open case."""
    with unit_of_work(actor, "material_add", case_id=case_id):
        case = case_found(case_id)
        checks.check_place(actor, case.division_path)
        if not case.is_open:
            raise step_not_possible(kind_of(case.kind), case, _("补充材料"))
        return CaseMaterial.objects.create(
            case=case, kind=kind, document_id=document_id, page_count=page_count
        )


def advance(
    *,
    actor: Actor,
    case_id: UUID,
    action: str,
    reason: str = "",
    expected_version: int,
    digest_seen: str = "",
    today: date,
    now: datetime,
    idempotency_key: str | None = None,
    checklist: Mapping[str, Any] | None = None,
) -> Case:
    """Take one step: lock, find it in the table, check, write the event, move, run the effects; all or nothing.

    `checklist` answers the points of the step (`CaseKind.checklists`); the event keeps it.

    Raises CaseRefused with POST_REQUIRED, LEVEL_REQUIRED, OUT_OF_SCOPE, SELF_APPROVAL, DECIDED_BEFORE, SYSTEM_CANNOT_DECIDE,
    DIGEST_CHANGED, EVIDENCE_NOT_OPENED, MATERIAL_MISSING, REASON_REQUIRED, CHECKLIST_UNANSWERED, CHECKLIST_NOT_MET,
    OUT_OF_HOURS, CASE_MOVED, STEP_NOT_POSSIBLE.
    """
    body = {
        "case": case_id,
        "action": action,
        "version": expected_version,
        "digest": digest_seen,
        "reason": reason,
        **({"checklist": dict(checklist)} if checklist else {}),
    }

    def run() -> dict[str, Any]:
        case = locked(case_id, expected_version)
        _advance(case, actor, action, reason, expected_version, digest_seen, today, now, checklist)
        return {"case_id": str(case.id)}

    with unit_of_work(actor, f"case_{action}", case_id=case_id):
        once(idempotency_key, "advance", body, run)
        return Case.objects.get(id=case_id)


def _advance(
    case: Case,
    actor: Actor,
    action: str,
    reason: str,
    version: int,
    digest_seen: str,
    today: date,
    now: datetime,
    answers: Mapping[str, Any] | None,
) -> None:
    kind = kind_of(case.kind)
    pack = pack_of(case.division_path)
    step = _find(kind, table(kind, pack, today), action, case.state, case)
    checks.check_post(actor, step, pack, case.division_path)
    checks.check_place(actor, case.division_path, reach=step.reach)
    require_not_own(actor, case.person_id)
    if action in kind.effects and step.outcome not in ("rejected", "withdrawn"):
        require_not_sealed(kind.kind, case.person_id, pack, today)
    checks.check_other_person(actor, case, step)
    checks.check_seen(actor, case, step, digest_seen)
    checks.check_reason(kind, step, reason)
    checks.check_answers(kind, step, answers)
    if action in kind.prepares:
        case.proposal = kind.prepares[action](case=case, actor=actor, today=today)
        case.digest = proposal_digest(case.kind, case.person_id, case.subject_id, case.proposal)
    checks.check_materials(kind, case, step)
    late = checks.check_hours(pack, step, reason, now)
    event_write(
        case,
        actor,
        step,
        digest=digest_seen or case.digest,
        reason=reason,
        is_out_of_hours=late,
        answers=answers,
    )
    case.state = step.to_state
    if step.makes_proposal and not actor.is_system:
        case.maker_id = actor.natural_person_id
    if step.is_second_decision:
        case.approver_id = actor.natural_person_id
    elif step.is_decision:
        case.checker_id = actor.natural_person_id
    if step.to_state == "returned":
        case.checker_id = case.approver_id = None
    if step.closes:
        case.is_open, case.outcome, case.closed_at = False, step.outcome or "done", now
    save_moved(case, version)
    _effect(kind, step, case, actor, today)


def _effect(kind: CaseKind, step: Transition, case: Case, actor: Actor, today: date) -> None:
    effect = kind.effects.get(step.action)
    if effect is not None:
        effect(case=case, actor=actor, today=today)


def _find(
    kind: CaseKind, rows: Sequence[Transition], action: str, state: str, case: Case | None = None
) -> Transition:
    for one in rows:
        if one.action == action and one.from_state == state:
            return one
    title = next((one.title for one in rows if one.action == action), action)
    raise step_not_possible(kind, case, title or action)
