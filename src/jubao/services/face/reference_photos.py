"""The photo a face is compared with: one at a time per person, with its source; a newer one ends the former.

Worked example: the certification collection takes 张桂芳's photo on 2026-11-12: `reference_photo_set(…,
source="collection", from_on=…)`; what the card system had given before ends on that day and stays as history.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from jubao.database.actor import Actor
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.residents.models import ReferencePhoto
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.documents.images import image_store

SOURCES = {"card_system": "社保卡管理系统", "collection": "认证信息采集", "officer": "工作人员拍摄"}

LEAST_REASON = 2


def reference_photo_of(person_id: UUID, on: date) -> ReferencePhoto | None:
    """The photo in force on a day."""
    return (
        ReferencePhoto.objects.filter(person_id=person_id, from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
        .order_by("from_on", "id")
        .last()
    )


def reference_photo_set(
    *, actor: Actor, person_id: UUID, content: bytes, source: str, from_on: date, reason: str = ""
) -> ReferencePhoto:
    """Keep a photo, sealed, as the one to compare with from that day on.

    Raises InputRefused SOURCE_UNKNOWN, REASON_MISSING (by an officer) and those of `image_store`.
    """
    if source not in SOURCES:
        raise InputRefused("SOURCE_UNKNOWN", _("没有选择照片来源。"), remedy=_("请选择照片从哪里来。"))
    if actor.officer_id is not None and source != "collection" and len(reason.strip()) < LEAST_REASON:
        raise InputRefused("REASON_MISSING", _("没有写明原因。"), remedy=_("请写明采集或更换的原因。"))
    with inside_unit(actor, "reference_photo_set"):
        document = image_store(
            actor=actor, content=content, name=f"{SOURCES[source]}.jpg", document_class="reference_photo", person_id=person_id
        )  # fmt: skip
        ReferencePhoto.objects.filter(person_id=person_id, until_on__isnull=True).update(until_on=from_on)
        return ReferencePhoto.objects.create(
            person_id=person_id, document=document, source=source, from_on=from_on, reason=reason.strip()[:200],
            taken_by_id=actor.natural_person_id if actor.officer_id else None,
        )  # fmt: skip
