"""回退领待业务: a death or a sentence before sixty, after the claim was completed, reported at the counter or by the township.

Worked example: completed on 2024-03-15, died on 2024-04-10, sixty on 2024-05-20: intake reports with the proof, 办理岗 rolls
back, 复核岗 approves on the page of that case; no pension begins and the deregistration stands open.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.benefits.models import Determination
from jubao.cases.models import Case
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record
from jubao.services.claim_free.cases import KIND
from jubao.services.claim_free.rollback import CAUSES, rollback_report
from jubao.services.documents.images import scan_store
from jubao.services.people.divisions import district_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.handling import amounts_of
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names


@page("claim-free-rollback")
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form of the report beside what was completed."""
    actor = actor_of(request)
    case = in_scope(actor).select_related("person").filter(pk=case_id, kind=KIND).first()
    if case is None or case.person is None or case.subject_id is None:
        raise Http404
    if request.method == "POST":
        done = attempt(request, lambda: _reported(request, case))
        if done is None:
            return redirect("claim-free-rollback", case_id)
        messages.success(request, _("已登记：{number}，请办理岗回退。").format(number=done.number))
        return redirect("case", done.pk)
    access_record(
        actor=actor, person_id=case.person_id, fields=["claim-free-rollback"], purpose=chinese("回退领待"), case_id=case.pk
    )  # fmt: skip
    begun = (
        Determination.objects.filter(entitlement__enrolment_id=case.subject_id).order_by("sequence").first()
    )
    known = {
        "case": case,
        "person": case.person,
        "amounts": amounts_of(case),
        "start_month": begun.month if begun else None,
        "place": place_names([case.division_path]).get(case.division_path, ""),
        "causes": CAUSES.items(),
        "key": uuid4(),
        "heading": "回退领待业务",
    }
    return render(request, "workbench/claim_free/rollback.html", known)


def _reported(request: HttpRequest, case: Case) -> Case:
    sent, given, actor = request.POST, request.FILES.get("file"), actor_of(request)
    if not sent.get("happened_on", "").strip():
        raise InputRefused("DAY_MISSING", _("没有填写发生日期。"), remedy=_("请照死亡证明或判决书填写。"))
    assert case.person_id is not None
    papers = []
    if given is not None:
        paper = scan_store(
            actor=actor, content=given.read(), name=given.name or "", document_class="evidence", person_id=case.person_id,
            district_code=district_of(case.division_path),
        )  # fmt: skip
        papers.append(("evidence", paper.pk))
    return rollback_report(
        actor=actor, person_id=case.person_id, cause=sent.get("cause", ""), happened_on=parse_date(sent["happened_on"]),
        source=sent.get("source", "").strip()[:60], reason=sent.get("reason", "").strip()[:300], today=today(),
        materials=papers, idempotency_key=sent.get("key") or None,
    )  # fmt: skip
