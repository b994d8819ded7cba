"""What the pages of 注销登记 ask about money: who is paid, and values that the pack lacks with the document that names them.

Worked example: the township's clerk leaves the funeral grant open; the decision is refused by name; 补填结算 takes 1000.00 with
松政发〔2026〕3号, and the figures stand anew before the reviewer.
"""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record
from jubao.services.payments.one_off import Payee
from jubao.services.settlement.account import SettlementTerms
from jubao.services.settlement.deciding import settlement_revise
from jubao.services.settlement.forms import deregistration_form
from jubao.services.settlement.grant import GivenGrant
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.papers import pdf_answer
from jubao.workbench.reads.inbox import in_scope

_RATE = re.compile(r"(20\d\d)\s*[=：: ]\s*(\d{1,2}(?:\.\d{1,4})?)\s*%?")
PPM = 10_000


def terms_of(sent: QueryDict, applicant: str = "", number: str = "") -> SettlementTerms:
    """The terms as a form sent them. Raises InputRefused RATE_UNREADABLE, SOURCE_MISSING, ValueRefused for an amount."""
    given = {name: sent.get(name, "").strip() for name in (
        "payee_name", "payee_bank", "payee_account", "rates", "rate_source", "grant", "grant_source",
    )}  # fmt: skip
    payee = None
    if given["payee_bank"] or given["payee_account"]:
        name = given["payee_name"] or applicant
        payee = Payee(
            name, number if name == applicant else None, given["payee_bank"], given["payee_account"]
        )
    for value, source in (("rates", "rate_source"), ("grant", "grant_source")):
        if given[value] and not given[source]:
            raise InputRefused(
                "SOURCE_MISSING", _("填写了政策包没有的数值，没有写明依据。"), remedy=_("请写明文号和条款。")
            )
    grant = GivenGrant(int(Fen.from_yuan(given["grant"])), given["grant_source"]) if given["grant"] else None
    return SettlementTerms(payee, _rates(given["rates"]), given["rate_source"], grant)


def _rates(text: str) -> dict[int, int]:
    """`2025=2.4 2026=2.4` as parts per million by year."""
    found = {}
    for piece in filter(None, re.split(r"[,，;；\n]+", text)):
        match = _RATE.fullmatch(piece.strip())
        if match is None:
            raise InputRefused(
                "RATE_UNREADABLE",
                _("记账利率“{text}”读不出来。").format(text=piece.strip()[:20]),
                remedy=_("请写成 2025=2.4，几个年度用逗号分开。"),
            )
        whole, _point, part = match[2].partition(".")
        found[int(match[1])] = int(whole) * PPM + int(part.ljust(4, "0"))
    return found


def day_of(text: str) -> date | None:
    """A day of a form, None where nothing was entered."""
    return parse_date(text.strip()) if text.strip() else None


@page("deregistration-settlement")
def revise(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """补填结算: payee, rate, grant; the figures are worked out anew."""
    case = in_scope(actor_of(request)).filter(pk=case_id, kind="deregistration", is_open=True).first()
    if case is None:
        raise Http404
    if request.method == "POST":
        made = attempt(
            request,
            lambda: settlement_revise(
                actor=actor_of(request), case_id=case_id, expected_version=int(request.POST.get("version") or 0),
                terms=terms_of(request.POST, case.proposal["applicant"]), today=today(),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("已按新的内容重新计算结算金额。"))
            return redirect("case", case_id)
        return redirect("deregistration-settlement", case_id)
    return render(
        request, "workbench/deregistrations/settlement.html", {"case": case, "about": case.proposal}
    )


@page("deregistration-form")
def form(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """《注销登记表》 as a PDF, to sign or to keep."""
    actor = actor_of(request)
    case = in_scope(actor).filter(pk=case_id, kind="deregistration").first()
    if case is None:
        raise Http404
    access_record(
        actor=actor,
        person_id=case.person_id,
        fields=["deregistration"],
        purpose=chinese("打印表单"),
        case_id=case.pk,
    )
    return pdf_answer(deregistration_form(case, today=today()).pdf, f"注销登记表-{case.number}.pdf")
