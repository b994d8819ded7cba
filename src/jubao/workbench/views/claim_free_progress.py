"""受理业务进度查询: find an acceptance, follow its steps, print the 《业务受理单》, hand out the 《待遇核定表》.

Worked example: the clerk types an identity number; the case stands at 待复核, held by 复核岗 since yesterday; 打印受理单
gives the same bytes as on the first day. A case nobody has accepted has no receipt.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jubao.cases.models import Case, CaseMaterial, Receipt
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _, chinese
from jubao.services.access.city_reach import reach_of
from jubao.services.access.log import access_record
from jubao.services.cases.checks import CaseRefused
from jubao.services.documents.receipts import receipt_in_force, receipt_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import fill, state_tag
from jubao.workbench.faces import actor_of, refusal_text, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.papers import shown_document
from jubao.workbench.reads.claim_progress import (
    flag_of,
    found_by,
    holder_of,
    lines_of,
    progress_cases,
)
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.places import place_names
from jubao.workbench.templatetags.figures import day

TYPED = "claim_progress_search"
STATES = (
    ("accepted", "已受理"), ("returned", "已退回受理"), ("handled", "待复核"), ("approved", "已办结"),
    ("waived", "本人放弃"), ("revoked", "已撤销标识"),
)  # fmt: skip
ACCEPTED = ("accepted", "returned", "handled", "approved", "waived", "rejected", "withdrawn", "ceased")


def _listing() -> Listing:
    return Listing(
        key="claim-free-progress",
        columns=(
            Column("number", "业务编号", lambda case: case.number, sort="number"),
            Column("receipt", "受理单号", lambda case: _receipt_number(case)),
            Column("about", "参保人", lambda case: case.person.name),
            Column("place", "镇街、村社", lambda case: case.place),
            Column("state", "状态", state_tag),
            Column("due", "时限", lambda case: due_tag(case.due_on, today(), is_open=case.is_open)),
            Column("opened", "受理日期", lambda case: day(_accepted_on(case)), sort="id"),
        ),
        filters=(
            Filter("state", "状态", lambda cases, value: cases.filter(state=value), "choice", lambda: STATES),
            Filter("kind", "业务", lambda cases, value: cases.filter(kind=value), "choice",
                   lambda: (("claim_free", "免申即享"), ("ordinary_claim", "居保待遇申领"))),
        ),
        sort="-opened",
        link=lambda case: reverse("claim-free-progress-case", args=[case.pk]),
        empty_title="没有符合条件的受理业务",
        empty_help="这里有本机构受理的和本辖区参保人的业务；可按身份证号码、业务编号、受理单号或姓名查询。",
        enrich=fill,
    )  # fmt: skip


def _receipt_number(case: Case) -> str:
    receipt = _last_receipt(case)
    return receipt.number if receipt else "—"


def _accepted_on(case: Case) -> date:
    receipt = _last_receipt(case)
    return receipt.accepted_on if receipt else case.opened_at.date()


def _last_receipt(case: Case) -> Receipt | None:
    return max(case.receipts.all(), key=lambda one: one.issue, default=None)


@page("claim-free-progress")
def find(request: HttpRequest) -> HttpResponse:
    """Take what was typed, or list; no number stands in an address."""
    if request.method == "POST":
        request.session[TYPED] = request.POST.get("q", "").strip()[:60]
        return redirect("claim-free-progress")
    actor = actor_of(request)
    text = request.session.get(TYPED, "")
    with read_scope(reach_of(actor)):
        cases = progress_cases(actor)
        cases = found_by(cases, text) if text else cases.filter(state__in=ACCEPTED)
        found = page_of(request, _listing(), cases)
    known = {"page": found, "text": text, "heading": "受理业务进度查询"}
    return render(request, "workbench/claim_free/progress.html", known)


@page("claim-free-progress-case")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: its steps, who holds it, what can be printed."""
    actor = actor_of(request)
    with read_scope(reach_of(actor)):
        case = _case(request, case_id)
        access_record(
            actor=actor, person_id=case.person_id, fields=["claim-free-progress"], purpose=chinese("查询办理进度"),
            case_id=case.pk,
        )  # fmt: skip
        papers = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).values_list(
            "kind", flat=True
        )
        known = {
            "case": case,
            "person": case.person,
            "state": state_tag(case),
            "due": due_tag(case.due_on, today(), is_open=case.is_open),
            "lines": lines_of(case),
            "holder": holder_of(case, today()) if case.is_open else "",
            "receipt": receipt_in_force(case),
            "flag": flag_of(case),
            "place": place_names([case.division_path]).get(case.division_path, ""),
            "has_refusal": "refusal_notice" in papers,
            "has_determination": case.state == "approved" and "determination_form" in papers,
            "is_inside": case.division_path.startswith(actor.scope),
            "may_roll_back": case.state == "approved"
            and "intake_clerk" in actor.posts
            and case.kind == "claim_free",
        }
    return render(request, "workbench/claim_free/progress_case.html", known)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = progress_cases(actor_of(request)).filter(pk=case_id).first()
    if found is None:
        raise CaseRefused(
            "CASE_NOT_FOUND",
            _("这项业务不是本机构受理的，也不在本辖区。"),
            remedy=_("请由受理机构或参保地查询。"),
        )
    return found


@page("claim-free-receipt")
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """《业务受理单》, the stored bytes; refused where nothing was accepted."""
    with read_scope(reach_of(actor_of(request))):
        case = _case(request, case_id)
        try:
            return shown_document(actor_of(request), receipt_of(case.pk).document_id, case)
        except DomainError as problem:
            messages.error(request, refusal_text(problem))
    return redirect("claim-free-progress-case", case_id)


@page("claim-free-result")
def result(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """What is handed to the person: the 《待遇核定表》 of a completed case, the notice of a refusal."""
    with read_scope(reach_of(actor_of(request))):
        case = _case(request, case_id)
        wanted = "refusal_notice" if kind == "refusal" else "determination_form"
        material = CaseMaterial.objects.filter(case=case, kind=wanted, removed_at__isnull=True)
        last = material.order_by("-added_at", "-id").first()
        is_there = last is not None and (wanted == "refusal_notice" or case.state == "approved")
        return shown_document(actor_of(request), last.document_id if last and is_there else None, case)
