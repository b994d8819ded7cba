"""Lists that decisions begin with: the overdue (批量暂停), the long suspended, the recalculation after the year's rate.

Worked example: on 1 July the 数据岗 opens 逾期未认证, sees 46 people by village, presses 提出暂停; one case with 46 lines waits
for the 复核岗 of the county.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.benefits.models import Decrease
from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.certifications import overdue_list
from jubao.services.interest_years import GivenRate
from jubao.services.recalculation import recalculation_propose
from jubao.services.seal_accounts import long_suspended_list
from jubao.services.suspension_grounds import REASONS
from jubao.services.suspensions import suspension_batch_propose
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import place_names

SHOWN = 500


def _to_case(request: HttpRequest, case: Case | None, route: str) -> HttpResponse:
    if case is None:
        return redirect(route)
    messages.success(request, _("已提出：{number}。").format(number=case.number))
    return redirect("case", case.pk)


@page("suspension-batch")
def suspension_batch(request: HttpRequest) -> HttpResponse:
    """逾期未认证: the list of the officer's place; the chosen ones become one case."""
    actor = actor_of(request)
    if request.method == "POST":
        sent = request.POST
        chosen = [UUID(one) for one in sent.getlist("row")]
        if sent.get("everything"):
            found = overdue_list(scope=actor.scope, on=today())
            chosen = [one.entitlement_id for one in found]
        case = attempt(
            request,
            lambda: suspension_batch_propose(
                actor=actor, division_path=actor.scope, entitlement_ids=chosen, reason=sent.get("reason", ""),
                today=today(), source=sent.get("source", "").strip()[:200], idempotency_key=sent.get("key") or None,
            ),
        )  # fmt: skip
        return _to_case(request, case, "suspension-batch")
    found = attempt(request, lambda: overdue_list(scope=actor.scope, on=today())) or []
    names = place_names([one.division_path for one in found[:SHOWN]])
    known = {
        "rows": [(one, names.get(one.division_path, "")) for one in found[:SHOWN]], "count": len(found),
        "key": uuid4(), "reasons": [(code, REASONS[code]) for code in ("NOT_CERTIFIED", "UNREACHABLE")],
    }  # fmt: skip
    return render(request, "workbench/benefits/overdue.html", known)


@page("long-suspended")
def long_suspended(request: HttpRequest) -> HttpResponse:
    """长期暂停人员: months suspended, months left to sealing, what is under way."""
    found = attempt(request, lambda: long_suspended_list(scope=actor_of(request).scope, today=today())) or []
    names = place_names([one.division_path for one in found[:SHOWN]])
    rows = [
        (one, names.get(one.division_path, ""), REASONS.get(one.reason, one.reason)) for one in found[:SHOWN]
    ]
    return render(request, "workbench/benefits/long_suspended.html", {"rows": rows, "count": len(found)})


@page("recalculations")
def recalculations(request: HttpRequest) -> HttpResponse:
    """利率公布后重算: enter the published rate, see the cases and the decreases that wait for a decision."""
    actor = actor_of(request)
    if request.method == "POST":
        case = attempt(request, lambda: _recalculate(request))
        return _to_case(request, case, "recalculations")
    cases = Case.objects.filter(kind="recalculation", division_path__startswith=actor.scope).order_by("-id")[
        :20
    ]
    decreases = Decrease.objects.filter(
        state="open", entitlement__enrolment__division_path__startswith=actor.scope
    ).select_related("entitlement__enrolment__person")
    known = {
        "cases": cases,
        "decreases": decreases.order_by("-id")[:SHOWN],
        "key": uuid4(),
        "year": today().year - 1,
    }
    return render(request, "workbench/benefits/recalculations.html", known)


def _recalculate(request: HttpRequest) -> Case:
    sent = request.POST
    year, percent = sent.get("year", ""), sent.get("percent", "").strip()
    whole, _dot, part = percent.partition(".")
    if not (year.isdigit() and whole.isdigit() and (part or "0").isdigit() and len(part) <= 4):
        raise InputRefused("RATE_UNREADABLE", _("年份或利率读不出来。"), remedy=_("利率请写成 2.62 的样子。"))
    rate = GivenRate(
        int(whole) * 10_000 + int(part.ljust(4, "0")), sent.get("source", "").strip() or _("公布文件")
    )
    return recalculation_propose(
        actor=actor_of(request), division_path=actor_of(request).scope, year=int(year), today=today(), given_rate=rate,
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip
