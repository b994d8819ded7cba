"""Certification of one person: recorded as an event with channel and evidence, until when it holds by the region's rule.

Worked example: a face pass on 2026-05-17 in a region with a rolling twelve months holds until 2027-05-17. Where payment was
suspended because nobody had certified, the pass opens an application for resumption by itself (GD-17-06); a named
officer decides it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.access.hours import outside_hours_mark
from jubao.services.access.log import require_post
from jubao.staff.posts import CERTIFICATION, posts_of_group
from jubao.staff.regions import pack_of

WITHOUT_FILE = frozenset({"comparison", "app_face", "determination", "internet_face", "kiosk"})
"""Channels whose evidence is a source event or a result of the channel itself, not a document handed in."""


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
