"""The simulated phone with electronic social-security cards, in the demo only: scan, confirm, bind, show codes.

Worked example: the QR of the log-in page opens `/workbench/ecard/?code=…` on any phone; choose 440523-handler's card, type the
number on the screen, 确认登录. Outside the demo the address answers 404.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jubao.kernel.errors import DomainError
from jubao.services.staff.ecard import card_bind, card_reset_code, card_scan, cards, demo_code
from jubao.services.staff.login_answers import refused
from jubao.workbench.access import page
from jubao.workbench.faces import now, today
from jubao.workbench.sessions import origin_of


def _page(request: HttpRequest, **known: object) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    chosen = request.POST.get("card", "") or request.GET.get("card", "")
    held = cards()
    known = {
        "cards": held,
        "chosen": chosen,
        "code": request.GET.get("code", "") or request.POST.get("code", ""),
        "one_time_code": demo_code(username=chosen, now=now()) if chosen else "",
        "heading": "演示电子社保卡",
        **known,
    }
    return render(request, "workbench/login/ecard.html", known)


@page("ecard")
@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Choose a card; scan what the address brought along."""
    return _page(request)


@page("ecard-scan")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Confirm the log-in on the phone."""
    if not settings.DEMO:
        raise Http404
    answer = card_scan(
        username=request.POST.get("card", ""),
        challenge_id=request.POST.get("code", "").rpartition("=")[2].rpartition(":")[2].strip(),
        match_number=request.POST.get("match_number", "").strip(),
        origin=origin_of(request),
        now=now(),
        today=today(),
    )
    return _page(request, answer=answer, is_done=answer.is_in)


@page("ecard-bind")
@require_POST
def bind(request: HttpRequest) -> HttpResponse:
    """Bind a card with the code of a ticket."""
    if not settings.DEMO:
        raise Http404
    username = request.POST.get("username", "").strip().lower()
    try:
        card_bind(username=username, code=request.POST.get("ticket", ""), now=now())
    except DomainError as problem:
        return _page(request, answer=refused(problem.code, problem.message, problem.remedy))
    return redirect(f"{reverse('ecard')}?{urlencode({'card': username})}")


@page("ecard-reset")
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Show a code for a new password on the bound card."""
    if not settings.DEMO:
        raise Http404
    try:
        code = card_reset_code(username=request.POST.get("card", ""), now=now())
    except DomainError as problem:
        return _page(request, answer=refused(problem.code, problem.message, problem.remedy))
    return _page(request, reset_code=code)
