"""The duty of certification: until when somebody is certified, by when the next one is due, who is overdue; reads only.

Worked example: certified on 3 June 2025 where the period is twelve months, the next one is due by 3 June 2026; on 4 June 2026
the person stands in `overdue_list`. Nobody is suspended by this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.certification.models import CertificationEvent
from jubao.database.unit_of_work import read_scope
from jubao.facts.overdue import overdue
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.period import date_number, numbered_date
from jubao.policy import Pack
from jubao.rules import certification as rules
from jubao.staff.regions import pack_of


@dataclass(frozen=True)
class CertificationDuty:
    """Until when somebody is certified, by when the next one is due, whether that day has passed."""

    first_duty_on: date
    due_on: date
    certified_on: date | None
    certified_until: date | None
    is_overdue: bool


def certification_duty(*, enrolment_id: UUID, pack: Pack, on: date) -> CertificationDuty:
    """The duty of certification of one beneficiary as of a day. Raises NotCovered where no text covers the day."""
    entitlement = Entitlement.objects.filter(enrolment_id=enrolment_id).order_by("-start_month").first()
    if entitlement is None:
        raise InputRefused("NOT_DRAWING", _("这个人没有在享待遇，不需要认证。"), remedy=_("请核对人员。"))
    last = (
        CertificationEvent.objects.filter(enrolment_id=enrolment_id, certified_on__lte=on)
        .order_by("-certified_on", "-id")
        .first()
    )
    return duty_as_known(pack, on, entitlement, last.certified_on if last else None)


def duty_as_known(
    pack: Pack, on: date, entitlement: Entitlement, certified_on: date | None
) -> CertificationDuty:
    """The same for who has the entitlement and the last pass (up to `on`) in hand."""
    return duty_of(pack, on, _counted_from(pack, on, entitlement), certified_on)


def _counted_from(pack: Pack, on: date, entitlement: Entitlement) -> int:
    """The month the first period is counted from: the first benefit month, or the month the claim was approved."""
    if pack.setting("cert.first_due", on).value != "month_after_claim_approval":
        return entitlement.start_month
    if entitlement.case_id is None:
        return entitlement.start_month
    closed = Case.objects.filter(id=entitlement.case_id).values_list("closed_at", flat=True).first()
    return Month.containing(closed.date()).index if closed else entitlement.start_month


def duty_of(pack: Pack, on: date, start_month: int, certified_on: date | None) -> CertificationDuty:
    """The rules of certification applied to one person: `start_month` as the pack counts it, the last pass or None."""
    known = _arguments(pack, on)
    first_duty = rules.certification_first_duty_date(known["first_due"], start_month)
    first_due = rules.certification_first_due_date(
        known["first_due"], known["kind"], start_month, known["cycle"], known["window_month"]
    )
    until = (
        rules.certified_until(known["kind"], date_number(certified_on), known["cycle"], known["window_month"])
        if certified_on
        else 0
    )
    due = rules.certification_due_date(certified_on is not None, max(until, first_due), first_due)
    return CertificationDuty(
        first_duty_on=numbered_date(first_duty),
        due_on=numbered_date(due),
        certified_on=certified_on,
        certified_until=numbered_date(until) if until else None,
        is_overdue=rules.is_certification_overdue(due, date_number(on)),
    )


def _arguments(pack: Pack, on: date) -> dict[str, Any]:
    kind = str(pack.setting("cert.period_kind", on).value)
    length = pack.setting("cert.length", on).value
    is_window = isinstance(length, dict)
    return {
        "kind": kind,
        "cycle": 12 if is_window else int(length),
        "window_month": int(str(length["until"]).split("-")[0]) if is_window else 12,
        "first_due": str(pack.setting("cert.first_due", on).value),
    }


@dataclass(frozen=True)
class Overdue:
    """Somebody paid whose last day for certification has passed."""

    entitlement_id: UUID
    person_id: UUID
    name: str
    division_path: str
    certified_on: date | None
    due_on: date


def overdue_list(*, scope: str, on: date, limit: int = 20_000) -> list[Overdue]:
    """Everybody overdue below a place, by place: whom a suspension list begins with. The program suspends nobody."""
    known = _arguments(pack_of(scope), on)
    constants = {
        "certification_period_kind": known["kind"],
        "certification_cycle_months": known["cycle"],
        "certification_window_last_month": known["window_month"],
        "certification_first_due": known["first_due"],
    }
    with read_scope(scope):
        rows = overdue(prefix=scope, on=on, constants=constants, limit=limit)
    return [Overdue(*row[:5], due_on=numbered_date(row[5])) for row in rows]
