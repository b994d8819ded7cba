"""Log-in by scanning: the QR with the number to match, the page that waits, and the door where a card platform answers.

Worked example: 李静 types her user name and sees a QR and 47; her card answers at `/workbench/login/scan/answer/` with JSON
(device, purpose, subject, match_number, at, signature); within two seconds the page goes on to 首页.
"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jubao.services.staff.challenges import challenge_answer, challenge_open, challenge_use
from jubao.staff.models import LoginChallenge
from jubao.staff.phones import PhoneAnswer
from jubao.workbench.access import page
from jubao.workbench.faces import now, today
from jubao.workbench.sessions import (
    browser_of,
    mark_confirmed,
    next_address,
    open_session,
    origin_of,
)
from jubao.workbench.views.login import picture


@page("login-scan")
@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask for the user name, then show the code."""
    wanted = next_address(request, request.GET.get("next", "") or request.POST.get("next", ""))
    username = request.POST.get("username", "").strip()
    if request.method == "GET" or not username:
        known = {"next": wanted, "heading": "扫码登录", "is_demo": settings.DEMO}
        return render(request, "workbench/login/scan_name.html", known)
    challenge = challenge_open(username=username, browser=browser_of(request), now=now())
    return code_page(request, challenge, username, wanted)


def code_page(request: HttpRequest, challenge: LoginChallenge, username: str, wanted: str) -> HttpResponse:
    """The QR, the number, sixty seconds."""
    phone = request.build_absolute_uri(f"{reverse('ecard')}?{urlencode({'code': str(challenge.id)})}")
    known = {
        "challenge": challenge,
        "username": username,
        "next": wanted,
        "picture": picture(phone if settings.DEMO else f"jubao-login:{challenge.id}"),
        "is_demo": settings.DEMO,
        "is_login": challenge.purpose == LoginChallenge.Purpose.LOGIN,
        "heading": "扫码登录" if challenge.purpose == LoginChallenge.Purpose.LOGIN else "再次确认身份",
    }
    return render(request, "workbench/login/scan_code.html", known)


@page("login-scan-state")
@never_cache
@require_GET
def state(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """The page asks whether it may go on; htmx every two seconds, or the button without scripts."""
    wanted = next_address(request, request.GET.get("next", ""))
    answer = challenge_use(
        challenge_id=challenge_id,
        browser=browser_of(request),
        origin=origin_of(request),
        now=now(),
        today=today(),
    )
    is_fragment = bool(request.headers.get("HX-Request"))
    if answer is not None and answer.officer is not None:
        actor = getattr(request, "actor", None)
        if actor is None:
            open_session(request, answer.officer)
        elif actor.officer_id == answer.officer.id:
            mark_confirmed(request, now())
        if not is_fragment:
            return redirect(wanted)
        on = HttpResponse(status=204)
        on["HX-Redirect"] = wanted
        return on
    known = {"problem": answer, "challenge_id": challenge_id, "next": wanted, "heading": "扫码登录"}
    template = "scan_state.html" if is_fragment else "scan_wait.html"
    return render(request, f"workbench/login/{template}", known)


@page("login-scan-answer")
@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """What a card said, signed by the card itself; no cookie counts here."""
    said = _read(request.body)
    if said is None:
        return JsonResponse({"code": "ANSWER_UNREADABLE", "message": "无法识别的扫码结果"}, status=400)
    answer = challenge_answer(answer=said, origin=origin_of(request), now=now(), today=today())
    if answer.is_in:
        return JsonResponse({"code": "CONFIRMED"})
    return JsonResponse({"code": answer.code, "message": answer.message, "remedy": answer.remedy}, status=403)


def _read(body: bytes) -> PhoneAnswer | None:
    try:
        given = json.loads(body)
        at = datetime.fromisoformat(given["at"])
        return PhoneAnswer(
            UUID(given["device_id"]),
            str(given["purpose"]),
            str(given["subject"]),
            str(given["match_number"]),
            at,
            str(given["signature"]),
        ) if at.tzinfo else None  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
