"""工作小组: who leads the programme, who belongs to it, which section is its office; from when to when.

Worked example: the approver of the district makes the head of 古南街道's office a member from 2026-01-01; that officer sees the
own township in the statistics, a leader sees them all.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.claim_free.models import ProgrammeMember
from jubao.facts.claim_free_figures import places_below
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.claim_free.programme import LEADING, live_members, member_assign, member_end
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads import programme as read
from jubao.workbench.views.claim_free_programme import day_asked, required_day


@page("claim-free-roles")
def roles(request: HttpRequest) -> HttpResponse:
    """Who leads, who belongs to the group, which office coordinates."""
    actor, on = actor_of(request), today()
    may_assign = may_open(actor, "claim-free-role-end")
    if request.method == "POST" and may_assign:
        return _assign(request)
    rows = list(live_members(actor.scope, on))
    former = ProgrammeMember.objects.filter(division_path__startswith=actor.scope, until_on__lte=on)
    places = Division.objects.filter(path=actor.scope, valid_until__isnull=True).values_list("path", "name")
    known = {
        "heading": "工作小组",
        "members": read.members(rows),
        "former": read.members(list(former.order_by("-until_on")[:50])),
        "roles": ProgrammeMember.Role.choices,
        "leading": [role.value for role in LEADING],
        "places": [*places, *places_below(actor.scope)],
        "may_assign": may_assign,
        "today": on,
    }
    return render(request, "workbench/programme/roles.html", known)


def _assign(request: HttpRequest) -> HttpResponse:
    sent = request.POST

    def run() -> object:
        last = day_asked(sent.get("last_on", ""), None)
        return member_assign(
            actor=actor_of(request), username=sent.get("username", ""), role=sent.get("role", ""),
            division_path=sent.get("place", ""), from_on=required_day(sent.get("from_on", "")),
            until_on=last + timedelta(days=1) if last else None,
        )  # fmt: skip

    if attempt(request, run) is not None:
        messages.success(request, _("已登记。"))
    return redirect("claim-free-roles")


@page("claim-free-role-end")
@require_POST
def role_end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """End an assignment today."""
    if attempt(request, lambda: member_end(actor=actor_of(request), member_id=member_id, until_on=today())):
        messages.success(request, _("已结束。"))
    return redirect("claim-free-roles")
