"""封存与启封: the run that proposes whom to seal, what is sealed with its balance, and the applications to reopen.

Worked example: on 1 March the 数据岗 presses 提出到期的封存 and 7 proposals wait for the 复核岗; the city's 审批岗 opens
封存与启封 and reads: 何秀兰, channel 村社党群服务中心, applicant 何小军 (子女).
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.text import _
from jubao.services.benefits.seal_accounts import sealing_run
from jubao.services.benefits.suspension_grounds import REASONS
from jubao.services.benefits.unseal_accounts import CHANNELS, sealed_accounts
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import place_names

SHOWN = 500


@page("sealing-run")
def run(request: HttpRequest) -> HttpResponse:
    """提出到期的封存: one proposal for each person whose time has come."""
    if request.method == "POST":
        found = attempt(request, lambda: sealing_run(actor=actor_of(request), today=today()))
        if found is not None:
            messages.success(request, _("提出了 {count} 人的封存，等待复核。").format(count=len(found)))
    return redirect("long-suspended")


@page("sealed-accounts")
def show(request: HttpRequest) -> HttpResponse:
    """封存与启封: applications first, then every sealed account and the sum of what stands in them."""
    scope = actor_of(request).scope
    accounts = sealed_accounts(scope=scope)
    with read_scope(scope):
        asked = Case.objects.filter(kind="unsealing", is_open=True, division_path__startswith=scope)
        applications = list(asked.select_related("person").order_by("opened_at")[:SHOWN])
    names = place_names(
        [one.division_path for one in accounts[:SHOWN]] + [one.division_path for one in applications]
    )
    known: dict[str, Any] = {
        "applications": [
            (one, names.get(one.division_path, ""), CHANNELS.get(one.channel, one.channel))
            for one in applications
        ],
        "accounts": [
            (one, names.get(one.division_path, ""), REASONS.get(one.reason, one.reason))
            for one in accounts[:SHOWN]
        ],
        "count": len(accounts),
        "total_fen": sum(one.balance_fen for one in accounts),
    }
    return render(request, "workbench/benefits/sealed.html", known)
