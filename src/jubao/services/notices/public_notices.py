"""公示和宣传: an office has a notice posted in its villages; who posts it records the board and a photo.

Worked example: `public_notice_make` for three villages makes three rows; the assistant of each posts it (`public_notice_post`);
until then the row stands as 待张贴, and after its first day as late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from django.db.models import QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.notices.models import PublicNotice
from jubao.people.models import Division
from jubao.services.documents.images import image_store
from jubao.services.people.divisions import district_of

CLASS = "posting_photo"
LEVELS = ("village", "township")


def public_notice_make(
    *, actor: Actor, kind: str, title: str, text: str, from_on: date, until_on: date, places: Sequence[str], key: UUID | None
) -> list[PublicNotice]:  # fmt: skip
    """Have a notice posted at places; the same key again answers what it made.

    `until_on` is the first day on which it hangs no more. Raises InputRefused TITLE_MISSING, KIND_UNKNOWN, PERIOD_WRONG,
    PLACES_MISSING.
    """
    if not title.strip():
        raise InputRefused("TITLE_MISSING", _("没有填写标题。"), remedy=_("请填写公示或宣传的标题。"))
    if kind not in PublicNotice.Kind.values:
        raise InputRefused("KIND_UNKNOWN", _("没有选择种类。"), remedy=_("请选政策宣传或情况公示。"))
    if until_on <= from_on:
        raise InputRefused("PERIOD_WRONG", _("止日早于起日。"), remedy=_("请改正日期。"))
    with unit_of_work(actor, "public_notice_make"):
        batch = key or uuid4()
        if made := list(PublicNotice.objects.filter(batch=batch).order_by("division_path")):
            return made
        known = Division.objects.filter(
            path__in=places, path__startswith=actor.scope, level__in=LEVELS, valid_until__isnull=True
        ).values_list("path", flat=True)
        if not places or len(set(known)) < len(set(places)):
            raise InputRefused(
                "PLACES_MISSING",
                _("没有选择张贴的村社，或其中有不在本辖区的。"),
                remedy=_("请从名单中选择。"),
            )
        return PublicNotice.objects.bulk_create(
            PublicNotice(
                id=uuid4(), batch=batch, kind=kind, division_path=path, title=title.strip()[:120], text=text.strip(),
                from_on=from_on, until_on=until_on, made_by=actor.natural_person_id,
            )
            for path in sorted(set(known))
        )  # fmt: skip


def public_notice_post(
    *, actor: Actor, notice_id: UUID, place: str, photo: bytes | None, name: str, today: date
) -> PublicNotice:
    """Record that a notice hangs, with the board and a photo; recorded once.

    Raises InputRefused PLACE_MISSING, PHOTO_MISSING and those of `image_store`; CheckFailed NOTICE_UNKNOWN, NOTICE_NOT_DUE,
    POSTED_ALREADY.
    """
    if not place.strip():
        raise InputRefused("PLACE_MISSING", _("没有填写张贴地点。"), remedy=_("如：村委会公示栏。"))
    if not photo:
        raise InputRefused("PHOTO_MISSING", _("没有张贴照片。"), remedy=_("请拍下张贴的公示后上传。"))
    with unit_of_work(actor, "public_notice_post"):
        found = public_notices(actor.scope).select_for_update().filter(id=notice_id).first()
        if found is None:
            raise CheckFailed("NOTICE_UNKNOWN", _("本辖区没有这份公示。"), remedy=_("请刷新页面。"))
        if found.posted_on is not None:
            raise CheckFailed(
                "POSTED_ALREADY", _("{day}已登记张贴。").format(day=found.posted_on), remedy=_("不必再登记。")
            )
        if not found.from_on <= today < found.until_on:
            raise CheckFailed(
                "NOTICE_NOT_DUE",
                _("今天不在张贴期内。"),
                remedy=_("张贴期自 {day} 起。").format(day=found.from_on),
            )
        found.photo = image_store(
            actor=actor,
            content=photo,
            name=name,
            document_class=CLASS,
            district_code=district_of(found.division_path),
        )
        found.place, found.posted_on, found.posted_by = place.strip()[:120], today, actor.natural_person_id
        found.save(update_fields=["photo", "place", "posted_on", "posted_by"])
        return found


def public_notices(scope: str) -> QuerySet[PublicNotice]:
    """The notices of a place and below, the newest first."""
    return PublicNotice.objects.filter(division_path__startswith=scope.rstrip("%")).order_by(
        "-from_on", "division_path"
    )
