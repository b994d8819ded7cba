"""Log-in: who you are on one page, the code of the SMS on the next; the other ways stand on both.

Worked example: 张桂芳 types name, number and telephone; the code goes to the telephone in the register; six digits later she is
back on the page she had asked for.
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jubao.jobs.outbox import ask_sending
from jubao.kernel.text import _
from jubao.portal.access import open_session, origin_of, page
from jubao.portal.faces import attempt, now, shown, today
from jubao.portal.views.home import safe_address
from jubao.portal.words import refusal_of_answer
from jubao.services.residents.accounts import login, sessions_end
from jubao.services.residents.codes import asking, code_request

SESSION_ASKING, SESSION_NEXT = "resident_asking", "resident_next"


@page("login")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name, number, telephone; a code leaves where the three fit."""
    title = _("登录")
    if request.method != "POST":
        request.session[SESSION_NEXT] = safe_address(request, request.GET.get("next", ""))
        return shown(request, "portal/login.html", title=title, typed={})
    typed = {name: request.POST.get(name, "").strip()[:60] for name in ("name", "number", "phone")}
    sealed, problem, status = attempt(
        lambda: code_request(
            ask=asking(**typed, today=today()), origin=origin_of(request), now=now(), today=today()
        )
    )
    if sealed is None:
        return shown(request, "portal/login.html", title=title, typed=typed, problem=problem, status=status)
    transaction.on_commit(ask_sending)
    request.session[SESSION_ASKING] = sealed
    return redirect("portal:code")


@page("code")
def code(request: HttpRequest) -> HttpResponse:
    """The six digits; wrong ones stay on the page, which says what else can be done."""
    sealed = request.session.get(SESSION_ASKING, "")
    if not sealed:
        return redirect("portal:login")
    if request.method != "POST":
        return shown(request, "portal/code.html", title=_("输入验证码"))
    answer = login(
        sealed=sealed, code=request.POST.get("code", ""), origin=origin_of(request), now=now(), today=today()
    )
    if answer.account is None:
        problem = refusal_of_answer(answer)
        return shown(request, "portal/code.html", title=_("输入验证码"), problem=problem, status=422)
    where = request.session.get(SESSION_NEXT) or reverse("portal:home")
    open_session(request, answer.account)
    return redirect(where)


@page("logout")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Out of this browser; with `everywhere` out of all."""
    account = request.account  # type: ignore[attr-defined]
    if account is not None and request.POST.get("everywhere"):
        sessions_end(account=account)
    request.session.flush()
    return redirect(f"{reverse('portal:home')}?{urlencode({'left': 1})}")
