"""Lists that decisions begin with: the overdue (批量暂停), the long suspended.

Worked example: on 1 July the 数据岗 opens 逾期未认证, sees 46 people by village, presses 提出暂停; one case with 46 lines waits
for the 复核岗 of the county.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.kernel.text import _
from jubao.services.benefits.seal_accounts import long_suspended_list
from jubao.services.benefits.suspension_grounds import REASONS
from jubao.services.benefits.suspensions import suspension_batch_propose
from jubao.services.certification.duty import overdue_list
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import place_names

SHOWN = 500


def to_case(request: HttpRequest, case: Case | None, route: str) -> HttpResponse:
    """To the case that was opened, else back to the list."""
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
        return to_case(request, case, "suspension-batch")
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
    known = {"rows": rows, "count": len(found), "may_run": may_open(actor_of(request), "sealing-run")}
    return render(request, "workbench/benefits/long_suspended.html", known)
