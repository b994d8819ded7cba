"""Township archives handed over to the district: the list, the count checked by whoever receives, the receipt.

Worked example: 穆家营子镇 sends twelve files of 2026 up; the district's 办理岗 counts twelve and takes them over:
YJ-150404-2026-000002 is the list and the receipt, and the keeper of each file is the district from that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jubao.archive.models import ArchivedCase, Handover, HandoverItem
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Division
from jubao.services.archives.words import category_name
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import level_of
from jubao.services.cases.numbers import next_number
from jubao.services.people.divisions import district_of

TRANSFER = "archive_transfer"
AT_ONCE = 1000


def with_keeper(files: QuerySet[ArchivedCase]) -> QuerySet[Any]:
    """The files with `kept_at`: the office that keeps each now, that is where its last transfer took it."""
    last = HandoverItem.objects.filter(filed=OuterRef("pk")).order_by("-id").values("handover__to_path")[:1]
    return files.annotate(kept_at=Coalesce(Subquery(last), "keeper_path"))


def files_kept(place: str) -> QuerySet[Any]:
    """The files an office keeps now and has not offered to another, oldest first."""
    kept = with_keeper(ArchivedCase.objects.filter(division_path__startswith=district_path(place)))
    return kept.filter(kept_at=place).order_by("number")


def district_path(path: str) -> str:
    """The path of the district a place lies in; of a place above the districts the place itself."""
    steps = [path[: end + 1] for end, sign in enumerate(path) if sign == "/"]
    return next((step for step in steps if level_of(step) == "district"), path)


def transfer_propose(
    *, actor: Actor, file_ids: Sequence[UUID], today: date, idempotency_key: str | None = None
) -> Case:
    """The list of files that the officer's township hands over to the district.

    Raises InputRefused NO_FILES; CaseRefused NOT_THE_KEEPER, FILES_OFFERED, and as `case_open`.
    """
    if not 0 < len(set(file_ids)) <= AT_ONCE:
        raise InputRefused(
            "NO_FILES",
            _("请选1至{most}份档案。").format(most=AT_ONCE),
            remedy=_("从本单位保管的档案中选择。"),
        )
    with unit_of_work(actor, "archive_transfer_propose"):
        return _proposed(actor, file_ids, today, idempotency_key)


def _proposed(actor: Actor, file_ids: Sequence[UUID], today: date, idempotency_key: str | None) -> Case:
    files = list(files_kept(actor.scope).filter(id__in=file_ids).select_related("case"))
    if len(files) < len(set(file_ids)):
        raise _not_the_keeper()
    offered = {one for case in _open(actor.scope) for one in case.proposal["file_ids"]}
    if twice := [one.number for one in files if str(one.pk) in offered]:
        raise CaseRefused(
            "FILES_OFFERED",
            _("{numbers}已在另一份待接收的清单里。").format(numbers="、".join(twice[:10])),
            remedy=_("请去掉这些档案，或撤回那份清单。"),
        )
    giver = Division.objects.filter(path=actor.scope, valid_until__isnull=True).values_list("name", flat=True)
    proposal = {
        "giver": giver.first() or actor.scope, "count": len(files), "file_ids": [str(one.pk) for one in files],
        "lines": [{"title": f"{one.number} {category_name(one.category)}", "count": len(one.items)} for one in files],
    }  # fmt: skip
    return case_open(
        actor=actor, kind=TRANSFER, district_code=district_of(actor.scope), division_path=actor.scope,
        title=chinese("档案移交 {count} 份").format(count=len(files)), proposal=proposal, today=today,
        idempotency_key=idempotency_key,
    )  # fmt: skip


def _open(place: str) -> QuerySet[Case]:
    return Case.objects.filter(kind=TRANSFER, is_open=True, division_path=place)


def transfer_received(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 接收: the district keeps the files; the hand-over is list and receipt. Raises CaseRefused NOT_THE_KEEPER."""
    about = case.proposal
    ids = [UUID(one) for one in about["file_ids"]]
    # Two lists with the same file wait for each other at the number: the second finds that the first has taken it.
    number = f"YJ-{next_number(case.district_code, today.year, 'handover')}"
    if files_kept(case.division_path).filter(id__in=ids).count() < len(ids):
        raise _not_the_keeper()
    made = Handover.objects.create(
        case=case, kind=Handover.Kind.OFFICE, division_path=case.division_path,
        to_path=district_path(case.division_path), lines=about["lines"], from_person_id=case.maker_id,
        number=number, from_name=about["giver"],
        to_person_id=actor.natural_person_id, to_name=actor.name, signed_on=today,
    )  # fmt: skip
    HandoverItem.objects.bulk_create(HandoverItem(handover=made, filed_id=one) for one in ids)


def _not_the_keeper() -> CaseRefused:
    return CaseRefused(
        "NOT_THE_KEEPER", _("所选档案中有不由本单位保管的。"), remedy=_("请刷新页面，重新选择。")
    )
