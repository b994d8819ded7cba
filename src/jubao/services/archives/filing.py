"""Filing a finished case of any kind: its papers with hash, a record of its steps, category, file number, term and keeper.

Worked example: 王秀兰's deregistration taken at 穆家营子镇 is filed as DA-150404-2026-000012, category 人员登记和变更, kept until
2126-03-02, kept by the township. Without the copy of the identity card nothing is filed (ARCHIVE_INCOMPLETE names it).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from jubao.archive.models import ArchivedCase, Document
from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.database.invariant import Violation
from jubao.kernel.dates import add_months
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.archives.items import RECORD, Item, archive_items, category_of, has_every_paper_named
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.cases.kinds import kind_of, level_of
from jubao.services.cases.material_words import MATERIALS, material_title
from jubao.services.cases.numbers import next_number
from jubao.services.documents.store import document_problem, document_store
from jubao.staff.regions import pack_of

NOT_FILED = ("withdrawn",)
"""Outcomes that leave nothing to file."""


def archive_file(*, actor: Actor, case: Case, today: date) -> ArchivedCase:
    """File a finished case; filed once, the same answer again.

    Raises CaseRefused NOT_FINISHED, ARCHIVE_INCOMPLETE, NO_CATEGORY.
    """
    found = archived_case(case.pk)
    if found is not None:
        return found
    if case.is_open or case.outcome in NOT_FILED:
        raise CaseRefused("NOT_FINISHED", _("业务还没有办结，不能归档。"), remedy=_("请在复核同意后归档。"))
    category = category_of(case, today)
    items = archive_items(case, today)
    _refuse_missing(case, items, today)
    until = retention_until(pack_of(case.division_path), category, today)
    with inside_unit(actor, "archive_file"):
        kept = [(item.kind, one) for item in items for one in item.documents]
        if not has_every_paper_named(case, today):
            kept.append((RECORD, _record(actor, case, until)))
        Document.objects.filter(id__in=[one.id for _kind, one in kept]).update(retention_until=until)
        return ArchivedCase.objects.create(
            case=case, division_path=case.division_path, category=category, retention_until=until, archived_on=today,
            number=f"DA-{next_number(case.district_code, today.year, 'archive')}", officer_id=actor.officer_id,
            keeper_path=keeper_of(case), items=[
                {"kind": kind, "document": str(one.id), "sha256": one.sha256, "name": one.name} for kind, one in kept
            ],
        )  # fmt: skip


def keeper_of(case: Case) -> str:
    """The office that keeps the originals: the township that took the case, else the district."""
    taken = CaseEvent.objects.filter(case=case).order_by("sequence").values_list("place_path", flat=True)
    steps = [case.division_path[: end + 1] for end, sign in enumerate(case.division_path) if sign == "/"]
    district = next((step for step in steps if level_of(step) == "district"), case.division_path)
    for place in taken:
        above = [place[: end + 1] for end, sign in enumerate(place) if sign == "/"]
        township = next((step for step in above if level_of(step) == "township"), "")
        if township.startswith(district):
            return township
    return district


def _record(actor: Actor, case: Case, until: date | None) -> Document:
    """The steps of the case as they stand in the system: the electronic record that has no paper."""
    kind = kind_of(case.kind)
    titles = {one.action: one.title for one in kind.transitions}
    steps = CaseEvent.objects.filter(case=case).exclude(action="viewed").order_by("sequence")
    told = {
        "number": case.number, "title": kind.title, "state": kind.state_title(case.state),
        "proposal": case.proposal,
        "steps": [
            {"action": titles.get(one.action, one.action), "at": one.at.isoformat(timespec="seconds"), "reason": one.reason}
            for one in steps
        ],
    }  # fmt: skip
    return document_store(
        actor=actor, content=json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode(),
        name=f"{case.number}-{MATERIALS[RECORD]}.json", content_type="application/json", document_class=RECORD,
        case_id=case.pk, person_id=case.person_id, district_code=case.district_code, retention_until=until,
        is_encrypted=True,
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


def archive_summary(filed: ArchivedCase) -> dict[str, Any]:
    """A file as a page shows it: items with title, name and hash, category and until when."""
    return {
        "filed": filed,
        "items": [{**item, "title": material_title(item["kind"])} for item in filed.items],
        "problems": archive_problems(filed),
    }


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
