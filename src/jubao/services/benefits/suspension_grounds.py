"""Why a pension may be suspended, what must be shown for each reason, and from which month it acts.

Worked example: NOT_CERTIFIED in a region that asks for two contact means: the period is over, one call failed: refused with
CONTACT_MISSING and the article; after a failed visit it may be proposed, and a named officer decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import CustodyPeriod, Enrolment
from jubao.policy import Pack
from jubao.rules.certification import may_suspend_for_missing_certification
from jubao.services.benefits.back_pay import next_regular_month
from jubao.services.benefits.statuses import status_at
from jubao.services.cases.checks import CaseRefused
from jubao.services.certification.duty import CertificationDuty, certification_duty
from jubao.services.people.contact_attempts import failed_means
from jubao.services.people.divisions import district_of

REASONS: Mapping[str, str] = {
    "NOT_CERTIFIED": "逾期未认证",
    "UNREACHABLE": "多种方式均无法联系",
    "ELIGIBILITY_LOST": "核实丧失资格",
    "DEATH_SUSPECTED": "疑似死亡",
    "DEATH_REPORTED": "上报死亡",
    "DETAINED": "被羁押",
    "IN_CUSTODY": "判刑、服刑",
    "OTHER_BENEFIT": "重复领取其他待遇",
}
FOR_CERTIFICATION = frozenset({"NOT_CERTIFIED", "UNREACHABLE"})
LOOK_BACK = timedelta(days=92)
"""Attempts count from three months before the last day for certification on."""


@dataclass(frozen=True)
class Ground:
    """What a suspension rests on: the article, the first month, what was looked at."""

    legal_basis: str
    from_month: int
    facts: Mapping[str, object]


def suspension_ground(
    *, entitlement: Entitlement, enrolment: Enrolment, reason: str, pack: Pack, today: date,
    from_month: int | None = None,
) -> Ground:  # fmt: skip
    """Check the ground. Raises CaseRefused NOT_EXPIRED, CONTACT_MISSING, NO_CUSTODY_RECORD, ALREADY_SUSPENDED, NOT_RUNNING."""
    first = (
        next_regular_month(district_of(enrolment.division_path), today) if from_month is None else from_month
    )
    facts: dict[str, object] = {}
    if reason in FOR_CERTIFICATION:
        duty = _certification_facts(enrolment, pack, today, facts)
        first = max(first, _effective(pack, today, duty)) if from_month is None else first
    if reason in ("IN_CUSTODY", "DETAINED"):
        first = _custody_month(enrolment, pack, today, first, facts)
    _check_running(entitlement, first)
    return Ground(_legal_basis(pack, reason, today), first, facts)


def _certification_facts(
    enrolment: Enrolment, pack: Pack, today: date, facts: dict[str, object]
) -> CertificationDuty:
    duty = certification_duty(enrolment_id=enrolment.id, pack=pack, on=today)
    failed = failed_means(enrolment.person_id, since=duty.due_on - LOOK_BACK, until=today)
    needed = pack.setting("miss.contact_means", today)
    facts.update(
        due_on=str(duty.due_on), certified_on=str(duty.certified_on or ""), failed_means=sorted(failed)
    )
    if may_suspend_for_missing_certification(duty.is_overdue, len(failed), int(needed.value)):
        return duty
    citation = pack.setting("miss.effect", today).citation
    if not duty.is_overdue:
        raise CaseRefused(
            "NOT_EXPIRED",
            _("认证期到 {due} 才届满，不能以未认证为由暂停。").format(due=duty.due_on),
            remedy=_("请在期满后办理。"),
            citation=citation,
        )
    raise CaseRefused(
        "CONTACT_MISSING",
        _("只有 {failed} 种联系方式失败，须有 {needed} 种不同方式均联系不上。").format(
            failed=len(failed), needed=needed.value
        ),
        remedy=_("请再用其他方式联系并登记。"),
        citation=citation,
    )


def _effective(pack: Pack, today: date, duty: CertificationDuty) -> int:
    """The earliest month the pack lets a missing certification act in."""
    when = pack.setting("miss.effective", today).value
    if when == "july_payment":
        return Month(today.year, 7).index
    if when == "month_13":
        return Month.containing(duty.due_on).index + 1
    return 0


def _custody_month(
    enrolment: Enrolment, pack: Pack, today: date, first: int, facts: dict[str, object]
) -> int:
    from jubao.services.benefits.custody import custody_effect

    period = (
        CustodyPeriod.objects.filter(person_id=enrolment.person_id, from_on__lte=today)
        .order_by("-from_on")
        .first()
    )
    if period is None:
        raise CaseRefused(
            "NO_CUSTODY_RECORD",
            _("没有登记羁押或判刑的记录。"),
            remedy=_("请先登记名单或文书上的种类和起止日期。"),
        )
    effect = custody_effect(period, pack, today)
    facts.update(custody_kind=period.kind, effect=effect.payment, from_on=str(period.from_on))
    if effect.payment not in ("stop", "suspend"):
        raise CaseRefused(
            "CUSTODY_CONTINUES",
            _("按{kind}的规定继续发放，不暂停。").format(kind=period.kind),
            remedy=_("只冻结调整；请核对种类。"),
            citation=pack.setting("custody.table", today).citation,
        )
    return max(first, effect.first_unpaid_month)


def _check_running(entitlement: Entitlement, month: int) -> None:
    if entitlement.end_month is not None and entitlement.end_month <= month:
        raise CaseRefused("NOT_RUNNING", _("这项待遇已经终止。"), remedy=_("不需要暂停。"))
    status = status_at(entitlement.id, month)
    if status is not None and status.kind in ("suspended", "stopped", "sealed"):
        raise CaseRefused(
            "ALREADY_SUSPENDED",
            _("从 {month} 起已经是“{state}”。").format(
                month=Month.from_index(status.from_month), state=status.get_kind_display()
            ),
            remedy=_("请在个人页面查看原因。"),
        )


def _legal_basis(pack: Pack, reason: str, today: date) -> str:
    """The article a notice cites: of the missing certification, of a confirmed loss, or of the pack's workflow."""
    key = "miss.effect" if reason in FOR_CERTIFICATION else "loss.confirmed"
    if reason in ("IN_CUSTODY", "DETAINED"):
        key = "custody.table"
    setting = pack.find_setting(key, today)
    if setting is None:
        return pack.workflow("suspension", today).source
    return str(setting.citation or setting.source)[:120]


def running_entitlement(entitlement_id: UUID, *, lock: bool = False) -> tuple[Entitlement, Enrolment]:
    """The entitlement and its enrolment with person and place.

    A decision locks it before it reads the statuses: of two decisions about one person the later sees what the former did.
    """
    rows = Entitlement.objects.select_related("enrolment__person")
    entitlement = (rows.select_for_update(of=("self",)) if lock else rows).get(id=entitlement_id)
    return entitlement, entitlement.enrolment
