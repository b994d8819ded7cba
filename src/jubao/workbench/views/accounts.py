"""个人账户: what stands in the accounts, the years of interest, statements told and missing, corrections of a record.

Worked example: 财务岗 proposes the interest of 2025 at 2.49 % with the document; the page leads to the case with the figures of
the trial run; 财务复核岗 decides.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.facts.accounts import balances_by_part, interest_years_settled
from jubao.facts.statements import missing_by_township
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.ledger.models import Account
from jubao.services.access.log import access_record
from jubao.services.accounts.corrections import contribution_correction_propose
from jubao.services.accounts.interest_cases import interest_case_open
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.accounts.statements import statements_deliver
from jubao.services.documents.store import document_store
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.views.contributions import district_of

PARTS = dict(Account.Kind.choices)


@page("accounts")
def show(request: HttpRequest) -> HttpResponse:
    """Balances by source, settled years, who has had no statement of last year."""
    actor, day = actor_of(request), today()
    parts = balances_by_part(actor.scope)
    known: dict[str, Any] = {
        "parts": [(PARTS[kind], accounts, fen, pending) for kind, accounts, fen, pending in parts],
        "total_fen": sum(fen for _kind, _accounts, fen, _pending in parts),
        "years": interest_years_settled(actor.scope),
        "last_year": day.year - 1,
        "missing": missing_by_township(actor.scope, day.year - 1),
        "may_propose": may_open(actor, "interest-propose"),
        "may_deliver": may_open(actor, "statements-deliver"),
    }
    known["missing_count"] = sum(count for _path, _name, count in known["missing"])
    return render(request, "workbench/accounts/show.html", known)


@page("interest-propose")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose the yearly interest; leads to its case."""
    sent = request.POST

    def run() -> Case:
        return interest_case_open(
            actor=actor_of(request), district_code=district_of(request), year=int(sent.get("year", "0")), today=today(),
            given_rate=_rate(sent.get("rate", ""), sent.get("source", "")),
        )  # fmt: skip

    made = attempt(request, run)
    return redirect("case", made.pk) if made else redirect("accounts")


@page("statements-deliver")
@require_POST
def deliver(request: HttpRequest) -> HttpResponse:
    """Tell everybody who has had no statement of a year."""
    told = attempt(
        request,
        lambda: statements_deliver(
            actor=actor_of(request), district_code=district_of(request), year=int(request.POST.get("year", "0")), today=today(),
        ),
    )  # fmt: skip
    if told is not None:
        messages.success(
            request,
            _("已告知：短信 {sms} 人，纸质 {paper} 人。").format(
                sms=told.get("sms", 0), paper=told.get("paper", 0)
            ),
        )
    return redirect("accounts")


@page("account-correct")
def correct(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Propose to correct a contribution: what it is, what it should be, why, on which paper."""
    actor = actor_of(request)
    found = (
        Contribution.objects.select_related("enrolment__person")
        .filter(pk=contribution_id, enrolment__division_path__startswith=actor.scope)
        .first()
    )
    if found is None:
        raise Http404
    person = found.enrolment.person
    access_record(actor=actor, person_id=person.pk, fields=["contribution"], purpose="个人账户更正")
    if request.method == "POST":
        made = attempt(request, lambda: _proposed(request, found))
        if made:
            return redirect("case", made.pk)
    return render(request, "workbench/accounts/correct.html", {"found": found, "person": person})


def _proposed(request: HttpRequest, found: Contribution) -> Case:
    sent, actor, files = request.POST, actor_of(request), request.FILES.getlist("evidence")
    if not files:
        raise InputRefused("EVIDENCE_MISSING", _("更正要有依据的材料。"), remedy=_("请上传税票或进账单。"))
    yuan = sent.get("amount", "").strip()
    amount = int(Fen.from_yuan(yuan)) if yuan else 0
    corrected = (
        {"year": int(sent.get("year") or found.year), "tier_fen": amount, "amount_fen": amount}
        if yuan
        else None
    )
    papers = [
        document_store(
            actor=actor, content=one.read(), name=one.name or "evidence", document_class="evidence",
            content_type=one.content_type or "application/octet-stream", person_id=found.enrolment.person_id,
        )
        for one in files
    ]  # fmt: skip
    return contribution_correction_propose(
        actor=actor, contribution_id=found.pk, reason=sent.get("reason", ""), corrected=corrected, today=today(),
        materials=[("evidence", paper.pk) for paper in papers],
    )  # fmt: skip


def _rate(percent: str, source: str) -> GivenRate | None:
    """The rate typed in, in percent with up to four places; None takes the pack's."""
    if not percent.strip():
        return None
    try:
        ppm = Decimal(percent.strip().rstrip("%")) * 10_000
    except InvalidOperation:
        ppm = Decimal("0.5")
    if ppm != int(ppm) or not 0 < ppm < 1_000_000:
        raise InputRefused("RATE_UNREADABLE", _("利率读不出来。"), remedy=_("请写成 2.49，单位是百分之一。"))
    if not source.strip():
        raise InputRefused(
            "RATE_WITHOUT_SOURCE", _("没有写明公布利率的文件。"), remedy=_("请填写文件名称和文号。")
        )
    return GivenRate(int(ppm), source.strip())
