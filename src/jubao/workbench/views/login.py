"""The log-in page: user name, password and one-time code; logging out; a new password with a code from two colleagues.

Worked example: `/workbench/login/?next=/workbench/cases/` lets 李静 in and goes on to the cases; a wrong code says the same as
a wrong name.
"""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jubao.kernel.errors import DomainError
from jubao.services.staff.devices import password_reset
from jubao.services.staff.login import password_login
from jubao.workbench.access import page
from jubao.workbench.faces import now, today
from jubao.workbench.sessions import next_address, open_session, origin_of


@page("login")
@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The form; with an answer for whom it did not let in."""
    wanted = next_address(request, request.GET.get("next", "") or request.POST.get("next", ""))
    if request.method == "GET":
        if getattr(request, "actor", None) is not None:
            return redirect(wanted)
        return _form(request, wanted)
    answer = password_login(
        username=request.POST.get("username", ""),
        password=request.POST.get("password", ""),
        code=request.POST.get("code", ""),
        origin=origin_of(request),
        now=now(),
        today=today(),
    )
    if answer.officer is None:
        return _form(request, wanted, problem=answer)
    open_session(request, answer.officer)
    return redirect(wanted)


def _form(request: HttpRequest, wanted: str, *, problem: object = None) -> HttpResponse:
    known = {
        "next": wanted,
        "problem": problem,
        "username": request.POST.get("username", ""),
        "is_demo": settings.DEMO,
        "heading": "登录",
    }
    return render(request, "workbench/login/password.html", known, status=401 if problem else 200)


@page("logout")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End this session."""
    request.session.flush()
    return redirect("login")


@page("ticket-redeem")
@never_cache
@require_http_methods(["GET", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """首次登录、重置密码: set a password with the code of a ticket, then scan the secret of the one-time codes, shown once."""
    if request.method == "GET":
        return render(request, "workbench/login/ticket.html", {"heading": "设置密码和动态码"})
    known = {"heading": "设置密码和动态码", "username": request.POST.get("username", "")}
    if request.POST.get("password", "") != request.POST.get("again", ""):
        return render(request, "workbench/login/ticket.html", known | {"differs": True}, status=422)
    try:
        address = password_reset(
            username=request.POST.get("username", ""),
            code=request.POST.get("ticket", ""),
            new_password=request.POST.get("password", ""),
            now=now(),
            today=today(),
        )
    except DomainError as problem:
        return render(request, "workbench/login/ticket.html", known | {"problem": problem}, status=422)
    known |= {"picture": picture(address), "secret": address.split("secret=")[1].split("&")[0]}
    return render(request, "workbench/login/authenticator.html", known)


def picture(text: str) -> str:
    """A QR as SVG inside the page."""
    return mark_safe(segno.make(text, micro=False).svg_inline(scale=5, border=3, dark="#111", light="#fff"))
