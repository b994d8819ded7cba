"""缴费核对: the township checks the villages' lists, archives the original ledger and reports the month; the district reconciles.

Worked example: 振兴街道 has the lists of 新民村 (returned with one difference) and 团结村 (entered); once both are entered,
存档 makes the ledger of May, 上报 sends it; the district sees 10 000.00 reported, 9 800.00 received, and whose 200.00 it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jubao.cases.models import Case
from jubao.contributions.models import TownshipDifference, TownshipLedger
from jubao.database.actor import Actor
from jubao.facts.collection import book_sums, village_differences
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.access.log import access_record
from jubao.services.cases.engine import advance
from jubao.services.collection.books import LIST
from jubao.services.collection.ledgers import township_ledger_archive
from jubao.services.collection.lists import village_list_check
from jubao.services.collection.reports import (
    KIND,
    report_difference_explain,
    report_figures,
    report_reconcile,
    township_report_send,
)
from jubao.services.documents.store import document_open
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.reads.places import place_names
from jubao.workbench.sent import month_asked

HERE = "contribution-lists"


@page(HERE)
def index(request: HttpRequest) -> HttpResponse:
    """The month: lists of villages, ledgers, reports with their differences."""
    month = month_asked(request)
    if request.method == "POST":
        run = ACTIONS.get(request.POST.get("do", ""), _unknown)
        said = attempt(request, lambda: run(request, month))
        if said is not None:
            messages.success(request, said)
        return redirect(f"{reverse(HERE)}?month={month}")
    actor = actor_of(request)
    ledgers = TownshipLedger.objects.filter(division_path__startswith=actor.scope, month=month.index)
    known: dict[str, Any] = {
        "month": str(month),
        "villages": _villages(actor.scope, month),
        "ledgers": list(ledgers.order_by("division_path")),
        "reports": _reports(actor.scope, month),
        "is_township": Division.objects.filter(path=actor.scope, level="township", valid_until=None).exists(),
        "may_reconcile": "finance_officer" in actor.posts,
        "sums": book_sums(actor.scope, month.index),
        "key": uuid4(),
    }
    known["places"] = place_names(one.division_path for one in known["ledgers"])
    return render(request, "workbench/collection/lists.html", known)


@page("contribution-ledger-file")
def ledger_file(request: HttpRequest, ledger_id: UUID) -> HttpResponse:
    """The archived ledger as it was made."""
    actor = actor_of(request)
    found = TownshipLedger.objects.filter(pk=ledger_id, division_path__startswith=actor.scope).first()
    if found is None:
        raise Http404
    return pdf_answer(
        actor,
        found.document_id,
        f"{found.division_path.rstrip('/')[-9:]}-{Month.from_index(found.month)}.pdf",
    )


def pdf_answer(actor: Actor, document_id: UUID, name: str) -> HttpResponse:
    """A stored PDF, shown in place; that somebody opened it is written down."""
    access_record(actor=actor, person_id=None, fields=[f"document:{document_id}"], purpose="查看材料")
    answer = HttpResponse(document_open(document_id), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer


def _villages(scope: str, month: Month) -> list[dict[str, Any]]:
    """Every village of a place with its list of the month; those without one say so."""
    found = Case.objects.filter(kind=LIST, division_path__startswith=scope, proposal__month=month.index)
    cases = {one.division_path: one for one in found.order_by("id")}
    places = Division.objects.filter(path__startswith=scope, level="village", valid_until=None).order_by(
        "path"
    )
    paths = [one.path for one in places]
    names = place_names(paths)
    rows = []
    for path in paths:
        case = cases.get(path)
        differs = village_differences(path, month.index) if case is not None and case.is_open else []
        rows.append(
            {
                "name": names[path],
                "case": case,
                "state": state_tag(case) if case else "",
                "differences": differs,
            }
        )
    return rows


def _reports(scope: str, month: Month) -> list[dict[str, Any]]:
    found = Case.objects.filter(kind=KIND, division_path__startswith=scope, proposal__month=month.index)
    cases = list(found.order_by("division_path", "id"))
    names = place_names(one.division_path for one in cases)
    rows = []
    for case in cases:
        reported, received = report_figures(case)
        live = TownshipDifference.objects.select_related("enrolment__person").filter(
            case_id=case.id, is_live=True
        )
        differences = [
            (one, one.reported_fen - one.received_fen)
            for one in live.order_by("enrolment__person__name_key", "id")
        ]
        rows.append(
            {"case": case, "name": names[case.division_path], "state": state_tag(case), "reported": reported,
             "received": received, "difference": reported - received, "differences": differences}
        )  # fmt: skip
    return rows


def _unknown(request: HttpRequest, month: Month) -> str:
    raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))


def _case(request: HttpRequest, kind: str) -> Case:
    sent = request.POST.get("case", "")
    found = Case.objects.filter(kind=kind, pk=sent, division_path__startswith=actor_of(request).scope).first()
    if found is None:
        raise InputRefused("CASE_UNKNOWN", _("没有这项业务。"), remedy=_("请刷新页面。"))
    return found


def _checked(request: HttpRequest, month: Month) -> str:
    case = _case(request, LIST)
    done = village_list_check(
        actor=actor_of(request), case_id=case.pk, expected_version=case.version, today=today(), now=now()
    )
    if done.state == "returned":
        return _("{number} 与POS流水不符，已退回并写明差异。").format(number=done.number)
    return _("{number} 核对无误，已录入。").format(number=done.number)


def _archived(request: HttpRequest, month: Month) -> str:
    made = township_ledger_archive(actor=actor_of(request), month=month.index, today=today())
    return _("{month} 原始台账已存档，共 {count} 笔。").format(month=month, count=made.line_count)


def _reported(request: HttpRequest, month: Month) -> str:
    made = township_report_send(
        actor=actor_of(request),
        month=month.index,
        today=today(),
        idempotency_key=request.POST.get("key") or None,
    )
    return _("已上报 {number}。").format(number=made.number)


def _reconciled(request: HttpRequest, month: Month) -> str:
    found = report_reconcile(actor=actor_of(request), case_id=_case(request, KIND).pk)
    return _("已对账，{count} 人有差异。").format(count=len(found))


def _explained(request: HttpRequest, month: Month) -> str:
    report_difference_explain(
        actor=actor_of(request),
        difference_id=UUID(request.POST["difference"]),
        explanation=request.POST.get("explanation", ""),
    )
    return _("已记下说明。")


def _accepted(request: HttpRequest, month: Month) -> str:
    case = _case(request, KIND)
    action = "accept" if request.POST.get("do") == "accept" else "return"
    done = advance(
        actor=actor_of(request), case_id=case.pk, action=action, reason=request.POST.get("reason", ""),
        expected_version=case.version, today=today(), now=now(),
    )  # fmt: skip
    return (
        _("{number} 已对账。").format(number=done.number)
        if action == "accept"
        else _("{number} 已退回。").format(number=done.number)
    )


ACTIONS: dict[str, Callable[[HttpRequest, Month], str]] = {
    "check": _checked,
    "archive": _archived,
    "report": _reported,
    "reconcile": _reconciled,
    "explain": _explained,
    "accept": _accepted,
    "return": _accepted,
}
