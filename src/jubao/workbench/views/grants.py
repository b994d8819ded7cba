"""岗位授权: the list of grants by state, applying, reviewing, approving, taking back; who is due for rotation.

Worked example: 审批岗 applies for 李静, 稽核岗 finds the line under 已申请 and agrees, the city's 系统管理岗 finds it under
已审核 and agrees: three people, one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.staff.grant_checks import rotation_overdue
from jubao.services.staff.grants import grant_apply, grant_approve, grant_end, grant_review, grants_in_scope
from jubao.services.staff.officers import officers_in_scope
from jubao.staff.models import Grant, Officer
from jubao.staff.posts import CATALOGUE
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.sessions import is_confirmed

SHOWN, PLACES = 200, 400
STATES = (*Grant.State.choices, ("", "全部"))
TAGS = {"applied": "tag-wait", "reviewed": "tag-wait", "active": "tag-ok", "refused": "tag-bad"}
ROUTES = {"applied": "grant-review", "reviewed": "grant-approve", "active": "grant-end"}


@dataclass(frozen=True)
class Line:
    """One grant as the page draws it; `route`: what the officer may do to it."""

    grant: Grant
    place: str
    last_day: date
    tag: str
    route: str


@page("grants")
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Grants under the officer's place."""
    actor = actor_of(request)
    state = request.GET.get("state", _first_state(request))
    q = request.GET.get("q", "").strip()
    found = list(grants_in_scope(actor.scope, state=state, text=q)[:SHOWN])
    places = dict(
        Division.objects.filter(path__startswith=actor.scope, valid_until__isnull=True)
        .order_by("path")
        .values_list("path", "name")[:PLACES]
    )
    known = {
        "grants": [
            Line(
                grant,
                places.get(grant.division_path, grant.division_path),
                grant.until_on - timedelta(days=1),
                TAGS.get(grant.state, ""),
                _route(request, grant),
            )
            for grant in found
        ],
        "states": STATES,
        "state": state,
        "q": q,
        "overdue": rotation_overdue(scope=actor.scope, today=today()),
        "may_register": may_open(actor, "officers"),
        "heading": "岗位授权",
        "key": uuid4(),
    }
    if may_open(actor, "grant-apply"):
        known |= {
            "form": request.session.pop("grant_form", {"from_on": f"{today():%Y-%m-%d}"}),
            "posts": CATALOGUE,
            "places": places.items(),
            "officers": officers_in_scope(actor.scope)[:SHOWN],
        }
    return render(request, "workbench/access/grants.html", known)


def _first_state(request: HttpRequest) -> str:
    """What waits for this officer, else the grants in force."""
    actor = actor_of(request)
    waits = {"grant-review": "applied", "grant-approve": "reviewed"}
    return next((state for route, state in waits.items() if may_open(actor, route)), "active")


def _route(request: HttpRequest, grant: Grant) -> str:
    actor = actor_of(request)
    route = ROUTES.get(grant.state, "")
    is_own = grant.natural_person_id == actor.natural_person_id
    return route if route and may_open(actor, route) and not (is_own and route != "grant-end") else ""


@page("grant-apply")
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for somebody else; a refusal keeps what was typed."""
    if attempt(request, lambda: _apply(request)):
        messages.success(request, _("已申请，等待稽核岗审核。"))
        return redirect("/workbench/grants/?state=applied")
    kept = ("username", "post", "division_path", "from_on", "last_on", "reason")
    request.session["grant_form"] = {name: request.POST.get(name, "") for name in kept}
    return redirect("grants")


def _apply(request: HttpRequest) -> Grant:
    officer = Officer.objects.filter(username=request.POST.get("username", "").strip().lower()).first()
    if officer is None:
        raise CheckFailed("OFFICER_UNKNOWN", _("没有这个账号。"), remedy=_("请先登记工作人员。"))
    last = request.POST.get("last_on", "").strip()
    return grant_apply(
        actor=actor_of(request),
        officer_id=officer.id,
        post=request.POST.get("post", ""),
        division_path=request.POST.get("division_path", ""),
        from_on=parse_date(request.POST.get("from_on", "") or f"{today():%Y-%m-%d}"),
        until_on=parse_date(last) + timedelta(days=1) if last else None,
        reason=request.POST.get("reason", ""),
        today=today(),
    )


def _decide(request: HttpRequest, grant_id: UUID, done: str) -> HttpResponse:
    decide = grant_review if done == "reviewed" else grant_approve
    grant = attempt(
        request,
        lambda: decide(
            actor=actor_of(request),
            grant_id=grant_id,
            is_agreed=request.POST.get("agree") == "1",
            opinion=request.POST.get("opinion", ""),
            today=today(),
            idempotency_key=request.POST.get("key") or None,
        ),
    )
    if grant is not None:
        messages.success(request, _("已办理：{state}。").format(state=grant.get_state_display()))
    return redirect("grants")


@page("grant-review")
@require_POST
def review(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """稽核岗 agrees or refuses."""
    return _decide(request, grant_id, "reviewed")


@page("grant-approve")
@require_POST
def approve(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """系统管理岗 agrees or refuses, having proved again who sits there."""
    if not is_confirmed(request, now()):
        return redirect("/workbench/my/confirm/?next=/workbench/grants/%3Fstate%3Dreviewed")
    return _decide(request, grant_id, "approved")


@page("grant-end")
@require_POST
def end(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Take a post back at once."""
    if attempt(
        request,
        lambda: grant_end(
            actor=actor_of(request),
            grant_id=grant_id,
            reason=request.POST.get("opinion", ""),
            today=today(),
            idempotency_key=request.POST.get("key") or None,
        ),
    ):
        messages.success(request, _("已收回，该账号的登录已结束。"))
    return redirect("grants")
