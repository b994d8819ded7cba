"""我的账号: own posts, place of work, phone, password, authenticator; proving again who sits there.

Worked example: a page of high risk sends 李静 to `/workbench/my/confirm/?next=…`; password and a fresh code, and for five
minutes `sessions.is_confirmed` says yes.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.staff.challenges import challenge_open
from jubao.services.staff.devices import device_lost, one_time_code_rebind
from jubao.services.staff.login import PASSWORD, identity_confirm, ways_of
from jubao.services.staff.officers import password_change
from jubao.services.staff.tickets import ticket_ask
from jubao.staff.models import Device, LoginChallenge, Officer, Ticket
from jubao.staff.one_time_codes import address, new_secret
from jubao.staff.standings import live_grants, officer_behind, standings
from jubao.workbench.access import SESSION_PLACE, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.sessions import (
    browser_of,
    is_confirmed,
    keep_session,
    mark_confirmed,
    next_address,
    origin_of,
)
from jubao.workbench.views.login import picture
from jubao.workbench.views.login_scan import code_page

SECRET = "new_one_time_secret"


def _officer(request: HttpRequest) -> Officer:
    return officer_behind(actor_of(request))


def _page(request: HttpRequest, **more: object) -> HttpResponse:
    officer = _officer(request)
    grants = list(
        live_grants(today()).filter(officer=officer).select_related("post").order_by("division_path")
    )
    names = dict(
        Division.objects.filter(
            path__in={grant.division_path for grant in grants}, valid_until__isnull=True
        ).values_list("path", "name")
    )
    known = {
        "officer": officer,
        "grants": [
            (grant, names.get(grant.division_path, ""), grant.until_on - timedelta(days=1))
            for grant in grants
        ],
        "places": [
            (held.division_path, names.get(held.division_path, "")) for held in standings(officer.id, today())
        ],
        "device": Device.objects.filter(
            natural_person_id=officer.natural_person_id, unbound_at__isnull=True
        ).first(),
        "has_password": PASSWORD in ways_of(officer, today()),
        "heading": "我的账号",
        **more,
    }
    return render(request, "workbench/access/account.html", known)


@page("my-account")
@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Everything about the own account."""
    return _page(request)


@page("my-password")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """A new password; all other sessions end."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        messages.error(request, _("两次输入的密码不一样。"))
        return redirect("my-account")

    def change() -> bool:
        password_change(
            actor=actor_of(request), former=request.POST.get("former", ""), new=new, today=today()
        )
        return True

    if attempt(request, change):
        keep_session(request, _officer(request))
        messages.success(request, _("密码已修改，其他登录已结束。"))
    return redirect("my-account")


@page("my-one-time-code")
@never_cache
@require_http_methods(["GET", "POST"])
def one_time_code(request: HttpRequest) -> HttpResponse:
    """Another authenticator, after proving who sits there."""
    if not is_confirmed(request, now()):
        return redirect(f"/workbench/my/confirm/?next={request.path}")
    if request.method == "GET":
        request.session[SECRET] = new_secret()
        secret = str(request.session[SECRET])
        return _page(request, picture=picture(address(secret, _officer(request).username)))

    def rebind() -> bool:
        one_time_code_rebind(
            actor=actor_of(request),
            secret=str(request.session.get(SECRET, "")),
            code=request.POST.get("code", ""),
            now=now(),
        )
        return True

    if attempt(request, rebind):
        request.session.pop(SECRET, None)
        messages.success(request, _("已换用新的验证器。"))
        return redirect("my-account")
    secret = str(request.session.get(SECRET, ""))
    return _page(request, picture=picture(address(secret, _officer(request).username)))


@page("my-phone")
@require_POST
def phone(request: HttpRequest) -> HttpResponse:
    """Lost: unbound at once, all sessions end, this one too. Or ask for another: a second person agrees."""
    actor = actor_of(request)
    assert actor.natural_person_id is not None and actor.officer_id is not None
    if request.POST.get("do") == "lost":
        device_lost(actor=actor, natural_person_id=actor.natural_person_id, reason=_("本人报失"), now=now())
        request.session.flush()
        return redirect("login")
    officer_id = actor.officer_id
    if attempt(
        request,
        lambda: ticket_ask(actor=actor, officer_id=officer_id, kind=Ticket.Kind.PHONE, now=now()),
    ):
        messages.success(request, _("已申请。请另一位工作人员核对身份证后同意，取得办理码。"))
    return redirect("my-account")


@page("my-place")
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Work at another place where a post is held."""
    wanted = request.POST.get("place", "")
    if wanted in {held.division_path for held in standings(_officer(request).id, today())}:
        request.session[SESSION_PLACE] = wanted
    return redirect("home")


@page("confirm-identity")
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Password and a fresh code again."""
    wanted = next_address(request, request.GET.get("next", "") or request.POST.get("next", ""))
    known = {
        "next": wanted,
        "heading": "再次确认身份",
        "has_password": PASSWORD in ways_of(_officer(request), today()),
    }
    if request.method == "GET":
        return render(request, "workbench/access/confirm.html", known)
    answer = identity_confirm(
        actor=actor_of(request),
        password=request.POST.get("password", ""),
        code=request.POST.get("code", ""),
        origin=origin_of(request),
        now=now(),
        today=today(),
    )
    if not answer.is_in:
        return render(request, "workbench/access/confirm.html", known | {"problem": answer}, status=401)
    mark_confirmed(request, now())
    return redirect(wanted)


@page("confirm-identity-scan")
@never_cache
@require_POST
def confirm_scan(request: HttpRequest) -> HttpResponse:
    """The same by scanning."""
    username = _officer(request).username
    challenge = challenge_open(
        username=username,
        browser=browser_of(request),
        now=now(),
        purpose=LoginChallenge.Purpose.CONFIRM,
    )
    return code_page(request, challenge, username, next_address(request, request.POST.get("next", "")))
