"""村级申领: what the village assistant does for a pension: bring the notices, take the papers in, add one, send them up.

Worked example: the assistant of 新民村 sees two notices to bring and three collected claims; she adds a photo of an identity card
to one, ticks all three and presses 汇总上报. Nothing on the page decides; a step that does is refused by its table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case, CaseEvent, CaseMaterial
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.benefits.benefit_notices import KIND as NOTICE
from jubao.services.benefits.ordinary_claim_kind import KIND as CLAIM
from jubao.services.benefits.ordinary_claims import papers_asked
from jubao.services.benefits.ordinary_collections import claims_send_up
from jubao.services.cases.engine import advance, material_add
from jubao.services.cases.material_words import material_title
from jubao.services.documents.images import scan_store
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.views.benefit_notices import is_noticed

SENT_SHOWN = 50


@page("village-claims")
def index(request: HttpRequest) -> HttpResponse:
    """Notices to bring, claims to send up, claims under way."""
    if request.method == "POST":
        run = ACTIONS.get(request.POST.get("do", ""))
        if run is None:
            raise Http404
        said = attempt(request, lambda: run(request))
        if said is not None:
            messages.success(request, said)
        return redirect("village-claims")
    cases = in_scope(actor_of(request)).select_related("person")
    collected = list(cases.filter(kind=CLAIM, state="collected", is_open=True).order_by("id"))
    sent = list(cases.filter(kind=CLAIM).exclude(state="collected").order_by("-id")[:SENT_SHOWN])
    known: dict[str, Any] = {
        "is_noticed": is_noticed(actor_of(request)),
        "notices": cases.filter(kind=NOTICE, state="informed", is_open=True).order_by("id"),
        "collected": [(case, _papers(case), _returned(case)) for case in collected],
        "sent": [(case, state_tag(case)) for case in sent],
        "kinds": [(kind, material_title(kind)) for kind in _kinds(request)],
        "key": uuid4(),
    }
    return render(request, "workbench/claims/village.html", known)


def _kinds(request: HttpRequest) -> list[str]:
    asked = papers_asked(actor_of(request).scope, today())
    return list(dict.fromkeys([*asked, "id_document", "household_booklet", "only_child_material", "other"]))


def _papers(case: Case) -> str:
    kinds = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).values_list("kind", flat=True)
    return "、".join(material_title(kind) for kind in dict.fromkeys(kinds))


def _returned(case: Case) -> str:
    """Why the township sent it back, where it did."""
    last = CaseEvent.objects.filter(case=case).exclude(action="viewed").order_by("sequence").last()
    return last.reason if last and last.action == "return_village" else ""


def _one(request: HttpRequest, kind: str) -> Case:
    sent = request.POST.get("case", "")
    found: Case | None = (
        in_scope(actor_of(request)).filter(kind=kind, pk=UUID(sent)).first() if sent else None
    )
    if found is None:
        raise InputRefused("CASE_UNKNOWN", _("没有这项业务。"), remedy=_("请刷新页面。"))
    return found


def _brought(request: HttpRequest) -> str:
    case = _one(request, NOTICE)
    advance(
        actor=actor_of(request), case_id=case.pk, action="deliver", expected_version=case.version, today=today(),
        now=now(),
    )  # fmt: skip
    return _("{number} 已登记送达。").format(number=case.number)


def _added(request: HttpRequest) -> str:
    case, given = _one(request, CLAIM), request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if given is None or kind not in _kinds(request):
        raise InputRefused(
            "FILE_MISSING", _("没有选择文件或材料种类。"), remedy=_("请选择扫描件或照片和它的种类。")
        )
    document = scan_store(
        actor=actor_of(request), content=given.read(), name=given.name or "", document_class=kind,
        person_id=case.person_id, district_code=case.district_code, case_id=case.pk,
    )  # fmt: skip
    material_add(actor=actor_of(request), case_id=case.pk, kind=kind, document_id=document.pk)
    return _("材料已加入 {number}。").format(number=case.number)


def _sent_up(request: HttpRequest) -> str:
    chosen = [UUID(one) for one in request.POST.getlist("row")]
    made = claims_send_up(
        actor=actor_of(request), case_ids=chosen, today=today(), now=now(),
        idempotency_key=request.POST.get("key") or None,
    )  # fmt: skip
    return _("已上报 {count} 份，清单 {number}。").format(count=made.proposal["count"], number=made.number)


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "brought": _brought,
    "add": _added,
    "send": _sent_up,
}
