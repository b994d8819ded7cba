"""封存: an entitlement suspended as long as the pack says is listed every month, proposed, and sealed by decision.

Worked example: suspended from 2022-03, nobody applied: the run of 2024-03-01 proposes it, the 复核岗 of the county seals it; from
then on everything but the reopening is refused. With an open application to resume, or in prison, it is not proposed.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.long_suspended import LongSuspended, long_suspended
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
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
            title=chinese("封存：{name}").format(name=enrolment.person.name), today=today,
            proposal={"entitlement_id": str(entitlement_id), "reason": row.reason, "months": row.months,
                      "legal_basis": str(setting.citation or setting.source)[:120]},
            idempotency_key=idempotency_key,
        )  # fmt: skip


def sealing_run(*, actor: Actor, today: date, is_dry_run: bool = False) -> list[LongSuspended]:
    """The run of the month below the actor's place: whom it proposes to seal; whom it proposed this month it passes over.

    Nobody is proposed in a region that seals nobody, in prison, with an application under way, or before the time.
    """
    month = Month.containing(today)
    due = [
        one
        for one in long_suspended_list(scope=actor.scope, today=today)
        if one.months_left == 0 and not one.has_open_case
    ]
    with unit_of_work(actor, "sealing_run"):
        known = set(
            Case.objects.filter(
                kind="sealing",
                subject_id__in=[one.entitlement_id for one in due],
                opened_at__date__gte=month.first_day,
            ).values_list("subject_id", flat=True)
        )
        fresh = [one for one in due if one.entitlement_id not in known]
        for one in fresh if not is_dry_run else ():
            seal_propose(actor=actor, entitlement_id=one.entitlement_id, today=today)
    return fresh


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
