"""Entitlements: opened by an approved claim, ended by death, deregistration or a stop; at most one runs (B14).

Worked example: a claim approved in 2026-11 for somebody who was 60 in 2026-08 opens an entitlement from 2026-09, sets the
enrolment to `drawing`, the payment to `normal`, and awards September and October as back pay.
"""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from jubao.benefits.models import Due, Entitlement
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.people.models import EnrolmentStatus
from jubao.services.benefits.statuses import status_change
from jubao.services.cases.inside_unit import inside_unit


class EntitlementExists(DomainError):
    """Somebody has a running entitlement already."""


def entitlement_open(
    *, actor: Actor, enrolment_id: UUID, start_month: int, case_id: UUID | None
) -> Entitlement:
    """Open the right to a monthly pension. Raises EntitlementExists."""
    with inside_unit(actor, "entitlement_open"):
        try:
            with transaction.atomic():
                entitlement = Entitlement.objects.create(
                    enrolment_id=enrolment_id, start_month=start_month, case_id=case_id
                )
        except IntegrityError as error:
            raise EntitlementExists(
                "ENTITLEMENT_EXISTS",
                _("这个人已有在享的待遇。"),
                remedy=_("请在个人页面查看；重复领取的先办理停发。"),
            ) from error
        status_change(entitlement_id=entitlement.id, kind="normal", from_month=start_month, case_id=case_id)
        enrolment_status(enrolment_id, "drawing", start_month, "", case_id)
        return entitlement


def entitlement_end(
    *, actor: Actor, entitlement_id: UUID, end_month: int, reason: str, case_id: UUID | None
) -> Entitlement:
    """End the right from `end_month` on; what was awarded for months after it and not paid is taken back."""
    with inside_unit(actor, "entitlement_end"):
        entitlement = Entitlement.objects.select_for_update().get(id=entitlement_id)
        end = max(end_month, entitlement.start_month)
        Entitlement.objects.filter(id=entitlement_id).update(end_month=end, end_reason=reason)
        Due.objects.filter(entitlement_id=entitlement_id, benefit_month__gte=end, is_live=True).update(
            is_live=False
        )
        return Entitlement.objects.get(id=entitlement_id)


def enrolment_status(
    enrolment_id: UUID, kind: str, from_month: int, reason: str, case_id: UUID | None
) -> None:
    """Close the enrolment's status before a month and begin another, inside the caller's unit of work.

    A status that began in that month or later is emptied by the new one's own period: it is changed in place.
    """
    rows = EnrolmentStatus.objects.filter(enrolment_id=enrolment_id).filter(
        Q(until_month__isnull=True) | Q(until_month__gt=from_month)
    )
    later = rows.filter(from_month__gte=from_month).order_by("from_month").first()
    rows.filter(from_month__lt=from_month).update(until_month=from_month)
    if later is not None:
        EnrolmentStatus.objects.filter(id=later.id).update(kind=kind, reason=reason, case_id=case_id)
        return
    EnrolmentStatus.objects.create(
        enrolment_id=enrolment_id, kind=kind, from_month=from_month, reason=reason, case_id=case_id
    )
