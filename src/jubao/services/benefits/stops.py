"""停发: the end of an entitlement by death or another confirmed loss, from the month after; what was paid beyond it is named.

Worked example: death on 2024-05-31, decided in July: May stays due, the entitlement ends with 2024-06, and the June and July
lines already paid are listed as overpaid for the recovery (SS-18-5).
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
from jubao.facts.overpaid import overpaid_lines
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import DeathReport, Enrolment
from jubao.policy import Pack
from jubao.services.benefits.back_pay import next_regular_month
from jubao.services.benefits.entitlements import enrolment_status, entitlement_end
from jubao.services.benefits.statuses import status_change
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_once, case_open
from jubao.services.cases.idempotency import canonical
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of
from jubao.services.recovery.opening import recovery_found
from jubao.staff.regions import pack_of

REASONS: Mapping[str, str] = {
    "DEATH": "死亡",
    "ELIGIBILITY_LOST": "核实丧失资格",
    "NATIONALITY_LOST": "丧失国籍",
    "OTHER_BENEFIT": "已享受其他养老待遇",
}


def stop_propose(
    *, actor: Actor, entitlement_id: UUID, reason: str, today: date, happened_on: date | None = None,
    source: str = "", evidence: Mapping[str, Any] | None = None, materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Open a case to end a pension. A death needs its day and source; all reports are kept, one becomes decisive.

    Raises InputRefused REASON_UNKNOWN, DAY_MISSING, DAY_IMPOSSIBLE; CaseRefused ENDED_ALREADY.
    """
    _check_input(reason, happened_on, today)

    def make() -> Case:
        entitlement, enrolment = running_entitlement(entitlement_id)
        if entitlement.end_month is not None:
            raise CaseRefused("ENDED_ALREADY", _("这项待遇已经终止。"), remedy=_("请在个人页面查看。"))
        if happened_on is not None and happened_on < enrolment.person.birth_date:
            raise InputRefused("DAY_IMPOSSIBLE", _("日期早于出生日期。"), remedy=_("请核对日期。"))
        pack = pack_of(enrolment.division_path)
        end = _end_month(pack, enrolment, reason, happened_on, today)
        proposal = {
            "entitlement_id": str(entitlement_id), "reason": reason, "reason_title": REASONS[reason],
            "happened_on": str(happened_on or ""), "source": source, "end_month": end,
            "first_unpaid_month": str(Month.from_index(end)), "legal_basis": _basis(pack, reason, today),
            "evidence": dict(evidence or {}), "overpaid": overpaid_lines(entitlement_id, end),
        }  # fmt: skip
        own = []
        if evidence:
            stored = document_store(
                actor=actor, content=canonical(proposal).encode(), name="evidence.json",
                content_type="application/json", document_class="evidence", person_id=enrolment.person_id,
                district_code=district_of(enrolment.division_path),
            )  # fmt: skip
            own = [("evidence", stored.id)]
        return case_open(
            actor=actor, kind="stop", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("停发：{reason}").format(reason=REASONS[reason]), proposal=proposal, today=today,
            materials=[*materials, *own],
        )  # fmt: skip

    with unit_of_work(actor, "stop_propose"):
        return case_once(
            idempotency_key,
            "stop_propose",
            {"entitlement": entitlement_id, "reason": reason, "on": happened_on, "source": source},
            make,
        )


def _check_input(reason: str, happened_on: date | None, today: date) -> None:
    if reason not in REASONS:
        raise InputRefused("REASON_UNKNOWN", _("没有这种停发原因。"), remedy=_("请从列表中选择。"))
    if reason == "DEATH" and happened_on is None:
        raise InputRefused("DAY_MISSING", _("死亡必须写明日期。"), remedy=_("请填写死亡日期和来源。"))
    if happened_on is not None and happened_on > today:
        raise InputRefused("DAY_IMPOSSIBLE", _("日期在今天之后。"), remedy=_("请核对日期。"))


def _end_month(pack: Pack, enrolment: Enrolment, reason: str, happened_on: date | None, today: date) -> int:
    """The first month not due: after a death the month after it; else as the pack says, or the next one drafted."""
    acts_later = reason != "DEATH" and pack.setting("stop.month", today).value == "next_month_built"
    if happened_on is None or acts_later:
        return next_regular_month(district_of(enrolment.division_path), today)
    return Month.containing(happened_on).index + 1


def _basis(pack: Pack, reason: str, today: date) -> str:
    key = "pension.stop_on_death" if reason == "DEATH" else "stop.month"
    setting = pack.setting(key, today)
    return str(setting.citation or setting.source)[:120]


def _stop(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the death becomes decisive, status stopped, entitlement ended, unpaid awards beyond it taken back."""
    entitlement, enrolment = running_entitlement(UUID(case.proposal["entitlement_id"]), lock=True)
    if entitlement.end_month is not None:
        raise CaseRefused("ENDED_ALREADY", _("这项待遇已经终止。"), remedy=_("请在个人页面查看。"))
    end, reason = case.proposal["end_month"], case.proposal["reason"]
    if reason == "DEATH":
        death_made_decisive(case, enrolment)
    pension_ended(case, actor, entitlement, enrolment, end, reason, today)


def pension_ended(
    case: Case,
    actor: Actor,
    entitlement: Entitlement,
    enrolment: Enrolment,
    end: int,
    reason: str,
    today: date,
) -> None:
    """Status stopped, entitlement and enrolment's status ended from a month on; what was paid beyond it is to be recovered."""
    from_month = max(end, entitlement.start_month)
    status_change(
        entitlement_id=entitlement.id, kind="stopped", from_month=from_month, reason=reason,
        legal_basis=case.proposal["legal_basis"], proposed_by=case.maker_id,
        decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip
    entitlement_end(actor=actor, entitlement_id=entitlement.id, end_month=end, reason=reason, case_id=case.id)
    enrolment_status(enrolment.id, "ended", from_month, reason, case.id)
    happened_on = case.proposal.get("happened_on")
    recovery_found(
        entitlement=entitlement, enrolment=enrolment, end_month=from_month, reason=reason, source=case.number, today=today,
        happened_on=date.fromisoformat(happened_on) if happened_on else None,
    )  # fmt: skip


def death_made_decisive(case: Case, enrolment: Enrolment) -> None:
    """The report this case decided on; an earlier decisive one stays as a report (E8, C17)."""
    died_on = date.fromisoformat(case.proposal["happened_on"])
    DeathReport.objects.filter(person_id=enrolment.person_id, is_decisive=True).update(is_decisive=False)
    same = DeathReport.objects.filter(
        person_id=enrolment.person_id, died_on=died_on, source=case.proposal["source"]
    ).first()
    if same is not None:
        DeathReport.objects.filter(id=same.id).update(is_decisive=True, case_id=case.id)
        return
    DeathReport.objects.create(
        person_id=enrolment.person_id, died_on=died_on, source=case.proposal["source"] or "case",
        is_decisive=True, reason=case.proposal["reason_title"], case_id=case.id,
    )  # fmt: skip


STOP = register(
    CaseKind(
        "stop",
        "待遇停发",
        propose_and_decide(make_steps=("propose", "submit", "check"), decide_steps=("decide", "settle")),
        {"approve": _stop},
    )
)
