"""到期影像销毁: pictures and videos are kept for the pack's years at least; after that only a decided case destroys them.

Worked example: a photo of 2024-05-01 is kept three years: deleting it on 2027-04-30 is refused (RETENTION_RUNNING), from
2027-05-01 it stands among those proposed; 办理岗 makes the list, 审批岗 agrees, the file is gone, the row says when and by
which case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jubao.archive.models import ArchivedCase, Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.dates import add_months
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.policy import Pack
from jubao.services.archives.overdue import OFFICE_TIME
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.cases.material_words import MATERIALS, material_title
from jubao.services.documents.store import file_remove
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND = "disposal"
NEVER = ("reference_photo",)
"""Pictures that are in use as long as the person is."""
AT_ONCE, SHOWN_NUMBERS = 500, 10


@dataclass(frozen=True)
class Kept:
    """A picture or video with the first day on which it may be destroyed; None: never, or not yet known."""

    document: Document
    title: str
    added_on: date
    until: date | None

    def is_due(self, today: date) -> bool:
        """Whether the term is over."""
        return self.until is not None and self.until <= today


def pictures(scope: str) -> QuerySet[Document]:
    """Pictures and videos of the cases of a place that still exist, the oldest first."""
    cases = Case.objects.filter(division_path__startswith=scope.rstrip("%"))
    found = Document.objects.filter(
        Q(content_type__startswith="image/") | Q(content_type__startswith="video/")
    )
    found = found.filter(disposed_on__isnull=True).exclude(document_class__in=NEVER)
    return found.filter(
        Q(case_id__in=cases.values("pk")) | Q(casematerial__case__in=cases.values("pk"))
    ).distinct().order_by("added_at", "id")  # fmt: skip


def pictures_kept(scope: str, documents: Sequence[Document], today: date) -> list[Kept]:
    """Until when each of these pictures is kept. Shape: one row per document, in the order given."""
    pack = pack_of(scope)
    files = _files_with(documents)
    return [
        Kept(one, material_title(one.document_class), _added_on(one), _until(pack, one, files.get(str(one.pk), []), today))
        for one in documents
    ]  # fmt: skip


def _added_on(document: Document) -> date:
    return document.added_at.astimezone(OFFICE_TIME).date()


def _files_with(documents: Sequence[Document]) -> dict[str, list[ArchivedCase]]:
    """Document → the archive files that hold it."""
    asked = {str(one.pk) for one in documents}
    cases = [one.case_id for one in documents if one.case_id]
    held = Q(case_id__in=cases) | Q(case__materials__document__in=[one.pk for one in documents])
    found: dict[str, list[ArchivedCase]] = {}
    for file in ArchivedCase.objects.filter(held).distinct():
        for item in file.items:
            if item["document"] in asked:
                found.setdefault(item["document"], []).append(file)
    return found


def _until(pack: Pack, document: Document, files: list[ArchivedCase], today: date) -> date | None:
    """The pack's term for pictures, the document's own, the terms of the files that hold it: the longest counts."""
    ends = [file.retention_until for file in files]
    if document.retention_until is not None:
        ends.append(document.retention_until)
    term = pack.setting("evidence.retention", today).value
    if term != "archive_rules":
        months = int(term["count"]) * (12 if term["unit"] == "year" else 1)
        ends.append(add_months(_added_on(document), months))
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def disposal_propose(
    *, actor: Actor, document_ids: Sequence[UUID], today: date, idempotency_key: str | None = None
) -> Case:
    """Propose pictures for destruction. Raises InputRefused NO_FILES; CaseRefused RETENTION_RUNNING, CASE_STILL_OPEN."""
    with unit_of_work(actor, "disposal_propose"):
        wanted = list(dict.fromkeys(document_ids))
        documents = list(pictures(actor.scope).filter(id__in=wanted))
        if not 0 < len(wanted) <= AT_ONCE or len(documents) < len(wanted):
            raise InputRefused(
                "NO_FILES",
                _("请从名单中选1至{most}份影像。").format(most=AT_ONCE),
                remedy=_("请刷新页面，重新选择。"),
            )
        kept = pictures_kept(actor.scope, documents, today)
        _refuse_early(actor.scope, kept, today)
        proposal = {
            "count": len(kept), "document_ids": [str(one.document.pk) for one in kept],
            "lines": [
                {"title": f"{_name(one.document)} {one.document.name}", "from_on": str(one.added_on), "until_on": str(one.until),
                 "sha256": one.document.sha256}
                for one in kept
            ],
        }  # fmt: skip
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(actor.scope), division_path=actor.scope,
            title=chinese("到期影像销毁 {count} 份").format(count=len(kept)), proposal=proposal, today=today,
            idempotency_key=idempotency_key,
        )  # fmt: skip


def _name(document: Document) -> str:
    """In Chinese whatever the screen speaks, for it is stored."""
    return MATERIALS.get(document.document_class, "影像")


def _refuse_early(scope: str, kept: Sequence[Kept], today: date) -> None:
    early = [one for one in kept if not one.is_due(today)]
    if early:
        words = "、".join(
            _("{name}（保管至 {day}）").format(name=one.document.name, day=one.until or _("永久"))
            for one in early[:SHOWN_NUMBERS]
        )
        raise CaseRefused(
            "RETENTION_RUNNING",
            _("保管期未满，不能删除：{words}。").format(words=words),
            remedy=_("请在保管期满以后提出销毁。"),
            citation=pack_of(scope).setting("evidence.retention", today).citation,
        )
    running = Case.objects.filter(
        Q(pk__in=[one.document.case_id for one in kept if one.document.case_id])
        | Q(materials__document__in=[one.document.pk for one in kept], materials__removed_at__isnull=True),
        is_open=True,
    )
    if numbers := sorted(set(running.values_list("number", flat=True))):
        raise CaseRefused(
            "CASE_STILL_OPEN",
            _("还在办的业务用着这些影像：{numbers}。").format(numbers="、".join(numbers[:SHOWN_NUMBERS])),
            remedy=_("请等业务办结。"),
        )


def _destroyed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the rows say when and by which case; the contents go once that is committed."""
    ids = [UUID(one) for one in case.proposal["document_ids"]]
    documents = list(
        Document.objects.select_for_update().filter(id__in=ids, disposed_on__isnull=True).order_by("id")
    )
    _refuse_early(case.division_path, pictures_kept(case.division_path, documents, today), today)
    Document.objects.filter(id__in=[one.pk for one in documents]).update(
        disposed_on=today, disposal_case_id=case.pk
    )
    transaction.on_commit(lambda: contents_remove(ids))


def contents_remove(ids: Sequence[UUID]) -> int:
    """Take the contents of destroyed documents from the disk unless another document has the same; how many went.

    Safe to repeat: what is gone is gone. A process killed before this leaves the content, which the check of the archive names
    and this removes when called again.
    """
    gone = 0
    # The same content may belong to another county, which row security would hide.
    with read_scope("%"):
        for one in Document.objects.filter(id__in=ids, disposed_on__isnull=False):
            if not Document.objects.filter(sha256=one.sha256, disposed_on__isnull=True).exists():
                gone += file_remove(one)
    return gone


def leftovers() -> list[UUID]:
    """Destroyed documents; calling `contents_remove` with them finishes what a killed process left."""
    return list(Document.objects.filter(disposed_on__isnull=False).values_list("id", flat=True))


register(
    CaseKind(
        KIND,
        "到期影像销毁",
        propose_and_decide(
            makers=frozenset({"handler"}), make_steps=(), deciders=frozenset({"approver"}), decide_steps=()
        ),
        {"approve": _destroyed},
    )
)
