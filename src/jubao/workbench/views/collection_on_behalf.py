"""政府代缴: the assistant tells, collects and sends up; the township and the district decide on the page of the case.

Worked example: the assistant of 新民村 sends 李强's disability card up; the list shows 待镇街确认,
later 已生效 with 2024 and 100.00.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.contributions.models import OnBehalfOrder
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.cases.engine import advance, material_add
from jubao.services.cases.material_words import material_title
from jubao.services.collection.on_behalf import KIND, on_behalf_collect
from jubao.services.documents.images import scan_store
from jubao.services.people.divisions import district_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.views.collection_village import enrolment_by_number, year_of

HERE = "on-behalf"
PAPERS = ("proof_documents", "id_document", "household_booklet", "other")
SHOWN = 100


@page(HERE)
def index(request: HttpRequest) -> HttpResponse:
    """Cases of the place with their orders; the assistant's form."""
    if request.method == "POST":
        run = {"collect": _collected, "add": _added, "again": _again}.get(
            request.POST.get("do", ""), _unknown
        )
        said = attempt(request, lambda: run(request))
        if said is not None:
            messages.success(request, said)
        return redirect(HERE)
    actor = actor_of(request)
    cases = list(
        Case.objects.select_related("person")
        .filter(kind=KIND, division_path__startswith=actor.scope)
        .order_by("-id")[:SHOWN]
    )
    orders = {
        one.case_id: one for one in OnBehalfOrder.objects.filter(case_id__in=[case.pk for case in cases])
    }
    known: dict[str, Any] = {
        "rows": [(case, state_tag(case), orders.get(case.pk)) for case in cases],
        "waiting": [case for case in cases if case.state in ("sent", "returned")],
        "is_assistant": "village_assistant" in actor.posts,
        "papers": [(kind, material_title(kind)) for kind in PAPERS],
        "year": today().year,
        "key": uuid4(),
    }
    return render(request, "workbench/collection/on_behalf.html", known)


def _unknown(request: HttpRequest) -> str:
    raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))


def _paper(request: HttpRequest, case: Case | None = None, person_id: Any = None) -> list[tuple[str, Any]]:
    """The scan that was sent, stored; nothing where none was."""
    given, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if given is None:
        return []
    if kind not in PAPERS:
        raise InputRefused(
            "FILE_MISSING", _("没有选择材料种类。"), remedy=_("请选择扫描件或照片和它的种类。")
        )
    actor = actor_of(request)
    document = scan_store(
        actor=actor, content=given.read(), name=given.name or "", document_class=kind, person_id=person_id,
        district_code=district_of(actor.scope), case_id=case.pk if case else None,
    )  # fmt: skip
    return [(kind, document.pk)]


def _collected(request: HttpRequest) -> str:
    who = enrolment_by_number(request, request.POST.get("number", ""))
    made = on_behalf_collect(
        actor=actor_of(request), enrolment_id=who.pk, year=year_of(request.POST.get("year", "")),
        materials=_paper(request, person_id=who.person_id), today=today(),
    )  # fmt: skip
    return _("已收件并上报镇街，编号 {number}。").format(number=made.number)


def _case(request: HttpRequest) -> Case:
    sent = request.POST.get("case", "")
    found = Case.objects.filter(kind=KIND, pk=sent, division_path__startswith=actor_of(request).scope).first()
    if found is None:
        raise InputRefused("CASE_UNKNOWN", _("没有这项业务。"), remedy=_("请刷新页面。"))
    return found


def _added(request: HttpRequest) -> str:
    case = _case(request)
    papers = _paper(request, case, case.person_id)
    if not papers:
        raise InputRefused(
            "FILE_MISSING", _("没有选择文件或材料种类。"), remedy=_("请选择扫描件或照片和它的种类。")
        )
    for kind, document_id in papers:
        material_add(actor=actor_of(request), case_id=case.pk, kind=kind, document_id=document_id)
    return _("材料已加入 {number}。").format(number=case.number)


def _again(request: HttpRequest) -> str:
    case = _case(request)
    done = advance(
        actor=actor_of(request),
        case_id=case.pk,
        action="send_again",
        expected_version=case.version,
        today=today(),
        now=now(),
    )
    return _("{number} 已重新上报。").format(number=done.number)
