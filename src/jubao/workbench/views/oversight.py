"""稽核内控: what the self-audit found, refused calls, who looked at people, files that left, out-of-hours work.

Worked example: an auditor opens 稽核内控 in the morning: 自检 142 项全部通过 at 02:10, three refused calls of yesterday, and
one export of 312 rows for 核对账户.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jubao.forms.masks import masked_name
from jubao.oversight.models import AccessEvent, AuditHead, Export, SelfAuditReport
from jubao.people.models import Person
from jubao.services.access.log import refusals
from jubao.staff.models import NaturalPerson
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.templatetags.figures import moment

SHOWN = 30


@page("oversight")
def index(request: HttpRequest) -> HttpResponse:
    """The page of the auditor."""
    actor = actor_of(request)
    reports = list(SelfAuditReport.objects.order_by("-id")[:10])
    exports = list(Export.objects.order_by("-id")[:SHOWN])
    names = officer_names(one.natural_person_id for one in exports)
    known = {
        "reports": [(one, _found(one)) for one in reports],
        "head": AuditHead.objects.order_by("-until_sequence").first(),
        "refusals": refusals(scope=actor.scope, limit=SHOWN),
        "exports": [(one, names.get(one.natural_person_id, "")) for one in exports],
        "heading": "稽核内控",
    }
    return render(request, "workbench/oversight/index.html", known)


def _found(report: SelfAuditReport) -> list[dict[str, Any]]:
    """The lines of a report that found something."""
    lines = report.lines if isinstance(report.lines, list) else []
    return [line for line in lines if isinstance(line, dict) and line.get("violations")]


def _fill(events: Any) -> None:
    names = officer_names(event.natural_person_id for event in events)
    people = dict(
        Person.objects.filter(pk__in={event.person_id for event in events}).values_list("id", "name")
    )
    for event in events:
        event.officer = names.get(event.natural_person_id, "")
        event.person_name = masked_name(people.get(event.person_id, ""))


def _person(event: Any) -> Any:
    if not event.person_id or not event.person_name:
        return ""
    return format_html('<a href="{}">{}</a>', reverse("person", args=[event.person_id]), event.person_name)


def _by_officer(events: Any, text: str) -> Any:
    return events.filter(
        natural_person_id__in=list(NaturalPerson.objects.filter(name=text).values_list("id", flat=True))
    )


LOOKS = Listing(
    key="access-log",
    columns=(
        Column("at", "时间", lambda event: moment(event.at)),
        Column("officer", "人员", lambda event: event.officer),
        Column("person", "看了谁", _person),
        Column("purpose", "用途", lambda event: "被拒绝" if event.was_refused else event.purpose),
        Column("fields", "内容", lambda event: event.fields.partition(":")[0]),
        Column("device", "设备", lambda event: event.device, is_shown=False),
    ),
    filters=(
        Filter("officer", "人员姓名", _by_officer),
        Filter("refused", "结果", lambda events, text: events.filter(was_refused=text == "yes"), "choice",
               lambda: (("yes", "被拒绝"), ("no", "已查看"))),
        Filter("from", "自何日", lambda events, text: events.filter(at__date__gte=text), "date"),
    ),
    empty_title="没有查看记录",
    empty_help="最近三十天没有人查看或被拒绝；更早的请选日期。",
    enrich=_fill,
)  # fmt: skip


@page("access-log")
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at whom, and who was refused; thirty days unless a day is chosen."""
    events = AccessEvent.objects.filter(place_path__startswith=actor_of(request).scope)
    if not request.GET.get("from"):
        events = events.filter(at__date__gte=today() - timedelta(days=30))
    known = {"page": page_of(request, LOOKS, events), "heading": "查看和拒绝记录"}
    return render(request, "workbench/cases.html", known)
