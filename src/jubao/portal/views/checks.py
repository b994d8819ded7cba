"""核查 on the phone: ask to have the own account or the own amount checked, read the answer, agree to a new amount or object.

Worked example: 王秀兰 asks why she draws 163.02; a week later her case says 待本人确认, 163.02 → 165.02; she agrees, and the
district decides. Had the answer been 没有错误 she would read the calculation, and could ask once more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.archive.models import Document
from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.portal.access import account_of, page
from jubao.portal.faces import actor_of, attempt, now, shown, today
from jubao.portal.reads import own
from jubao.portal.views.done import document_answer
from jubao.services.accounts.account_checks import account_check_open
from jubao.services.accounts.corrections import KIND as ACCOUNT
from jubao.services.benefits.objections_online import objection_answer
from jubao.services.benefits.pension_objections import KIND as AMOUNT
from jubao.services.benefits.pension_objections import objection_open
from jubao.services.cases.checks import CaseRefused
from jubao.services.notices.enquiry_results import CLASS
from jubao.services.residents.accounts import place_of

WHAT = {"account": "个人账户记录", "amount": "待遇发放金额"}
KINDS = (ACCOUNT, AMOUNT)


@page("check")
def ask(request: HttpRequest) -> HttpResponse:
    """What to have checked, and what seems wrong; what was typed stays when something is refused."""
    typed = {
        "what": request.POST.get("what") or request.GET.get("what", "account"),
        "asked": request.POST.get("asked", "").strip()[:300],
    }
    problem, status = None, 200
    if request.method == "POST":
        case, problem, status = attempt(lambda: _opened(request, typed))
        if case is not None:
            return redirect("portal:case", case.pk)
    return shown(
        request,
        "portal/check.html",
        title=_("申请核查"),
        kinds=WHAT,
        typed=typed,
        problem=problem,
        status=status,
    )


def _opened(request: HttpRequest, typed: dict[str, str]) -> Case:
    """Raises NOT_ENROLLED, NOT_DRAWING and what the services raise (ASKED_EMPTY, CASE_ALREADY_OPEN)."""
    person = account_of(request).person
    if person is None:
        raise InputRefused("NOT_ENROLLED", _("您没有参保记录。"), remedy=_("请到任一社保窗口。"))
    actor = actor_of(request, person)
    with read_scope(place_of(person)):
        enrolment = own.enrolment_of(person)
        running = Entitlement.objects.filter(enrolment__person=person, end_month__isnull=True).first()
    given: dict[str, Any] = {"actor": actor, "asked": typed["asked"], "today": today(), "channel": "portal"}
    if typed["what"] == "amount":
        if running is None:
            raise InputRefused(
                "NOT_DRAWING", _("您没有在领取待遇。"), remedy=_("对缴费、账户有疑问的，请选“个人账户记录”。")
            )
        return objection_open(entitlement_id=running.pk, **given)
    if enrolment is None:
        raise InputRefused("NOT_ENROLLED", _("您没有参保记录。"), remedy=_("请到任一社保窗口。"))
    return account_check_open(enrolment_id=enrolment.pk, **given)


def _own_check(request: HttpRequest, case_id: UUID) -> Case:
    person = account_of(request).person
    with read_scope(place_of(person)):
        found = own.own_case(person, case_id)
    if found is None or found.kind not in KINDS:
        raise CaseRefused("NOT_YOURS", _("没有您的这项核查。"), remedy=_("请在“办理进度”里选。"))
    return found


@page("check-answer")
@require_POST
def answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """同意 or 不同意 to an amount determined anew; the page of the case says what became of it."""
    case, version = _own_check(request, case_id), request.POST.get("version", "")
    objection_answer(
        actor=actor_of(request, case.person), account=account_of(request), case_id=case.pk,
        agrees=request.POST.get("agrees") == "yes", reason=request.POST.get("reason", "").strip()[:300],
        expected_version=int(version) if version.isdigit() else 0, today=today(), now=now(),
    )  # fmt: skip
    return redirect("portal:case", case.pk)


@page("check-letter")
def letter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """《核查结果答复》 as PDF. Raises CaseRefused NOT_ANSWERED before there is one."""
    case = _own_check(request, case_id)
    with read_scope(place_of(case.person)):
        found = answer_letter(case)
        if found is None:
            raise CaseRefused("NOT_ANSWERED", _("还没有答复。"), remedy=_("请在“办理进度”看办到哪一步。"))
        return document_answer(found)


def answer_letter(case: Case) -> Document | None:
    """The letter with the result, once there is one."""
    letters = Document.objects.filter(case_id=case.pk, document_class=CLASS)
    found: Document | None = letters.order_by("-added_at", "-id").first()
    return found


def check_of(case: Case) -> dict[str, Any]:
    """What the page of a case shows of a check: the amounts to agree to, the answer, whether one may ask again."""
    if case.kind not in KINDS:
        return {}
    lines = case.proposal.get("lines") or [None]
    return {
        "is_check": True,
        "asked": case.proposal.get("asked", ""),
        "line": lines[0] if case.kind == AMOUNT and case.state == "handled" else None,
        "has_letter": answer_letter(case) is not None,
        "may_ask_again": "" if case.is_open else ("amount" if case.kind == AMOUNT else "account"),
    }
