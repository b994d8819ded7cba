"""What belongs into the file of a case: the papers the region's text names for its kind, and those that were handed in.

Worked example: 松山's `deregistration` has the step `archive` with the form, the copy of the identity card and the application
materials: a file has all three or is not made. A kind without such a step is filed with whatever it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jubao.archive.models import Document
from jubao.cases.models import Case, CaseMaterial
from jubao.kernel.errors import NotCovered
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import kind_of, kinds
from jubao.services.cases.material_words import material_title
from jubao.staff.regions import pack_of

STEP = "archive"
OTHERS = "application_materials"
"""In a pack's list: whatever else was handed in, at least one paper."""
DETERMINATION = "determination_form"
FULL = ("approved", "done")
"""Outcomes after which every named paper must be there; what was refused or expired is filed as it is."""
RECORD = "case_record"
BOUND_TO_KINDS = "pension_benefit_determination"
Needed = Callable[[Case, str], bool]
_NEEDED: dict[str, Needed] = {}


def needed_by(kind: str, is_needed: Needed) -> None:
    """Say for a kind of case which of the named papers a case needs; without it, all of them."""
    _NEEDED[kind] = is_needed


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


def category_of(case: Case, today: date) -> str:
    """The category of a case's file. Raises CaseRefused NO_CATEGORY. Source: the pack's `archive.categories`."""
    known = pack_of(case.division_path).setting("archive.categories", today)
    if case.kind not in known.value:
        raise CaseRefused(
            "NO_CATEGORY",
            _("{title}没有归档类别。").format(title=kind_of(case.kind).title),
            remedy=_("请在政策包的 archive.categories 中写明这种业务的类别。"),
        )
    return str(known.value[case.kind])


def named_kinds(case: Case, today: date) -> list[str] | None:
    """The papers a region's text names for the file of such a case, in order; None where no text names any."""
    kinds()  # imports every service once, so that each kind has said what its file needs
    pack = pack_of(case.division_path)
    step = _step_materials(pack, kind_of(case.kind).workflow or case.kind, today)
    if step:
        return step
    if category_of(case, today) == BOUND_TO_KINDS and case.kind in _NEEDED:
        return list(pack.setting("archive.kinds", today).value)
    return None


def _step_materials(pack: Pack, workflow: str, today: date) -> list[str]:
    try:
        steps = pack.workflow(workflow, today).steps
    except NotCovered:
        return []
    return next((list(one.materials) for one in steps if one.step == STEP), [])


def archive_items(case: Case, today: date) -> list[Item]:
    """The kinds of the file in order, with the papers of the case. Shape: one item per kind of paper."""
    papers: dict[str, list[Document]] = {}
    materials = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).select_related("document")
    for material in materials.order_by("added_at", "id"):
        papers.setdefault(material.kind, []).append(material.document)
    # What the handler made last counts; an earlier form of a returned case was replaced by it.
    if DETERMINATION in papers:
        papers[DETERMINATION] = papers[DETERMINATION][-1:]
    named = named_kinds(case, today)
    if named is None:
        return [Item(kind, material_title(kind), False, tuple(found)) for kind, found in papers.items()]
    is_full = case.is_open or case.outcome in FULL
    needed = _NEEDED.get(case.kind, _always)
    found = []
    for kind in named:
        if kind == OTHERS:
            rest = tuple(one for other, ones in papers.items() if other not in named for one in ones)
            found.append(Item(kind, material_title(kind), is_full, rest))
        else:
            is_required = is_full and needed(case, kind)
            found.append(Item(kind, material_title(kind), is_required, tuple(papers.get(kind, ()))))
    return found


def _always(_case: Case, _kind: str) -> bool:
    return True


def has_every_paper_named(case: Case, today: date) -> bool:
    """Whether the text names every paper of the file, so that nothing else is added to it."""
    named = named_kinds(case, today)
    return named is not None and OTHERS not in named
