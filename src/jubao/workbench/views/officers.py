"""工作人员: accounts, registration, closing, unlocking, and the tickets for passwords and phones that two people give.

Worked example: 稽核岗 presses 申请重置密码 beside 王志强, 审批岗 finds it under 等待第二人同意, sees his identity card, agrees
and reads him the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jubao.kernel.text import _, translated
from jubao.services.staff.devices import device_lost
from jubao.services.staff.officers import officer_disable, officer_register, officer_unlock, officers_in_scope
from jubao.services.staff.tickets import ticket_agree, ticket_ask, tickets_waiting
from jubao.staff.models import Device, Officer
from jubao.staff.posts import POSTS
from jubao.staff.standings import live_grants
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today

SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One account as the page draws it."""

    officer: Officer
    posts: str
    phone: str


def _page(request: HttpRequest, *, code: str = "") -> HttpResponse:
    actor = actor_of(request)
    found = list(officers_in_scope(actor.scope)[:SHOWN])
    ids = [officer.id for officer in found]
    posts: dict[UUID, list[str]] = {}
    for officer_id, post in (
        live_grants(today()).filter(officer_id__in=ids).values_list("officer_id", "post_id")
    ):
        posts.setdefault(officer_id, []).append(translated(POSTS[post].name))
    phones = dict(
        Device.objects.filter(natural_person__officers__in=ids, unbound_at__isnull=True).values_list(
            "natural_person_id", "label"
        )
    )
    known = {
        "officers": [
            Line(officer, "、".join(posts.get(officer.id, [])), phones.get(officer.natural_person_id, ""))
            for officer in found
        ],
        "tickets": [
            ticket
            for ticket in tickets_waiting(now()).filter(officer_id__in=ids)
            if actor.natural_person_id not in (ticket.asked_by_id, ticket.natural_person_id)
        ],
        "may_register": may_open(actor, "officer-register"),
        "form": request.session.pop("officer_form", {}),
        "code": code,
        "heading": "工作人员",
    }
    return render(request, "workbench/access/officers.html", known)


@page("officers")
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Accounts under the officer's place and those without a post yet."""
    return _page(request)


@page("officer-register")
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Open an account; the identity number is kept as a keyed digest only."""
    given = {name: request.POST.get(name, "").strip() for name in ("name", "username", "phone")}
    made = attempt(
        request,
        lambda: officer_register(
            actor=actor_of(request), id_number=request.POST.get("id_number", ""), today=today(), **given
        ),
    )
    if made is None:
        request.session["officer_form"] = given
    else:
        messages.success(
            request, _("已登记 {username}。请申请岗位权限，并办理首次登录。").format(username=made.username)
        )
    return redirect("officers")


@page("officer-ticket")
@never_cache
@require_POST
def ticket(request: HttpRequest) -> HttpResponse:
    """Ask for a ticket, or agree to one: the code stands on this page only."""
    actor = actor_of(request)
    if wanted := request.POST.get("ticket", ""):
        code = attempt(request, lambda: ticket_agree(actor=actor, ticket_id=UUID(wanted), now=now()))
        return _page(request, code=code or "")
    if attempt(
        request,
        lambda: ticket_ask(
            actor=actor,
            officer_id=UUID(request.POST.get("officer", "")),
            kind=request.POST.get("kind", ""),
            now=now(),
        ),
    ):
        messages.success(request, _("已申请，请另一位同事核对身份证后同意。"))
    return redirect("officers")


@page("officer-disable")
@require_POST
def disable(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """Close an account at once."""

    def run() -> bool:
        reason = request.POST.get("reason", "")
        officer_disable(actor=actor_of(request), officer_id=officer_id, reason=reason, today=today())
        return True

    if attempt(request, run):
        messages.success(request, _("账号已停用，登录已结束。"))
    return redirect("officers")


@page("officer-unlock")
@require_POST
def unlock(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """Failures so far do not count."""

    def run() -> bool:
        officer_unlock(actor=actor_of(request), officer_id=officer_id, now=now())
        return True

    if attempt(request, run):
        messages.success(request, _("已解除锁定。"))
    return redirect("officers")


@page("officer-phone-lost")
@require_POST
def phone_lost(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """Unbind the phone of an officer in one's area."""
    actor = actor_of(request)
    officer = officers_in_scope(actor.scope).filter(id=officer_id).first()
    if officer is None:
        return redirect("officers")

    def run() -> bool:
        device_lost(actor=actor, natural_person_id=officer.natural_person_id, reason=_("报失"), now=now())
        return True

    if attempt(request, run):
        messages.success(request, _("已解除绑定，所有登录已结束。"))
    return redirect("officers")
