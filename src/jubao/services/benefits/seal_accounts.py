"""封存 and 启封: an entitlement suspended as long as the pack says is sealed by decision; only the named level reopens it.

Worked example: 南澳: suspended from 2022-03, nobody applied; from 2024-03 the 数据岗 may list it, the 复核岗 seals it; every
later command is refused by the database; the city approves the reopening and the person stays suspended until resumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.long_suspended import LongSuspended, long_suspended
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.benefits.statuses import status_change
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of


def seal_after_months(pack: Pack, on: date) -> int | None:
    """After how many months of suspension an account may be sealed; None where the pack seals nobody."""
    value = pack.setting("seal.after", on).value
    if not isinstance(value, dict):
        return None
    return int(value["count"]) * (12 if value["unit"] == "year" else 1)


def long_suspended_list(*, scope: str, today: date) -> list[LongSuspended]:
    """The regular run over everybody suspended below a place (GD-9-11)."""
    pack = pack_of(scope)
    month = Month.containing(today)
    with read_scope(scope):
        return long_suspended(
            prefix=scope,
            month=month.index,
            first_day=month.first_day,
            seal_after_months=seal_after_months(pack, today),
            is_custody_exempt="serving_sentence" in pack.setting("seal.exempt", today).value,
        )


def _due_for_sealing(entitlement_id: UUID, division_path: str, today: date) -> LongSuspended:
    """Raises CaseRefused SEALING_OFF, NOT_SUSPENDED, SEAL_EXEMPT, SEAL_TOO_EARLY, CASE_PENDING."""
    pack = pack_of(division_path)
    setting = pack.setting("seal.after", today)
    after = seal_after_months(pack, today)
    if after is None:
        raise CaseRefused("SEALING_OFF", _("本地没有封存的规定。"), remedy=_("不能封存。"))
    rows = [
        one
        for one in long_suspended_list(scope=division_path, today=today)
        if one.entitlement_id == entitlement_id
    ]
    if not rows:
        raise CaseRefused("NOT_SUSPENDED", _("没有处于暂停状态。"), remedy=_("请核对人员。"))
    row = rows[0]
    if row.months_left is None:
        raise CaseRefused(
            "SEAL_EXEMPT", _("服刑人员不封存。"), remedy=_("请核对。"), citation=setting.citation
        )
    if row.months_left > 0:
        raise CaseRefused(
            "SEAL_TOO_EARLY",
            _("暂停了 {months} 个月，满 {after} 个月才能封存。").format(months=row.months, after=after),
            remedy=_("还差 {left} 个月。").format(left=row.months_left),
            citation=setting.citation,
        )
    return row


def seal_propose(
    *, actor: Actor, entitlement_id: UUID, today: date, idempotency_key: str | None = None
) -> Case:
    """Propose to seal. Raises CaseRefused with the codes of `_due_for_sealing`."""
    with unit_of_work(actor, "seal_propose"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        row = _due_for_sealing(entitlement_id, enrolment.division_path, today)
        pack = pack_of(enrolment.division_path)
        setting = pack.setting("seal.after", today)
        return case_open(
            actor=actor, kind="sealing", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=_("封存：{name}").format(name=enrolment.person.name), today=today,
            proposal={"entitlement_id": str(entitlement_id), "reason": row.reason, "months": row.months,
                      "legal_basis": str(setting.citation or setting.source)[:120]},
            idempotency_key=idempotency_key,
        )  # fmt: skip


def unseal_propose(
    *, actor: Actor, entitlement_id: UUID, ground: str, today: date, materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Apply to reopen a sealed account, with papers; the level of the pack decides."""
    with unit_of_work(actor, "unseal_propose"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        _sealed(entitlement_id)
        return case_open(
            actor=actor, kind="unsealing", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=_("启封：{name}").format(name=enrolment.person.name), today=today,
            proposal={"entitlement_id": str(entitlement_id), "ground": ground}, materials=materials,
            idempotency_key=idempotency_key,
        )  # fmt: skip


def _sealed(entitlement_id: UUID) -> PaymentStatus:
    status = PaymentStatus.objects.filter(
        entitlement_id=entitlement_id, kind="sealed", until_month__isnull=True
    ).first()
    if status is None:
        raise CaseRefused("NOT_SEALED", _("没有封存。"), remedy=_("请核对人员。"))
    return status


def _seal(*, case: Case, actor: Actor, today: date) -> None:
    entitlement_id = UUID(case.proposal["entitlement_id"])
    entitlement, enrolment = running_entitlement(entitlement_id, lock=True)
    applied = Case.objects.filter(subject_id=entitlement_id, is_open=True, kind__in=("resumption", "stop"))
    if applied.exists():
        raise CaseRefused("CASE_PENDING", _("有恢复或终止申请在办。"), remedy=_("请先办结。"))
    _due_for_sealing(entitlement_id, enrolment.division_path, today)
    status_change(
        entitlement_id=entitlement.id, kind="sealed", from_month=Month.containing(today).index + 1,
        reason=case.proposal["reason"], legal_basis=case.proposal["legal_basis"], proposed_by=case.maker_id,
        decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip


def _unseal(*, case: Case, actor: Actor, today: date) -> None:
    """The seal goes, the suspension it rested on remains until a resumption is decided."""
    entitlement_id = UUID(case.proposal["entitlement_id"])
    running_entitlement(entitlement_id, lock=True)
    status = _sealed(entitlement_id)
    from_month = max(Month.containing(today).index, status.from_month)
    status_change(
        entitlement_id=entitlement_id, kind="suspended", from_month=from_month, reason=status.reason,
        legal_basis=status.legal_basis, proposed_by=case.maker_id, decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip


SEALING = register(
    CaseKind(
        "sealing",
        "封存",
        propose_and_decide(
            makers=frozenset({"data_officer", "handler"}), make_steps=("list",), decide_steps=("seal",)
        ),
        {"approve": _seal},
    )
)
UNSEALING = register(
    CaseKind(
        "unsealing",
        "启封",
        propose_and_decide(
            make_steps=("apply",),
            deciders=frozenset({"approver"}),
            decide_steps=("decide",),
            decide_levels=frozenset({"city"}),
        ),
        {"approve": _unseal},
    )
)
