"""Certification of one person: recorded as an event with channel and evidence, until when it holds by the region's rule.

Worked example: a face pass on 2026-05-17 in a region with a rolling twelve months holds until 2027-05-17. Where payment was
suspended because nobody had certified, the pass opens an application for resumption by itself (GD-17-06); a named
officer decides it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.cases.models import Case
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.overdue import overdue
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.period import date_number
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.rules import certification as rules
from jubao.services.access.hours import outside_hours_mark
from jubao.services.access.log import require_post
from jubao.staff.posts import CERTIFICATION, posts_of_group
from jubao.staff.regions import pack_of

WITHOUT_FILE = frozenset({"comparison", "app_face", "determination", "internet_face", "kiosk"})
"""Channels whose evidence is a source event or a result of the channel itself, not a document handed in."""


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
        first_duty_on=_day(first_duty),
        due_on=_day(due),
        certified_on=certified_on,
        certified_until=_day(until) if until else None,
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
    return [Overdue(*row[:5], due_on=_day(row[5])) for row in rows]


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def certification_record(
    *,
    actor: Actor,
    enrolment_id: UUID,
    certified_on: date,
    channel: str,
    today: date,
    source: str = "",
    evidence_document_id: UUID | None = None,
    evidence_id: UUID | None = None,
    case_id: UUID | None = None,
    is_decided_elsewhere: bool = False,
    now: datetime | None = None,
    late_reason: str = "",
) -> CertificationEvent:
    """Record one proof of one person; the same proof again is already recorded.

    `now` and `late_reason`: outside office hours the act is marked, needs a reason or is refused, as the pack says.
    `is_decided_elsewhere`: it follows from what others decided (an approved comparison), and nobody certifies here.

    A person suspended for a missing certification gets an application to resume.

    Raises AccessRefused for an officer without a certification post (GD-9-05: whoever determines benefits has none),
    InputRefused CERTIFIED_IN_FUTURE, EVIDENCE_MISSING (Q2: a channel on the spot keeps its picture).
    """
    if not actor.is_system and not is_decided_elsewhere:
        require_post(actor, *sorted(posts_of_group(CERTIFICATION)), what=_("办理资格认证"))
    if certified_on > today:
        raise InputRefused("CERTIFIED_IN_FUTURE", _("认证日期在今天之后。"), remedy=_("请核对日期。"))
    if channel not in WITHOUT_FILE and evidence_document_id is None:
        raise InputRefused(
            "EVIDENCE_MISSING",
            _("现场或上门认证必须留存图片或视频。"),
            remedy=_("请上传照片后再提交。"),
        )
    with unit_of_work(actor, "certification_record", case_id=case_id):
        enrolment = Enrolment.objects.select_for_update().get(id=enrolment_id)
        same = CertificationEvent.objects.filter(
            enrolment_id=enrolment_id,
            certified_on=certified_on,
            channel=channel,
            source=source,
            evidence_id=evidence_id,
        ).first()
        if same is not None:
            return same
        is_late = now is not None and outside_hours_mark(
            division_path=enrolment.division_path, now=now, reason=late_reason
        )
        event = CertificationEvent.objects.create(
            is_out_of_hours=is_late, out_of_hours_reason=late_reason.strip()[:200] if is_late else "",
            enrolment_id=enrolment_id, certified_on=certified_on, channel=channel, source=source,
            evidence_document_id=evidence_document_id, evidence_id=evidence_id, officer_id=actor.officer_id,
            place_path=actor.scope, device=actor.device, case_id=case_id,
        )  # fmt: skip
        _apply_for_resumption(actor, event, today)
        return event


def _apply_for_resumption(actor: Actor, event: CertificationEvent, today: date) -> Case | None:
    """The one thing a pass starts by itself: an application in the queue (Q14); nobody is resumed without a decision."""
    from jubao.services.benefits.resumptions import resumption_propose

    status = (
        PaymentStatus.objects.filter(entitlement__enrolment_id=event.enrolment_id, until_month__isnull=True)
        .select_related("entitlement")
        .first()
    )
    if status is None or status.kind != "suspended" or status.reason not in ("NOT_CERTIFIED", "UNREACHABLE"):
        return None
    pack = pack_of(Enrolment.objects.get(id=event.enrolment_id).division_path)
    limit = pack.setting("resume.self_service_within_months", today).value
    starts_itself = pack.setting("resume.by", today).value in ("county_after_pass", "county_after_make_up")
    months = Month.containing(today).index - status.from_month
    is_counter = event.channel in ("on_site", "home_visit")
    if not starts_itself or (limit and months > limit and not is_counter):
        return None
    if Case.objects.filter(kind="resumption", subject_id=status.entitlement_id, is_open=True).exists():
        return None
    return resumption_propose(
        actor=Actor.system("certification", scope=actor.scope),
        entitlement_id=status.entitlement_id,
        ground=_("{on} 通过资格认证（{channel}）").format(on=event.certified_on, channel=event.channel),
        evidence={"certification_event_id": str(event.id)},
        today=today,
    )
