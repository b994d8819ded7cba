"""批量打印信息确认表: the forms of a district or township as one PDF per village, with progress, stop and going on.

Worked example: 受理岗 of 古南街道 prints 2026-11 for the visits of the week: 24 villages, 612 forms; eleven people have to be
asked first and are counted by reason; the file of 沱湾社区 is opened and goes to the printer.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.archive.models import Document
from jubao.jobs.print_forms import JOB, ORDER, PrintOrder
from jubao.jobs.progress import ask_to_stop
from jubao.jobs.tasks import ask_print_forms
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.oversight.models import JobRun
from jubao.services.access.log import access_record
from jubao.services.claim_free.confirmation_batch import CLASS, LEFT_OUT, batch_villages
from jubao.services.documents.store import document_open
from jubao.services.spreadsheets.exports import export_record
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.papers import pdf_answer
from jubao.workbench.reads import claim_free as reads
from jubao.workbench.reads.places import townships
from jubao.workbench.views.jobs import shown_run

SHOWN = 8


@page("claim-free-print")
def show(request: HttpRequest) -> HttpResponse:
    """What can be printed, and the printings of the place with their files."""
    actor = actor_of(request)
    place, month = _place(request), _month(request)
    villages = batch_villages(place, month) if month is not None else []
    runs = JobRun.objects.filter(job=JOB, key__startswith=actor.scope).order_by("-started_at", "-id")[:SHOWN]
    known = {
        "heading": _("批量打印信息确认表"),
        "months": reads.months_listed(actor.scope), "month": month, "place": place, "places": townships(actor.scope),
        "scope": actor.scope, "village_count": len(villages), "people": sum(len(one.case_ids) for one in villages),
        "runs": [_printing(run) for run in runs],
    }  # fmt: skip
    return render(request, "workbench/claim_free/print.html", known)


@page("claim-free-print-start")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Print, or go on with a printing that was stopped; the purpose is kept."""
    attempt(request, lambda: _start(request))
    return redirect("claim-free-print")


def _start(request: HttpRequest) -> UUID:
    actor, place, month = actor_of(request), _place(request), _month(request)
    villages = batch_villages(place, month) if month is not None else []
    if month is None or not villages:
        raise InputRefused(
            "NOTHING_TO_PRINT",
            _("没有要打印的人：都已确认，或名单还没有提取。"),
            remedy=_("请换一个月份或镇街。"),
        )
    people = sum(len(one.case_ids) for one in villages)
    export_record(
        actor=actor, what="print:confirmation_forms", purpose=request.POST.get("purpose", ""),
        filters={"place": place, "month": month}, row_count=people, content=b"",
    )  # fmt: skip
    order = PrintOrder(
        pack_code_of(place), place, month, today(), actor.officer_id, actor.natural_person_id, actor.name
    )
    return ask_print_forms(order)


@page("claim-free-print-stop")
@require_POST
def stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop after the village at hand; what is printed stays."""
    ask_to_stop(_run(request, job_id).pk)
    return redirect("claim-free-print")


@page("claim-free-print-file")
def file(request: HttpRequest, job_id: UUID, document_id: UUID) -> HttpResponse:
    """The forms of one village."""
    run = _run(request, job_id)
    steps: dict[str, Any] = (run.result or {}).get("steps", {})
    kept = {one for name, step in steps.items() if name != ORDER for one in step["documents"]}
    document = Document.objects.filter(pk=document_id, document_class=CLASS).first()
    if document is None or str(document.pk) not in kept:
        raise Http404
    access_record(
        actor=actor_of(request),
        person_id=None,
        fields=[f"document:{document.pk}"],
        purpose=chinese("打印信息确认表"),
    )
    return pdf_answer(document_open(document.pk), document.name)


def _run(request: HttpRequest, job_id: UUID) -> JobRun:
    """A printing inside the officer's place."""
    found = JobRun.objects.filter(pk=job_id, job=JOB, key__startswith=actor_of(request).scope).first()
    if found is None:
        raise Http404
    return found


def _printing(run: JobRun) -> dict[str, Any]:
    steps: dict[str, Any] = (run.result or {}).get("steps", {})
    villages = [step for name, step in steps.items() if name != ORDER]
    left_out: dict[str, int] = {}
    for step in villages:
        for reason, count in step["left_out"].items():
            left_out[reason] = left_out.get(reason, 0) + count
    place, _sign, made_on = run.key.partition("|")
    return {
        "run": shown_run(run), "state": run.state, "place": place, "made_on": made_on, "month": run.month,
        "month_text": str(Month.from_index(run.month)) if run.month else "", "villages": villages,
        "forms": sum(step["forms"] for step in villages),
        "left_out": [(LEFT_OUT.get(reason, reason), count) for reason, count in sorted(left_out.items())],
    }  # fmt: skip


def _place(request: HttpRequest) -> str:
    """The township asked for, inside the officer's place; else the whole of it."""
    scope = actor_of(request).scope
    asked = request.POST.get("place") or request.GET.get("place", "")
    return asked if asked.startswith(scope) else scope


def _month(request: HttpRequest) -> int | None:
    asked = request.POST.get("month") or request.GET.get("month", "")
    if asked.isdigit():
        return int(asked)
    listed = [int(value) for value, _title in reads.months_listed(actor_of(request).scope)]
    return max(listed, default=None)
