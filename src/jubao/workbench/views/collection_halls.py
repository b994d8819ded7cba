"""缴费服务 at any hall of the district: a payment, the proof, the form for the tax hall, another registering office.

Worked example: 穆家营子镇 takes 500.00 of 王秀兰 of 振兴街道 under receipt N1; both ledgers have the line.
缴费证明 prints what is verified.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.contributions.models import ContributionProof
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.collection.halls import district_path_of, hall_contribution_record, tax_hall_form
from jubao.services.collection.offices import registering_office_propose
from jubao.services.collection.proofs import contribution_proof_issue
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import townships
from jubao.workbench.views.collection_lists import pdf_answer
from jubao.workbench.views.collection_village import enrolment_by_number, year_of
from jubao.workbench.views.contributions import MEANS

HERE = "contribution-halls"
SHOWN = 20


@page(HERE)
def index(request: HttpRequest) -> HttpResponse:
    """The forms of the hall and the proofs of the place."""
    if request.method == "POST":
        run = ACTIONS.get(request.POST.get("do", ""), _unknown)
        answer = attempt(request, lambda: run(request))
        if isinstance(answer, HttpResponse):
            return answer
        if answer is not None:
            messages.success(request, answer)
        return redirect(HERE)
    scope = actor_of(request).scope
    proofs = ContributionProof.objects.select_related("enrolment__person").filter(
        division_path__startswith=scope
    )
    known: dict[str, Any] = {
        "proofs": proofs.order_by("-id")[:SHOWN],
        "townships": townships(district_path_of(scope)),
        "means": [(code, title) for code, title in MEANS.items() if code and code != "cash"],
        "at_district": Division.objects.filter(path=scope, level="district", valid_until=None).exists(),
        "today": today(),
        "key": uuid4(),
    }
    return render(request, "workbench/collection/halls.html", known)


@page("contribution-proof")
def proof(request: HttpRequest, proof_id: UUID) -> HttpResponse:
    """The proof as it was issued."""
    actor = actor_of(request)
    found = ContributionProof.objects.filter(pk=proof_id, division_path__startswith=actor.scope).first()
    if found is None:
        raise Http404
    return pdf_answer(actor, found.document_id, f"{found.number}.pdf")


def _unknown(request: HttpRequest) -> str:
    raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))


def _paid(request: HttpRequest) -> str:
    sent = request.POST
    paid = hall_contribution_record(
        actor=actor_of(request), number=sent.get("number", ""), year=year_of(sent.get("year", "")),
        amount_fen=int(Fen.from_yuan(sent.get("amount", ""))), treasury_on=parse_date(sent.get("treasury_on", "")),
        receipt_number=sent.get("receipt_number", "").strip(), means=sent.get("means", ""), today=today(),
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip
    return _("缴费已记入个人账户：{year}年 {yuan} 元。").format(
        year=paid.year, yuan=Fen(paid.amount_fen).yuan
    )


def _proved(request: HttpRequest) -> HttpResponse:
    who = enrolment_by_number(request, request.POST.get("number", ""))
    made = contribution_proof_issue(
        actor=actor_of(request),
        enrolment_id=who.pk,
        today=today(),
        idempotency_key=request.POST.get("key") or None,
    )
    return redirect("contribution-proof", made.pk)


def _moved_office(request: HttpRequest) -> HttpResponse:
    who = enrolment_by_number(request, request.POST.get("number", ""))
    case = registering_office_propose(
        actor=actor_of(request), enrolment_id=who.pk, office_path=request.POST.get("office", ""), today=today(),
        idempotency_key=request.POST.get("key") or None,
    )  # fmt: skip
    return redirect("case", case.pk)


def _printed(request: HttpRequest) -> HttpResponse:
    content = tax_hall_form(
        actor=actor_of(request), case_number=request.POST.get("case", ""),
        tier_fen=int(Fen.from_yuan(request.POST.get("tier", ""))), today=today(),
    )  # fmt: skip
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="enrolment-form.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer


ACTIONS: dict[str, Callable[[HttpRequest], str | HttpResponse]] = {
    "pay": _paid,
    "proof": _proved,
    "office": _moved_office,
    "form": _printed,
}
