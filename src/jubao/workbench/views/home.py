"""首页: to do, the month, the area in figures, warnings, what one last worked on.

Worked example: a reviewer finds 待遇暂停 5 件, 1 件超期, the month of the district with today's task, and five recent cases.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.database.together import together
from jubao.services.claim_free.month_tasks import CONFIRM
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import about, fill, kind_title, state_tag
from jubao.workbench.faces import actor_of, today
from jubao.workbench.reads import agenda, home
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import FIRST_WAITING, WAITING_BY_KIND, waiting_values, with_titles
from jubao.workbench.reads.programme import reminders


@page("home")
def show(request: HttpRequest) -> HttpResponse:
    """The first page of the day."""
    actor, on = actor_of(request), today()
    urgent, counts, recent = together(waiting_values(actor, on), FIRST_WAITING, WAITING_BY_KIND, home.RECENT)
    fill([*urgent, *recent])
    pack = pack_of(actor.scope)
    known = {
        "todo": [
            (case, kind_title(case), about(case), state_tag(case), due_tag(case.due_on, on))
            for case in urgent
        ],
        "counts": with_titles(counts),
        "recent": [(case, kind_title(case), about(case), state_tag(case)) for case in recent],
        "figures": home.figures(actor, on),
        "warnings": home.warnings(actor, on),
        "agenda": agenda.card(pack, on),
        # Only where the region's calendar has the programme: one query for the tasks of the place.
        "reminders": reminders(actor.scope, on) if CONFIRM in pack.calendar else [],
        "today": on,
        "heading": "首页",
    }
    return render(request, "workbench/home.html", known)


def root(request: HttpRequest) -> HttpResponse:
    """`/` is the desk."""
    return redirect("home")
