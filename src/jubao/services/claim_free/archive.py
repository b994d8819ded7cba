"""Filing a finished claim: the kinds of the region with hash, category and term. No paper is asked for.

Worked example: 张桂芳's claim has identity card, signed 《信息确认表》, 《待遇核定表》 and, because the supplement rests on it,
the proof of the only child: file DA-500110-2026-000012, category pension_benefit_determination, kept until 2076-11-20.
Without the determination form nothing is filed (ARCHIVE_INCOMPLETE names what is missing).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.archive.models import ArchivedCase, Document
from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.database.invariant import Violation
from jubao.kernel.dates import add_months
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.cases.material_words import material_title
from jubao.services.cases.numbers import next_number
from jubao.services.documents.store import document_problem
from jubao.staff.regions import pack_of

CATEGORY = "pension_benefit_determination"
ONLY_CHILD, FORM, DETERMINATION = "only_child_material", "confirmation_form", "determination_form"
FINISHED = "approved"


@dataclass(frozen=True)
class Item:
    """One kind of the electronic archive: whether this case needs it, and the papers that are there."""

    kind: str
    title: str
    is_required: bool
    documents: tuple[Document, ...]

    @property
    def is_missing(self) -> bool:
        """Needed and not there."""
        return self.is_required and not self.documents


def archive_items(case: Case, today: date) -> list[Item]:
    """The kinds of the region in order, with the papers of the case. Shape: one item per kind of `archive.kinds`."""
    pack = pack_of(case.division_path)
    papers: dict[str, list[Document]] = {}
    materials = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).select_related("document")
    for material in materials.order_by("added_at", "id"):
        papers.setdefault(material.kind, []).append(material.document)
    # What the handler made last counts; an earlier form of a returned case was replaced by it.
    papers[DETERMINATION] = papers.get(DETERMINATION, [])[-1:]
    return [
        Item(kind, material_title(kind), _is_required(kind, case), tuple(papers.get(kind, ())))
        for kind in pack.setting("archive.kinds", today).value
    ]


def archive_file(*, actor: Actor, case: Case, today: date) -> ArchivedCase:
    """File a finished case; filed once, the same answer again. Raises CaseRefused ARCHIVE_INCOMPLETE, NOT_FINISHED."""
    found = ArchivedCase.objects.filter(case=case).first()
    if found is not None:
        return found
    if case.state != FINISHED:
        raise CaseRefused("NOT_FINISHED", _("业务还没有办结，不能归档。"), remedy=_("请在复核同意后归档。"))
    items = archive_items(case, today)
    _refuse_missing(case, items, today)
    until = retention_until(pack_of(case.division_path), CATEGORY, today)
    kept = [one for item in items for one in item.documents]
    with inside_unit(actor, "archive_file"):
        Document.objects.filter(id__in=[one.id for one in kept]).update(retention_until=until)
        return ArchivedCase.objects.create(
            case=case, division_path=case.division_path, category=CATEGORY, retention_until=until, archived_on=today,
            number=f"DA-{next_number(case.district_code, today.year, 'archive')}", officer_id=actor.officer_id,
            items=[
                {"kind": item.kind, "document": str(one.id), "sha256": one.sha256, "name": one.name}
                for item in items for one in item.documents
            ],
        )  # fmt: skip


def retention_until(pack: Pack, category: str, on: date) -> date | None:
    """The day until which a category is kept; None is permanent. Source: the pack's `archive.retention`."""
    rule = pack.setting("archive.retention", on).value[category]
    return None if rule == "permanent" else add_months(on, 12 * int(rule["count"]))


def archive_problems(filed: ArchivedCase) -> list[str]:
    """What is missing from a file or changed since it was filed; nothing when it is whole."""
    problems = []
    documents = {
        str(one.id): one for one in Document.objects.filter(id__in=[item["document"] for item in filed.items])
    }
    for item in filed.items:
        document = documents.get(item["document"])
        title = material_title(item["kind"])
        if document is None:
            problems.append(_("{title}：登记没有了").format(title=title))
        elif document.sha256 != item["sha256"]:
            problems.append(_("{title}：登记的校验值与归档时不同").format(title=title))
        elif problem := document_problem(document):
            problems.append(f"{title}：{problem}")
    return problems


def archive_violations() -> Iterator[Violation]:
    """Every file whose items are not all there as they were filed (Q2)."""
    for filed in ArchivedCase.objects.order_by("id").iterator(chunk_size=1000):
        for problem in archive_problems(filed):
            yield Violation("Q2", "archive_archivedcase", str(filed.id), problem)


def archived_case(case_id: UUID) -> ArchivedCase | None:
    """The file of a case, once it is filed."""
    return ArchivedCase.objects.filter(case_id=case_id).first()


def _is_required(kind: str, case: Case) -> bool:
    """The proof of the only child only where the supplement rests on a paper and not on the sharing platform."""
    if kind == FORM:
        return case.kind == "claim_free"
    if kind != ONLY_CHILD:
        return True
    from jubao.services.claim_free.confirmed import is_platform_only_child

    form = ConfirmationForm.objects.filter(case=case, state=ConfirmationForm.State.CONSENT).first()
    is_claimed = bool(case.proposal.get("is_only_child", form.is_only_child if form else False))
    return is_claimed and not is_platform_only_child(case.person_id)


def _refuse_missing(case: Case, items: list[Item], today: date) -> None:
    missing = [item.title for item in items if item.is_missing]
    lost = [
        f"{one.name}：{problem}"
        for item in items
        for one in item.documents
        if (problem := document_problem(one))
    ]
    if missing or lost:
        words = "；".join([*(_("缺{title}").format(title=title) for title in missing), *lost])
        raise CaseRefused(
            "ARCHIVE_INCOMPLETE",
            _("电子档案不齐，不能归档：{words}。").format(words=words),
            remedy=_("请补齐后再办结归档；不需要纸质档案。"),
            citation=pack_of(case.division_path).setting("archive.kinds", today).citation,
        )


def archive_summary(filed: ArchivedCase) -> dict[str, Any]:
    """A file as a page shows it: items with title, name and hash, category and until when."""
    return {
        "filed": filed,
        "items": [{**item, "title": material_title(item["kind"])} for item in filed.items],
        "problems": archive_problems(filed),
    }
