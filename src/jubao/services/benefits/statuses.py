"""Payment statuses as periods: a change cuts the periods it covers and never overlaps; what was decided stays readable.

Worked example: normal from 2023-09; `status_change(suspended, from 2026-07)` leaves normal 2023-09…2026-06 and suspended
from 2026-07; `status_change(normal, from 2026-09)` closes the suspension after August. A period that a later decision
covers whole is emptied (`until = from`), so the row, its reason and its case remain.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F, Q

from jubao.benefits.models import Entitlement, PaymentStatus

AGAINST = frozenset({"held", "suspended", "stopped", "sealed"})


def status_at(entitlement_id: UUID, month: int) -> PaymentStatus | None:
    """The status of a month; None before the first one."""
    return (
        PaymentStatus.objects.filter(entitlement_id=entitlement_id, from_month__lte=month)
        .filter(Q(until_month__isnull=True) | Q(until_month__gt=month))
        .first()
    )


def standing_status(entitlement_id: UUID) -> PaymentStatus | None:
    """The status that runs on: the open one; None when there is none."""
    return PaymentStatus.objects.filter(entitlement_id=entitlement_id, until_month__isnull=True).first()


def status_change(
    *,
    entitlement_id: UUID,
    kind: str,
    from_month: int,
    until_month: int | None = None,
    reason: str = "",
    legal_basis: str = "",
    proposed_by: UUID | None = None,
    decided_by: UUID | None = None,
    case_id: UUID | None = None,
    hold_expires_on: date | None = None,
) -> PaymentStatus:
    """Put [from_month, until_month) into a status, inside the caller's unit of work; the entitlement is locked first."""
    Entitlement.objects.select_for_update().get(id=entitlement_id)
    for row in PaymentStatus.objects.filter(entitlement_id=entitlement_id).order_by("from_month"):
        _make_room(row, from_month, until_month)
    return PaymentStatus.objects.create(
        entitlement_id=entitlement_id,
        kind=kind,
        from_month=from_month,
        until_month=until_month,
        reason=reason,
        legal_basis=legal_basis,
        proposed_by=proposed_by,
        decided_by=decided_by,
        case_id=case_id,
        hold_expires_on=hold_expires_on,
    )


def _make_room(row: PaymentStatus, from_month: int, until_month: int | None) -> None:
    """Cut one period so that [from_month, until_month) is free of it."""
    ends = row.until_month
    is_apart = (ends is not None and ends <= from_month) or (
        until_month is not None and row.from_month >= until_month
    )
    if is_apart or ends == row.from_month:
        return
    goes_on = until_month is not None and (ends is None or ends > until_month)
    if row.from_month >= from_month and goes_on:
        PaymentStatus.objects.filter(id=row.id).update(from_month=until_month)
        return
    PaymentStatus.objects.filter(id=row.id).update(until_month=max(from_month, row.from_month))
    if goes_on:
        kept = {
            field.attname: getattr(row, field.attname)
            for field in PaymentStatus._meta.concrete_fields
            if field.attname not in ("id", "recorded_at")
        }
        PaymentStatus.objects.create(**(kept | {"from_month": until_month}))


def months_in(entitlement_id: UUID, kinds: frozenset[str], before: int) -> list[int]:
    """The months below `before` spent in one of the kinds, in order; periods emptied by later decisions count nothing."""
    months: set[int] = set()
    rows = PaymentStatus.objects.filter(entitlement_id=entitlement_id, kind__in=kinds).exclude(
        until_month=F("from_month")
    )
    for row in rows:
        ends = before if row.until_month is None else min(before, row.until_month)
        months.update(range(row.from_month, ends))
    return sorted(months)
