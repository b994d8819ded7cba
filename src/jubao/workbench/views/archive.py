"""档案管理: filed cases by place, each with its items, their hashes, category, keeper and term; what waits to be filed.

Worked example: DA-500110-2024-000012, 养老待遇核定类, kept until 2074-03-11: identity card, 信息确认表, 待遇核定表; the scan
of the card was changed on the disk: the check names it. Every look at a file is logged.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jubao.archive.models import ArchivedCase
from jubao.cases.models import Case
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record
from jubao.services.archives.disposal import contents_remove, leftovers
from jubao.services.archives.filing import (
    NOT_FILED,
    archive_file,
    archive_problems,
    archive_summary,
    archived_case,
)
from jubao.services.archives.items import RECORD, archive_items
from jubao.services.archives.loans import loans_of
from jubao.services.archives.overdue import (
    archive_file_all,
    cases_overdue,
    cases_to_file,
    days_late,
    file_within_days,
)
from jubao.services.archives.words import CATEGORIES, category_title
from jubao.services.cases.kinds import kind_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.places import place_names, townships

MOST_CHECKED, SHOWN = 2000, 20


def _until(filed: ArchivedCase) -> str:
    return filed.retention_until.isoformat() if filed.retention_until else _("永久")


def _listing(request: HttpRequest) -> Listing:
    scope = actor_of(request).scope
    return Listing(
        key="archive",
        columns=(
            Column("number", "档案号", lambda one: one.number, sort="number"),
            Column("name", "姓名", lambda one: one.case.person.name if one.case.person else ""),
            Column("case", "业务", lambda one: f"{kind_of(one.case.kind).title} {one.case.number}"),
            Column("category", "类别", lambda one: category_title(one.category)),
            Column("count", "件数", lambda one: len(one.items), is_number=True),
            Column("archived", "归档日期", lambda one: one.archived_on, sort="archived_on"),
            Column("until", "保管至", _until),
        ),
        filters=(
            Filter("number", "档案号", lambda rows, text: rows.filter(number__startswith=text.strip())),
            Filter("name", "姓名", lambda rows, text: rows.filter(case__person__name=text.strip())),
            Filter("category", "类别", lambda rows, key: rows.filter(category=key), "choice",
                   lambda: [(key, category_title(key)) for key in CATEGORIES]),
            Filter("place", "镇街", lambda rows, path: rows.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
        ),
        link=lambda one: reverse("archive-case", args=[one.case_id]),
        empty_title="没有归档的业务",
        empty_help="免申即享复核同意后自动归档；其他业务办结后在“待归档”中归档。",
    )  # fmt: skip


@page("archive")
def index(request: HttpRequest) -> HttpResponse:
    """The files of the officer's place."""
    known = {"heading": _("档案管理"), "page": page_of(request, _listing(request), _filed(request))}
    return render(request, "workbench/archive/list.html", known)


def _filed(request: HttpRequest) -> QuerySet[ArchivedCase]:
    scope = actor_of(request).scope
    return ArchivedCase.objects.filter(division_path__startswith=scope).select_related("case", "case__person")


@page("archive-case")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One file; before the filing, what is there and what is missing."""
    actor, case = actor_of(request), _case(request, case_id)
    access_record(
        actor=actor,
        person_id=case.person_id,
        fields=["archive"],
        purpose=chinese("查看档案"),
        case_id=case.pk,
    )
    filed = archived_case(case.pk)
    summary = archive_summary(filed) if filed else None
    known = {
        "heading": filed.number if filed else _("归档：{number}").format(number=case.number),
        "case": case, "items": archive_items(case, today()),
        "filed": summary,
        "record": next((one for one in summary["items"] if one["kind"] == RECORD), None) if summary else None,
        "category": category_title(filed.category) if filed else "",
        "keeper": place_names([filed.keeper_path]).get(filed.keeper_path, "") if filed else "",
        "until": _until(filed) if filed else "",
        "loans": list(loans_of(filed)) if filed else [], "may_lend": may_open(actor, "archive-lend"),
        "may_file": filed is None and _may_be_filed(case) and may_open(actor, "archive-file"),
    }  # fmt: skip
    return render(request, "workbench/archive/case.html", known)


def _may_be_filed(case: Case) -> bool:
    return not case.is_open and case.outcome not in NOT_FILED


@page("archive-waiting")
def waiting(request: HttpRequest) -> HttpResponse:
    """What is finished and not filed; first what the term has run out for. A press files all that is complete."""
    actor, on = actor_of(request), today()
    if request.method == "POST":
        done = archive_file_all(actor=actor, today=on)
        messages.success(request, _("归档 {count} 件。").format(count=done.count))
        for number, reason in done.kept_back[:SHOWN]:
            messages.error(request, f"{number} {reason}")
        return redirect("archive-waiting")
    days = file_within_days(actor.scope, on)
    rows = list(cases_to_file(scope=actor.scope, today=on)[:MOST_CHECKED])
    known = {
        "heading": _("待归档"), "days": days, "count": cases_overdue(scope=actor.scope, today=on).count(),
        "rows": [(one, kind_of(one.kind).title, days_late(one, days, on) if days is not None else 0) for one in rows],
    }  # fmt: skip
    return render(request, "workbench/archive/waiting.html", known)


@page("archive-file")
@require_POST
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """File a finished case that is not filed yet."""
    case = _case(request, case_id)
    attempt(request, lambda: archive_file(actor=actor_of(request), case=case, today=today()))
    return redirect("archive-case", case_id)


@page("archive-check")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Compare every file of the place with what was filed; finish destructions that were decided and cut short."""
    contents_remove(leftovers())
    rows = _filed(request).order_by("-id")[:MOST_CHECKED]
    found = [(filed.number, problem) for filed in rows for problem in archive_problems(filed)]
    for number, problem in found[:SHOWN]:
        messages.error(request, f"{number} {problem}")
    if not found:
        messages.success(
            request, _("核对了 {count} 份档案，材料齐全，内容与归档时一致。").format(count=len(rows))
        )
    return redirect("archive")


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = Case.objects.filter(pk=case_id, division_path__startswith=actor_of(request).scope).first()
    if found is None:
        raise Http404
    return found
