"""卷: the files of one category and year that an office keeps, bound in order, with the catalogue printed (卷内目录).

Worked example: 穆家营子镇 binds its twelve 人员登记与变更类 files of 2026: AJ-150404-2026-000001, kept as long as the file
that is kept longest. What is filed later in the year goes into a second volume.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jubao.archive.models import ArchivedCase, Volume, VolumeEntry
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.render import Printed, render_checked
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, in_chinese
from jubao.people.models import Division
from jubao.services.archives.transfers import files_kept
from jubao.services.archives.words import category_name, category_title
from jubao.services.cases.kinds import kind_of
from jubao.services.cases.numbers import next_number
from jubao.services.people.divisions import district_of

AT_MOST = 500


def files_unbound(place: str) -> QuerySet[Any]:
    """The files that an office keeps and that stand in no volume."""
    return files_kept(place).filter(bound__isnull=True)


def volume_make(*, actor: Actor, category: str, year: int, today: date) -> Volume:
    """Bind the unbound files of a category and year that the officer's office keeps. Raises InputRefused NO_FILES."""
    with unit_of_work(actor, "volume_make"):
        number = f"AJ-{next_number(district_of(actor.scope), today.year, 'volume')}"
        # The number is a lock: whoever binds at the same time waits here and finds the files bound.
        found = files_unbound(actor.scope).filter(category=category, archived_on__year=max(year, 1))
        files = list(found[:AT_MOST])
        if not files:
            raise InputRefused(
                "NO_FILES",
                _("{year}年没有未组卷的{category}档案。").format(
                    year=year, category=category_title(category)
                ),
                remedy=_("请选有档案的年度和类别。"),
            )
        ends = [one.retention_until for one in files]
        volume = Volume.objects.create(
            number=number, division_path=actor.scope, category=category, year=year, made_on=today,
            title=f"{year}年{category_name(category)}",
            retention_until=None if None in ends else max(ends), officer_id=actor.officer_id,
        )  # fmt: skip
        VolumeEntry.objects.bulk_create(
            VolumeEntry(volume=volume, filed_id=one.pk, position=at) for at, one in enumerate(files, start=1)
        )
        return volume


def volumes_of(scope: str) -> QuerySet[Volume]:
    """The volumes of a place, the newest first."""
    return Volume.objects.filter(division_path__startswith=scope.rstrip("%")).order_by("-id")


def volume_files(volume_id: UUID) -> list[tuple[int, ArchivedCase]]:
    """The files of a volume at their places."""
    entries = (
        VolumeEntry.objects.filter(volume_id=volume_id)
        .select_related("filed__case__person")
        .order_by("position")
    )
    return [(one.position, one.filed) for one in entries]


@in_chinese
def catalogue(volume: Volume) -> Printed:
    """卷内目录 on paper."""
    place = Division.objects.filter(path=volume.division_path, valid_until__isnull=True)
    until = volume.retention_until.isoformat() if volume.retention_until else _("永久")
    return render_checked(
        "village_sheet",
        {
            "title": _("卷内目录"),
            "subtitle": f"{volume.number}　{volume.title}",
            "place": place.values_list("name", flat=True).first() or volume.division_path,
            "made_on": volume.made_on.isoformat(),
            "made_text": volume.made_on.isoformat(),
            "columns": [
                {"title": _("序号"), "width": "12mm", "center": True},
                {"title": _("档案号"), "width": "42mm"},
                {"title": _("题名"), "width": "1fr"},
                {"title": _("归档日期"), "width": "24mm", "center": True},
                {"title": _("件数"), "width": "14mm", "right": True},
            ],
            "rows": [
                [str(at), one.number, _named(one), one.archived_on.isoformat(), str(len(one.items))]
                for at, one in volume_files(volume.pk)
            ],
            "note": _("保管至：{until}").format(until=until),
            "signatures": [_("立卷人"), _("检查人")],
            "footer": volume.number,
        },
    )  # fmt: skip


def _named(filed: ArchivedCase) -> str:
    name = filed.case.person.name if filed.case.person else ""
    return f"{name}{kind_of(filed.case.kind).title}（{filed.case.number}）"
