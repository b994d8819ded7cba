"""到期影像: pictures and videos with the day until which each is kept; those whose term is over are proposed for destruction.

Worked example: a photo of 2024-05-01 stands there with 保管至 2027-05-01; chosen the day before, the page says why not; from that
day on it is marked 已到期 and chosen by itself.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.kernel.text import _
from jubao.services.archives.disposal import KIND, disposal_propose, pictures, pictures_kept
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.sent import key_of

SHOWN = 200


@page("disposals")
def index(request: HttpRequest) -> HttpResponse:
    """The oldest pictures of the place, what is under way and what was destroyed."""
    actor, on = actor_of(request), today()
    if request.method == "POST":
        return _propose(request)
    kept = pictures_kept(actor.scope, list(pictures(actor.scope)[:SHOWN]), on)
    cases = Case.objects.filter(kind=KIND, division_path__startswith=actor.scope).order_by("-id")
    known = {
        "heading": _("到期影像"),
        "rows": [(one, one.is_due(on)) for one in kept],
        "due": sum(one.is_due(on) for one in kept),
        "cases": cases[:SHOWN],
        "destroyed": Document.objects.filter(disposal_case_id__in=cases.values("pk")).order_by(
            "-disposed_on"
        )[:SHOWN],
        "may_propose": "handler" in actor.posts,
        "may_open_case": may_open(actor, "case"),
    }
    return render(request, "workbench/archive/disposals.html", known)


def _propose(request: HttpRequest) -> HttpResponse:
    chosen = [one for text in request.POST.getlist("document") if (one := key_of(text))]
    made = attempt(
        request,
        lambda: disposal_propose(
            actor=actor_of(request),
            document_ids=chosen,
            today=today(),
            idempotency_key=request.POST.get("key") or None,
        ),
    )
    if made is not None:
        messages.success(request, _("销毁清册 {number} 已提交，等审批。").format(number=made.number))
    return redirect("disposals")
