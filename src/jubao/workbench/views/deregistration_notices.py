"""注销告知: whom the district sends to the township, what the township and the village have to bring, what is overdue.

Worked example: 数据岗 ticks three people and presses 下发; 振兴街道 sees three tasks; 协办员 enters on her telephone that the
son signed on 2024-05-06; from 2024-06-06 on the row stands red among the overdue ones.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.documents.store import document_store
from jubao.services.settlement.applications import NOTICE_KIND
from jubao.services.settlement.notices import (
    Delivery,
    notice_candidates,
    notice_deliver,
    notices_in,
    notices_send,
    overdue_notices,
)
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.papers import shown_document
from jubao.workbench.reads.places import place_names
from jubao.workbench.views.settlements import day_of


@page("deregistration-notices")
def index(request: HttpRequest) -> HttpResponse:
    """The tasks below the officer's place, the overdue ones first; for the district also whom to send."""
    actor = actor_of(request)
    tasks = list(notices_in(actor.scope).prefetch_related("materials"))
    late = {one.pk for one in overdue_notices(scope=actor.scope, today=today())}
    may_send = may_open(actor, "deregistration-notices-send")
    found = notice_candidates(scope=actor.scope) if may_send else []
    places = dict(
        Enrolment.objects.filter(person_id__in=[one.person_id for one in found], ended_on__isnull=True)
        .values_list("person_id", "division_path")
    )  # fmt: skip
    names = place_names([*(one.division_path for one in tasks), *places.values()])
    known = {
        "tasks": [
            (one, names.get(one.division_path, ""), one.pk in late, _letter_of(one))
            for one in sorted(tasks, key=lambda one: one.pk not in late)
        ],
        "late": len(late),
        "found": [(one, names.get(places.get(one.person_id, ""), "")) for one in found],
        "may_send": may_send,
        "may_deliver": may_open(actor, "deregistration-notice"),
    }
    return render(request, "workbench/deregistrations/notices.html", known)


@page("deregistration-notice-file")
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The notice to print and bring."""
    actor = actor_of(request)
    case = Case.objects.filter(kind=NOTICE_KIND, pk=case_id, division_path__startswith=actor.scope).first()
    if case is None:
        raise Http404
    return shown_document(actor, _letter_of(case), case)


def _letter_of(case: Case) -> UUID | None:
    return next(
        (one.document_id for one in case.materials.all() if one.kind == "deregistration_notice"), None
    )


@page("deregistration-notices-send")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the ticked people to their townships."""
    chosen = [UUID(key) for key in request.POST.getlist("row")]
    count = attempt(request, lambda: notices_send(actor=actor_of(request), person_ids=chosen, today=today()))
    if count:
        messages.success(request, _("已下发 {count} 人，告知书已生成。").format(count=count))
    return redirect("deregistration-notices")


@page("deregistration-notice")
def deliver(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How the notice was brought: day, receiver, signature or refusal, with the receipt."""
    actor = actor_of(request)
    case = notices_in(actor.scope).filter(pk=case_id, state="issued").first()
    if case is None:
        raise Http404
    if request.method == "POST":
        done = attempt(request, lambda: _delivered(request, case))
        if done is not None:
            words = _("已登记送达，申请期限到 {day}。").format(day=done.proposal["due_on"])
            messages.success(request, words)
            return redirect("deregistration-notices")
        return redirect("deregistration-notice", case_id)
    return render(request, "workbench/deregistrations/deliver.html", {"case": case, "today": today()})


def _delivered(request: HttpRequest, case: Case) -> Case:
    sent, actor, given = request.POST, actor_of(request), request.FILES.get("receipt")
    on = day_of(sent.get("delivered_on", ""))
    if on is None or given is None:
        raise InputRefused(
            "DELIVERY_UNCLEAR", _("没有送达日期或送达回执。"), remedy=_("请填写日期，拍下回执。")
        )
    receipt = document_store(
        actor=actor, content=given.read(), name=given.name or "", content_type=given.content_type or "",
        document_class="delivery_receipt", person_id=case.person_id, case_id=case.pk,
    )  # fmt: skip
    delivery = Delivery(
        on,
        sent.get("receiver", ""),
        sent.get("by", "") or actor.name,
        sent.get("signed") == "1",
        sent.get("refusal", ""),
    )
    return notice_deliver(
        actor=actor, case_id=case.pk, delivery=delivery, receipt_id=receipt.pk,
        expected_version=int(sent.get("version") or 0), today=today(), now=now(),
    )  # fmt: skip
