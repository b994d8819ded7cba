"""免申即享受理: by the identity number to the person's data, the queue of those who wait, the page of one acceptance.

Worked example: the clerk types a number; a flagged person of any district of the city opens with all fields filled; somebody
without the flag is refused (USE_ORDINARY_CLAIM) with the way to the ordinary claim. The number never stands in an address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.numbers import person_by_number
from jubao.services.access.city_reach import case_in_city, flag_in_city, reach_of
from jubao.services.access.log import access_record, require_post
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.services.claim_free.flags import require_entry
from jubao.services.claim_free.reported import reports_about
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import listing
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import page_of
from jubao.workbench.reads.counter import Counter, counter_of, reasons_of
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names

EMPTY = (
    "没有等待受理的人员",
    "本月提取、尚未确认的人员和办理岗退回的业务会列在这里；也可以直接录入身份证号码。",
)


@page("claim-free-accept")
def find(request: HttpRequest) -> HttpResponse:
    """The field for the number and the queue of intake."""
    if request.method == "POST":
        found = attempt(request, lambda: _found(request))
        return redirect("claim-free-accept-case", found.pk) if found else redirect("claim-free-accept")
    waiting = in_scope(actor_of(request)).filter(kind=KIND, is_open=True, state__in=(*WAITING, "returned"))
    rows = listing("claim-free-accept", today(), empty=EMPTY, to="claim-free-accept-case")
    known = {"page": page_of(request, rows, waiting.select_related("person")), "heading": "免申即享受理"}
    return render(request, "workbench/claim_free/accept_find.html", known)


def _found(request: HttpRequest) -> Case:
    """The flagged person's case anywhere in the city. Raises NUMBER_UNKNOWN, USE_ORDINARY_CLAIM."""
    actor = actor_of(request)
    require_post(actor, "intake_clerk", "field_worker", what=_("免申即享受理"))
    person = person_by_number(request.POST.get("number", ""))
    if person is None:
        raise InputRefused("NUMBER_UNKNOWN", _("没有查到这个身份证号码的参保人。"), remedy=_("请核对号码。"))
    flag = flag_in_city(actor, person.pk)
    access_record(
        actor=actor, person_id=person.pk, fields=["claim-free-accept"], purpose=chinese("免申即享受理")
    )
    if flag is not None and flag.state == Flag.State.USED:
        return flag.case
    with read_scope(reach_of(actor)):
        require_entry(person_id=person.pk, entry="claim_free", today=today())
    assert flag is not None
    return flag.case


@page("claim-free-accept-case")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page of one acceptance."""
    actor = actor_of(request)
    case = case_in_city(actor, case_id)
    with read_scope(reach_of(actor)):
        known = page_words(request, case)
    return render(request, "workbench/claim_free/accept.html", known)


def page_words(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the template is given."""
    actor = actor_of(request)
    found: Counter = counter_of(case, actor, today())
    access_record(
        actor=actor, person_id=case.person_id, fields=["claim-free-accept"], purpose=chinese("免申即享受理"), case_id=case.pk
    )  # fmt: skip
    return {
        "counter": found,
        "case": case,
        "person": case.person,
        "contents": found.contents,
        "form": found.form,
        "place": place_names([case.division_path]).get(case.division_path, ""),
        "is_elsewhere": not case.division_path.startswith(actor.scope),
        "reports": reports_about(case) if case.is_open else [],
        "today": today(),
        "key": uuid4(),
    }


@page("claim-free-why")
def explain(request: HttpRequest, case_id: UUID, part: str) -> HttpResponse:
    """为什么 of one amount of the form."""
    actor = actor_of(request)
    case = case_in_city(actor, case_id)
    with read_scope(reach_of(actor)):
        contents = counter_of(case, actor, today()).contents
    if not contents:
        raise Http404
    steps = reasons_of(pack_of(case.division_path), contents["start_month"], contents["trace"], part)
    known = {"title": "月基本养老金预算金额", "subtitle": case.number, "steps": steps}
    return render(request, "workbench/components/why.html", known)
