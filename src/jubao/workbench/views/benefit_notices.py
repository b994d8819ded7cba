"""领取告知: the township's list of those who turn of age next month, matched, with rights record, and the notices of it.

Worked example: in 2024-05 the page of 兴安街道 lists four people; 比对并下达 makes three notices, the fourth row
says 已在领取其他基本养老保险待遇 and stays without one. The PDF of each is printed from the row.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.benefits.benefit_notice_forms import CLASS
from jubao.services.benefits.benefit_notices import (
    KIND,
    Issued,
    month_turning,
    notices_issue,
    reaching_list,
)
from jubao.services.cases.kinds import may_open
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.papers import shown_document
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names
from jubao.workbench.sent import month_asked


def is_noticed(actor: Actor) -> bool:
    """Whether the officer's region tells people by a notice and lets the village collect."""
    found = pack_of(actor.scope).find_setting("claim.way", today())
    return found is not None and found.value == "notice_and_village"


@page("benefit-notices")
def index(request: HttpRequest) -> HttpResponse:
    """The list of a month with what was found about each; 比对并下达 draws it."""
    actor, month = actor_of(request), month_asked(request)
    if request.method == "POST":
        sent = request.POST
        chosen = [UUID(one) for one in sent.getlist("row")] if sent.get("do") == "chosen" else None
        done = attempt(request, lambda: _issued(actor, month, chosen))
        if done is not None:
            words = _("已下达 {made} 份告知书；早先已下达 {known} 份；有妨碍没有下达 {marked} 人。")
            messages.success(request, words.format(made=done.made, known=done.known, marked=done.marked))
        return redirect(f"{request.path}?month={month}")
    known: dict[str, Any] = {"month": str(month), "is_noticed": is_noticed(actor)}
    if known["is_noticed"]:
        known |= _rows(request, actor, month)
    return render(request, "workbench/claims/notices.html", known)


def _issued(actor: Actor, month: Month, chosen: list[UUID] | None) -> Issued:
    if chosen == []:
        raise InputRefused("NOTHING_CHOSEN", _("没有选择人员。"), remedy=_("请勾选后再下达。"))
    return notices_issue(
        actor=actor, division_path=actor.scope, month=month, today=today(), now=now(), chosen=chosen
    )


def _rows(request: HttpRequest, actor: Actor, month: Month) -> dict[str, Any]:
    found = attempt(request, lambda: reaching_list(scope=actor.scope, month=month, today=today())) or []
    names = place_names([one.enrolment.division_path for one in found])
    return {
        "rows": [
            (one, names.get(one.enrolment.division_path, ""), state_tag(one.case) if one.case else "")
            for one in found
        ],
        "turning": str(month_turning(actor.scope, month, today())),
        "cleared": sum(1 for one in found if not one.obstacles),
        "may_issue": may_open(actor, KIND, pack_of(actor.scope), today()),
    }


@page("benefit-notice-file")
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The notice as it was made, to print and bring."""
    actor = actor_of(request)
    case: Case | None = in_scope(actor).filter(pk=case_id, kind=KIND).first()
    if case is None:
        raise Http404
    last = (
        CaseMaterial.objects.filter(case=case, kind=CLASS, removed_at__isnull=True)
        .order_by("added_at", "id")
        .last()
    )
    return shown_document(actor, last.document_id if last else None, case)
