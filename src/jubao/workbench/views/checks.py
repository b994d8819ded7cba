"""异议核查: what a participant asks to have checked — the account record by the township, the amount by the district.

Worked example: 受理岗 types the number, chooses 个人账户记录 and what she says; the page answers with the case number and its
last day. An overdue one stands red in the list. The district's handler opens an amount and either determines anew or explains.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.archive.models import Document
from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.access.log import access_record
from jubao.services.accounts.account_checks import account_check_open
from jubao.services.accounts.corrections import KIND as ACCOUNT
from jubao.services.benefits.pension_objection_letters import CLASS
from jubao.services.benefits.pension_objections import KIND as AMOUNT
from jubao.services.benefits.pension_objections import objection_open, objection_redetermine
from jubao.services.cases.kinds import may_open
from jubao.services.documents.images import scan_store
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import listing, state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import page_of
from jubao.workbench.papers import shown_document
from jubao.workbench.reads import why
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.templatetags.figures import day

WHAT = {"account": "个人账户记录", "amount": "待遇发放金额"}
EMPTY = ("没有在办的核查", "参保人对个人账户记录或待遇金额有异议的，在上面登记后列在这里。")


@page("checks")
def index(request: HttpRequest) -> HttpResponse:
    """The form for a request, and those under way."""
    actor = actor_of(request)
    if request.method == "POST":
        case = attempt(request, lambda: _opened(request))
        if case is not None:
            due = day(case.due_on) if case.due_on else _("没有规定期限")
            said = _("已受理：{number}，办理期限 {due}。").format(number=case.number, due=due)
            messages.success(request, said)
        return redirect("checks")
    waiting = in_scope(actor).filter(kind__in=(ACCOUNT, AMOUNT), is_open=True).select_related("person")
    pack = pack_of(actor.scope)
    known: dict[str, Any] = {
        "page": page_of(request, listing("checks", today(), empty=EMPTY, to="check"), waiting),
        "what": WHAT.items(),
        "may_ask": may_open(actor, ACCOUNT, pack, today()) or may_open(actor, AMOUNT, pack, today()),
        "key": uuid4(),
    }
    return render(request, "workbench/checks/index.html", known)


def _opened(request: HttpRequest) -> Case:
    """Raises NUMBER_UNKNOWN, NOT_ENROLLED, NOT_DRAWING, and what the services raise."""
    actor, sent = actor_of(request), request.POST
    enrolment = _enrolment(request)
    given: dict[str, Any] = {
        "actor": actor, "asked": sent.get("asked", ""), "today": today(), "idempotency_key": sent.get("key") or None,
    }  # fmt: skip
    if sent.get("what") == "amount":
        entitlement = Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).first()
        if entitlement is None:
            raise InputRefused("NOT_DRAWING", _("此人没有在领取待遇。"), remedy=_("请核对，或核查个人账户。"))
        return objection_open(entitlement_id=entitlement.pk, **given)
    return account_check_open(enrolment_id=enrolment.pk, materials=_papers(request, enrolment), **given)


def _enrolment(request: HttpRequest) -> Enrolment:
    person = person_by_number(request.POST.get("number", ""))
    if person is None:
        raise InputRefused("NUMBER_UNKNOWN", _("没有查到这个身份证号码的参保人。"), remedy=_("请核对号码。"))
    found: Enrolment | None = Enrolment.objects.filter(
        person=person, ended_on__isnull=True, division_path__startswith=actor_of(request).scope
    ).first()
    if found is None:
        raise InputRefused(
            "NOT_ENROLLED", _("此人没有在本辖区参保，或参保关系已终止。"), remedy=_("请由参保地办理。")
        )
    return found


def _papers(request: HttpRequest, enrolment: Enrolment) -> list[tuple[str, UUID]]:
    given = request.FILES.get("file")
    if given is None:
        return []
    document = scan_store(
        actor=actor_of(request), content=given.read(), name=given.name or "", document_class="evidence",
        person_id=enrolment.person_id, district_code=pack_of(enrolment.division_path).code,
    )  # fmt: skip
    return [("evidence", document.pk)]


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found: Case | None = (
        in_scope(actor_of(request)).select_related("person").filter(pk=case_id, kind__in=(ACCOUNT, AMOUNT)).first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found


@page("check")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One amount to check: what was asked, how it comes about, 重新核定; an account goes to the page of its case."""
    case = _case(request, case_id)
    if case.kind == ACCOUNT:
        return redirect("case", case_id)
    if request.method == "POST":
        done = attempt(request, lambda: _redetermined(request, case))
        if done is not None:
            messages.success(request, _("已重新核定，请打印确认书交本人签字。"))
        return redirect("check", case_id)
    access_record(
        actor=actor_of(request), person_id=case.person_id, fields=["check"], purpose=chinese("待遇金额核查")
    )
    assert case.subject_id is not None
    entitlement = Entitlement.objects.get(pk=case.subject_id)
    found = entitlement.determinations.order_by("-sequence").first()
    lines = case.proposal.get("lines") or [None]
    known: dict[str, Any] = {
        "case": case,
        "state": state_tag(case),
        "due": due_tag(case.due_on, today(), is_open=case.is_open),
        "determination": found,
        "parts": why.parts_of(found) if found else [],
        "line": lines[0],
        "may_redetermine": case.state == "accepted" and "handler" in actor_of(request).posts,
        "has_letter": _letter(case) is not None,
    }
    return render(request, "workbench/checks/amount.html", known)


def _redetermined(request: HttpRequest, case: Case) -> Case:
    sent = request.POST
    changed: dict[str, Any] = {}
    if months := sent.get("contribution_months", "").strip():
        if not months.isdigit():
            raise InputRefused("MONTHS_UNREADABLE", _("月数读不出来。"), remedy=_("请填整数。"))
        changed["contribution_months"] = int(months)
    if balance := sent.get("account_balance", "").strip():
        changed["account_balance_fen"] = int(Fen.from_yuan(balance))
    if child := sent.get("is_only_child", ""):
        changed["is_only_child"] = child == "1"
    return objection_redetermine(
        actor=actor_of(request), case_id=case.pk, changed=changed, ground=sent.get("ground", ""),
        expected_version=int(sent.get("version", "0")), today=today(), now=now(),
    )  # fmt: skip


def _letter(case: Case) -> Document | None:
    found: Document | None = (
        Document.objects.filter(case_id=case.pk, document_class=CLASS).order_by("added_at", "id").last()
    )
    return found


@page("check-letter")
def letter(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The letter with both amounts, to be signed."""
    case = _case(request, case_id)
    found = _letter(case)
    return shown_document(actor_of(request), found.pk if found else None, case)
