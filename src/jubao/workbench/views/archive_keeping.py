"""组卷和借阅: binding files into volumes with their catalogue, lending files and taking them back.

Worked example: the township chooses 2026 and 人员登记与变更类, gets AJ-150404-2026-000001 and prints 卷内目录; on the
page of a file the keeper writes who borrows it, what for and until when.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.archive.models import Volume
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.archives.filing import archived_case
from jubao.services.archives.loans import loan_make, loan_return, loans_out
from jubao.services.archives.volumes import catalogue, files_unbound, volume_files, volume_make, volumes_of
from jubao.services.archives.words import category_title
from jubao.services.cases.kinds import kind_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.papers import pdf_answer

SHOWN = 200


@page("archive-volumes")
def volumes(request: HttpRequest) -> HttpResponse:
    """What can be bound, the volumes there are."""
    actor = actor_of(request)
    counts: dict[tuple[int, str], int] = {}
    for on, category in files_unbound(actor.scope).values_list("archived_on", "category"):
        counts[on.year, category] = counts.get((on.year, category), 0) + 1
    known = {
        "heading": _("组卷"),
        "unbound": [(year, key, category_title(key), n) for (year, key), n in sorted(counts.items())],
        "volumes": [(one, one.entries.count()) for one in volumes_of(actor.scope)[:SHOWN]],
        "may_make": may_open(actor, "archive-volume-make"),
    }
    return render(request, "workbench/archive/volumes.html", known)


@page("archive-volume-make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Bind a category of a year."""
    year, key = request.POST.get("year", ""), request.POST.get("category", "")
    made = attempt(
        request,
        lambda: volume_make(
            actor=actor_of(request), category=key, year=int(year) if year.isdigit() and len(year) == 4 else 0, today=today()
        ),
    )  # fmt: skip
    if made is not None:
        messages.success(request, _("已组卷 {number}。").format(number=made.number))
    return redirect("archive-volumes")


def _volume(request: HttpRequest, volume_id: UUID) -> Volume:
    found = volumes_of(actor_of(request).scope).filter(pk=volume_id).first()
    if found is None:
        raise Http404
    return found


@page("archive-volume")
def volume(request: HttpRequest, volume_id: UUID) -> HttpResponse:
    """A volume with its files."""
    found = _volume(request, volume_id)
    files = [(at, one, kind_of(one.case.kind).title) for at, one in volume_files(found.pk)]
    return render(
        request, "workbench/archive/volume.html", {"heading": found.number, "volume": found, "files": files}
    )


@page("archive-catalogue")
def print_catalogue(request: HttpRequest, volume_id: UUID) -> HttpResponse:
    """卷内目录."""
    found = _volume(request, volume_id)
    return pdf_answer(catalogue(found).pdf, f"{found.number}.pdf")


@page("archive-loans")
def loans(request: HttpRequest) -> HttpResponse:
    """What is lent now; late ones first."""
    found = [(one, one.due_on < today()) for one in loans_out(actor_of(request).scope)[:SHOWN]]
    return render(request, "workbench/archive/loans.html", {"heading": _("借出的档案"), "loans": found})


@page("archive-lend")
@require_POST
def lend(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Lend the file of a case."""
    filed, sent = archived_case(case_id), request.POST
    if filed is None or not filed.division_path.startswith(actor_of(request).scope):
        raise Http404
    made = attempt(
        request,
        lambda: loan_make(
            actor=actor_of(request), filed_id=filed.pk, borrower=sent.get("borrower", ""), unit=sent.get("unit", ""),
            purpose=sent.get("purpose", ""), due_on=_day(sent.get("due_on", "")), today=today(),
        ),
    )  # fmt: skip
    if made is not None:
        messages.success(request, _("已登记借阅。"))
    return redirect("archive-case", case_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRefused("DATE_UNREADABLE", _("日期看不懂。"), remedy=_("请写成 2026-03-12。")) from error


@page("archive-return")
@require_POST
def take_back(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Take a file back."""
    done = attempt(request, lambda: loan_return(actor=actor_of(request), loan_id=loan_id, today=today()))
    if done is None:
        return redirect("archive-loans")
    messages.success(request, _("已归还。"))
    return redirect("archive-case", done.filed.case_id)
