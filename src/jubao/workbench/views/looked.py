"""谁看过我的信息, refused calls, and showing the full values of a person for sixty seconds with a purpose.

Worked example: the auditor opens a person's 谁看过 and reads: 2026-11-22 10:14 李静 500110-intake_clerk, 核对身份, fields.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jubao.people.models import Enrolment
from jubao.services.access.log import refusals, who_looked
from jubao.services.access.out_of_hours import out_of_hours_acts
from jubao.services.access.reveals import LIFE, person_reveal
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, now, today

DAYS = 30
ACTIONS = {
    "certification": "资格认证",
    "open": "受理",
    "submit": "提交",
    "propose": "提出",
    "approve": "同意",
    "reject": "不同意",
    "return": "退回",
    "withdraw": "撤回",
}


@page("refusals")
@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """被拒绝的访问 under the officer's place."""
    looks = refusals(scope=actor_of(request).scope)
    return render(request, "workbench/access/refusals.html", {"looks": looks, "heading": "被拒绝的访问"})


@page("out-of-hours")
@require_GET
def late(request: HttpRequest) -> HttpResponse:
    """非工作时间操作 of the last thirty days under the officer's place."""
    acts = out_of_hours_acts(scope=actor_of(request).scope, first_day=today() - timedelta(days=DAYS))
    known = {
        "acts": [(act, ACTIONS.get(act.action, act.action)) for act in acts],
        "days": DAYS,
        "heading": "非工作时间操作",
    }
    return render(request, "workbench/access/late.html", known)


@page("person-looked")
@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everybody who looked at this person."""
    inside = Enrolment.objects.filter(person_id=person_id, division_path__startswith=actor_of(request).scope)
    if not inside.exists():
        raise Http404
    return render(
        request,
        "workbench/access/looked.html",
        {"looks": who_looked(person_id=person_id), "person_id": person_id, "heading": "谁看过这个人的信息"},
    )


@page("person-reveal")
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A fragment that asks again after sixty seconds and then gets nothing; without scripts a page that goes away."""
    if request.method == "GET":
        return HttpResponse("")
    shown = person_reveal(
        actor=actor_of(request),
        person_id=person_id,
        purpose=request.POST.get("purpose", ""),
        now=now(),
        today=today(),
    )
    known = {"shown": shown, "seconds": int(LIFE.total_seconds()), "person_id": person_id}
    answer = render(request, "workbench/access/revealed.html", known)
    if not request.headers.get("HX-Request"):
        answer["Refresh"] = f"{known['seconds']}; url={reverse('person', args=[person_id])}"
    return answer
