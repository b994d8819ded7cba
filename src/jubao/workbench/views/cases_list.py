"""我的待办 and 业务查询: the cases that wait for the officer, and all cases of the place.

Worked example: `/workbench/inbox/?kind=suspension` lists the proposals to suspend that a reviewer may decide today; the
count of each kind above the rows equals the list behind it (clerks' job A2).
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jubao.cases.models import Case
from jubao.workbench.access import page
from jubao.workbench.case_rows import LISTED, listing
from jubao.workbench.faces import actor_of, today
from jubao.workbench.lists import page_of
from jubao.workbench.reads.inbox import counts_by_kind, in_scope, waiting_for

NOTHING_WAITS = ("没有等您办理的业务", "轮到您的岗位办理的业务会列在这里；别人提出、需要您复核的也在其中。")
NOTHING_FOUND = ("没有符合条件的业务", "请放宽查询条件。这里只有您管辖地区的业务。")


@page("inbox")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    waiting = waiting_for(actor_of(request), today())
    found = page_of(request, listing("inbox", today(), empty=NOTHING_WAITS), _for_a_list(waiting))
    known = {
        "page": found,
        "counts": counts_by_kind(waiting),
        "chosen": request.GET.get("kind", ""),
        "heading": "我的待办",
    }
    return render(request, "workbench/cases.html", known)


@page("cases")
def cases(request: HttpRequest) -> HttpResponse:
    """All cases of the place."""
    found = page_of(
        request,
        listing("cases", today(), empty=NOTHING_FOUND),
        _for_a_list(in_scope(actor_of(request))),
    )
    return render(request, "workbench/cases.html", {"page": found, "heading": "业务查询"})


def _for_a_list(found: QuerySet[Case]) -> QuerySet[Case]:
    """What the list shows, with the person's name; the proposal, which may be long, and the rest stay in the database."""
    return found.select_related("person").only(*LISTED)
