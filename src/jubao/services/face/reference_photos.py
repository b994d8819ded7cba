"""The photo a face is compared with: one at a time per person, with its source; a newer one ends the former.

Worked example: the certification collection takes 张桂芳's photo on 2026-11-12: `reference_photo_set(…,
source="collection", from_on=…)`; what the card system had given before ends on that day and stays as history.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from jubao.database.actor import Actor
from jubao.residents.models import ReferencePhoto
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.documents.images import image_store

SOURCES = {"card_system": "社保卡管理系统", "collection": "认证信息采集", "officer": "工作人员拍摄"}


def reference_photo_of(person_id: UUID, on: date) -> ReferencePhoto | None:
    """The photo in force on a day."""
    return (
        ReferencePhoto.objects.filter(person_id=person_id, from_on__lte=on)
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
        .order_by("from_on", "id")
        .last()
    )


def reference_photo_set(
    *, actor: Actor, person_id: UUID, content: bytes, source: str, from_on: date
) -> ReferencePhoto:
    """Keep a photo, sealed, as the one to compare with from that day on. Raises InputRefused of `image_store`."""
    with inside_unit(actor, "reference_photo_set"):
        document = image_store(
            actor=actor, content=content, name=f"{SOURCES[source]}.jpg", document_class="reference_photo", person_id=person_id
        )  # fmt: skip
        ReferencePhoto.objects.filter(person_id=person_id, until_on__isnull=True).update(until_on=from_on)
        return ReferencePhoto.objects.create(
            person_id=person_id, document=document, source=source, from_on=from_on
        )
