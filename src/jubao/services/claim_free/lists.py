"""核实, ✓ 暂存 and 保存 of the query list: an edited row waits as a draft until it is saved, each row whole or not at all.

Worked example: 李静 corrects three numbers and ticks each; after a reload the rows still show them as pending and the stored
numbers are those of before. 保存: two are stored, the third has ten digits and is reported with the reason; its draft stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jubao.cases.models import Case
from jubao.claim_free.models import ListDraft
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_name
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.services.cases.checks import CaseRefused, check_place
from jubao.services.cases.engine import advance
from jubao.services.claim_free.cases import KIND
from jubao.services.claim_free.notices import Line, Report, for_each, refused_line
from jubao.services.claim_free.phones import KEEPERS, SOURCES, phone_correct

LONGEST = 30


def list_verify(
    *, actor: Actor, case_ids: Sequence[UUID], today: date, now: datetime, is_rehearsal: bool = False
) -> Report:
    """核实: the preliminary check of the list; each case goes to `verified` with officer and time, or is reported."""

    def verify(case: Case) -> None:
        advance(
            actor=actor, case_id=case.id, action="verify", expected_version=case.version, today=today, now=now
        )

    return for_each(actor, "list_verify", case_ids, verify, is_rehearsal=is_rehearsal)


def draft_keep(*, actor: Actor, case_id: UUID, mobile: str, source: str) -> ListDraft:
    """✓: keep an edited row as typed; nothing of the person changes. Raises CaseRefused CASE_NOT_FOUND, POST_REQUIRED."""
    with unit_of_work(actor, "draft_keep", case_id=case_id):
        case = _listed(actor, case_id)
        draft, _is_new = ListDraft.objects.update_or_create(
            case=case, officer_id=_officer(actor),
            defaults={"values": {"mobile": mobile.strip()[:LONGEST], "source": source if source in SOURCES else "OFFICE"}},
        )  # fmt: skip
        return draft


def draft_drop(*, actor: Actor, case_id: UUID) -> None:
    """Give an edited row up."""
    with unit_of_work(actor, "draft_drop", case_id=case_id):
        ListDraft.objects.filter(case_id=case_id, officer_id=_officer(actor)).delete()


def drafts_of(actor: Actor, case_ids: Sequence[UUID] | None = None) -> dict[UUID, dict[str, Any]]:
    """The officer's own drafts by case; those of other places are not seen."""
    found = ListDraft.objects.filter(officer_id=_officer(actor), case__division_path__startswith=actor.scope)
    if case_ids is not None:
        found = found.filter(case_id__in=case_ids)
    return dict(found.order_by("id").values_list("case_id", "values"))


def drafts_save(*, actor: Actor, today: date) -> Report:
    """保存: every draft of the officer, each row for itself; one line per row. A refused row keeps its draft."""
    lines = []
    with unit_of_work(actor, "drafts_save"):
        drafts = ListDraft.objects.filter(
            officer_id=_officer(actor), case__division_path__startswith=actor.scope
        )
        for draft in drafts.select_related("case__person").order_by("id"):
            lines.append(_saved(actor, draft, today))
    return Report(tuple(lines))


def _officer(actor: Actor) -> UUID:
    """Drafts are an officer's own; the program and participants have none."""
    if actor.officer_id is None:
        raise CaseRefused("POST_REQUIRED", _("草稿只属于经办人员。"), remedy=_("请用工作人员账号登录。"))
    return actor.officer_id


def _saved(actor: Actor, draft: ListDraft, today: date) -> Line:
    case = draft.case
    name = masked_name(case.person.name) if case.person else ""
    try:
        with transaction.atomic():
            assert case.person_id is not None
            phone_correct(
                actor=actor, person_id=case.person_id, mobile=draft.values["mobile"], source=draft.values["source"],
                today=today, case_id=case.id,
            )  # fmt: skip
            draft.delete()
        return Line(case.id, name)
    except DomainError as refused:
        return refused_line(case.id, name, refused)


def _listed(actor: Actor, case_id: UUID) -> Case:
    case = Case.objects.filter(id=case_id, kind=KIND).first()
    if case is None:
        raise CaseRefused("CASE_NOT_FOUND", _("您的辖区内没有这项业务。"), remedy=_("请刷新名单。"))
    check_place(actor, case.division_path)
    if not actor.posts & KEEPERS:
        raise CaseRefused(
            "POST_REQUIRED", _("联系电话由办理岗、受理岗维护。"), remedy=_("请转交有该岗位的人员。")
        )
    return case


__all__ = ["draft_drop", "draft_keep", "drafts_of", "drafts_save", "list_verify"]
