"""采集认证信息: who still has to have the data collected after the pension was settled; any outlet of the city closes the task.

Worked example: 张桂芳 comes to 渝北's window: the clerk types her number, her task of 綦江 opens, 已采集 closes it; her own
township sees it gone from its list.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.numbers import person_by_number
from jubao.services.access.city_reach import case_in_city, reach_of
from jubao.services.access.log import access_record, require_post
from jubao.services.claim_free.collections import COLLECTORS, KIND, collection_done
from jubao.workbench.access import page
from jubao.workbench.case_rows import listing
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import page_of
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names

EMPTY = ("没有等待采集的人员", "待遇办结后，还没有采集认证信息的人员会列在这里；也可以直接录入身份证号码。")


@page("certification-collections")
def index(request: HttpRequest) -> HttpResponse:
    """The field for the number, and the open tasks of the officer's place."""
    if request.method == "POST":
        found = attempt(request, lambda: _found(request))
        return (
            redirect("certification-collection", found.pk) if found else redirect("certification-collections")
        )
    waiting = in_scope(actor_of(request)).filter(kind=KIND, is_open=True).select_related("person")
    rows = listing("certification-collections", today(), empty=EMPTY, to="certification-collection")
    known = {"page": page_of(request, rows, waiting), "heading": "采集认证信息"}
    return render(request, "workbench/certification/collections.html", known)


@page("certification-collection")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One task, and 已采集."""
    actor = actor_of(request)
    case = case_in_city(actor, case_id)
    if request.method == "POST":
        version = request.POST.get("version", "")
        done = attempt(
            request,
            lambda: collection_done(
                actor=actor, case_id=case_id, expected_version=int(version) if version.isdigit() else 0,
                today=today(), now=now(),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("{number} 已采集。").format(number=done.number))
        return redirect("certification-collections")
    access_record(
        actor=actor, person_id=case.person_id, fields=[KIND], purpose=chinese("采集认证信息"), case_id=case.pk
    )
    with read_scope(reach_of(actor)):
        place = place_names([case.division_path]).get(case.division_path, "")
    known = {"case": case, "person": case.person, "place": place, "heading": "采集认证信息"}
    return render(request, "workbench/certification/collection.html", known)


def _found(request: HttpRequest) -> Case:
    """The open task of somebody anywhere in the city. Raises InputRefused NUMBER_UNKNOWN, NOTHING_TO_COLLECT."""
    actor = actor_of(request)
    require_post(actor, *sorted(COLLECTORS), what=_("采集认证信息"))
    person = person_by_number(request.POST.get("number", ""))
    if person is None:
        raise InputRefused("NUMBER_UNKNOWN", _("没有查到这个身份证号码的参保人。"), remedy=_("请核对号码。"))
    with read_scope(reach_of(actor)):
        case = Case.objects.filter(kind=KIND, person=person, is_open=True).first()
    if case is None:
        raise InputRefused(
            "NOTHING_TO_COLLECT", _("此人没有待采集的任务。"), remedy=_("已采集过的，以后每年认证一次。")
        )
    return case
