"""风险防控: one page of what internal control looks at, the townships' quality, who answers for a decision, deaths reported late.

Worked example: at 22:30 somebody certified out of hours: 风险防控 shows 22:30, 李静, 资格认证 and the person; beside it
conflicting posts, the imports approved this month and the open tips.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.facts.missed_reports import missed_reports
from jubao.facts.township_quality import township_quality
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record
from jubao.services.supervision.liability import liability_open, responsible
from jubao.services.supervision.risks import risks_of
from jubao.services.supervision.words import TOPICS
from jubao.workbench.access import page
from jubao.workbench.case_rows import kind_title, state_tag
from jubao.workbench.exporting import exported
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Listing
from jubao.workbench.reads import person as read
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.reads.places import place_names
from jubao.workbench.views.looked import ACTIONS

DAYS = 30


@page("risk-control")
def control(request: HttpRequest) -> HttpResponse:
    """Post conflicts, out-of-hours acts, import approvals, tips: thirty days of the place."""
    actor = actor_of(request)
    found = risks_of(scope=actor.scope, first_day=today() - timedelta(days=DAYS), today=today())
    names = officer_names(key for one in found.imports for key in (one.maker_id, one.checker_id))
    places = place_names([tip.division_path for tip in found.tips])
    known = {
        "days": DAYS, "conflicts": found.conflicts, "rotation": found.rotation,
        "acts": [(act, ACTIONS.get(act.action, act.action)) for act in found.acts],
        "imports": [
            (one, kind_title(one), names.get(one.maker_id, ""), names.get(one.checker_id, "")) for one in found.imports
        ],
        "tips": [
            (tip, TOPICS[tip.topic], places.get(tip.division_path, ""), state_tag(tip.case)) for tip in found.tips
        ],
    }  # fmt: skip
    return render(request, "workbench/supervision/risks.html", known)


QUALITY = Listing(
    key="township-quality",
    columns=(
        Column("name", "镇街", lambda one: one.name),
        Column("sent", "报送件数", lambda one: one.sent, is_number=True),
        Column("returned", "退回件数", lambda one: one.returned, is_number=True),
        Column("rate", "退回率", lambda one: one.return_rate, is_number=True),
        Column("errors", "稽核发现", lambda one: one.errors, is_number=True),
        Column("late", "超期件数", lambda one: one.late, is_number=True),
    ),
)


def _span(request: HttpRequest) -> tuple[date, date]:
    """The days asked for; this month where they are not readable."""
    month = Month.containing(today())
    try:
        return parse_date(request.GET.get("from", "")), parse_date(request.GET.get("until", ""))
    except DomainError:
        return month.first_day, today()


@page("township-quality")
def quality(request: HttpRequest) -> HttpResponse:
    """Returns, findings and lateness by township."""
    first, last = _span(request)
    rows = township_quality(prefix=actor_of(request).scope, first=first, last=last, today=today())
    return render(request, "workbench/supervision/quality.html", {"rows": rows, "first": first, "last": last})


@page("township-quality-export")
@require_POST
def quality_export(request: HttpRequest) -> HttpResponse:
    """The same rows as a spreadsheet."""
    first, last = _span(request)
    rows = township_quality(prefix=actor_of(request).scope, first=first, last=last, today=today())
    title = f"镇街业务质量 {first} 至 {last}"
    return exported(
        request, what="township_quality", title=title, listing=QUALITY, rows=rows, back="township-quality"
    )


@page("case-responsible")
def who(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who proposed and who decided; from here a case about the responsibility is opened."""
    case = in_scope(actor_of(request)).filter(pk=case_id).first()
    if case is None:
        raise Http404
    if request.method == "POST":
        sent = request.POST
        opened = attempt(request, lambda: liability_open(
            actor=actor_of(request), case_id=case.pk, ground=sent.get("ground", ""), today=today(),
            idempotency_key=sent.get("key") or None,
        ))  # fmt: skip
        if opened is None:
            return redirect("case-responsible", case.pk)
        messages.success(request, _("已立案：{number}。").format(number=opened.number))
        return redirect("supervision-file", opened.pk)
    found = responsible(case)
    places = place_names(one.place_path for one in found)
    known = {
        "case": case, "title": kind_title(case), "state": state_tag(case), "key": uuid4(),
        "rows": [(one, places.get(one.place_path, "")) for one in found],
        "may_open": bool(actor_of(request).posts & {"auditor", "bureau_officer"}),
    }  # fmt: skip
    return render(request, "workbench/supervision/responsible.html", known)


@page("missed-reports")
def missed(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The lists that missed a death, and what was paid meanwhile."""
    actor = actor_of(request)
    if read.enrolment_of(actor, person_id) is None:
        raise Http404
    access_record(actor=actor, person_id=person_id, fields=["missed-reports"], purpose=chinese("稽核"))
    found = missed_reports(person_id)
    months: list[Any] = [str(Month.from_index(one)) for one in found.months] if found else []
    known = {"found": found, "months": months, "person_id": person_id}
    return render(request, "workbench/supervision/missed.html", known)
