"""POS机: which terminal stands in which village, what is broken, which villages have none.

Worked example: 红星村 stands under 没有终端的村（社区）; 财务岗 gives it POS-0009, and the line is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.contributions.models import PosFault, PosTerminal
from jubao.facts.collection import terminals_without_village, villages_without_terminal
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.collection.terminals import (
    KEEPERS,
    fault_close,
    fault_report,
    terminal_assign,
    terminal_register,
    terminal_retire,
)
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import place_names
from jubao.workbench.sent import chosen_key

CLOSED_SHOWN = 20


@page("pos-terminals")
def index(request: HttpRequest) -> HttpResponse:
    """Terminals, faults, gaps; every action of the page is sent here."""
    if request.method == "POST":
        said = attempt(request, lambda: acted(request))
        if said is not None:
            messages.success(request, said)
        return redirect("pos-terminals")
    actor = actor_of(request)
    terminals = list(
        PosTerminal.objects.filter(until_on=None, division_path__startswith=actor.scope).order_by("number")
    )
    faults = PosFault.objects.select_related("terminal").filter(division_path__startswith=actor.scope)
    open_ones = list(faults.filter(closed_on=None).order_by("reported_on", "id"))
    names = place_names(one.division_path for one in terminals)
    villages = Division.objects.filter(path__startswith=actor.scope, level="village", valid_until=None)
    known = {
        "terminals": [
            (one, names.get(one.division_path, "") if one.has_village else "") for one in terminals
        ],
        "broken": {one.terminal_id for one in open_ones},
        "faults": [(one, names.get(one.division_path, "")) for one in open_ones],
        "closed": faults.exclude(closed_on=None).order_by("-closed_on", "-id")[:CLOSED_SHOWN],
        "without_terminal": _named(villages_without_terminal(actor.scope)),
        "without_village": terminals_without_village(actor.scope),
        "villages": _named(list(villages.order_by("path"))),
        "may_keep": bool(actor.posts & set(KEEPERS)),
    }
    return render(request, "workbench/collection/terminals.html", known)


def _named(villages: list[Division]) -> list[tuple[str, str]]:
    names = place_names(one.path for one in villages)
    return [(one.path, names[one.path]) for one in villages]


def acted(request: HttpRequest) -> str:
    """One of the actions of the page; also for the village's page."""
    run = ACTIONS.get(request.POST.get("do", ""))
    if run is None:
        raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))
    return run(request)


def _registered(request: HttpRequest) -> str:
    made = terminal_register(
        actor=actor_of(request), number=request.POST.get("number", ""), village_path=request.POST.get("village", ""),
        today=today(),
    )  # fmt: skip
    return _("已登记终端 {number}。").format(number=made.number)


def _assigned(request: HttpRequest) -> str:
    made = terminal_assign(
        actor=actor_of(request),
        terminal_id=chosen_key(request, "terminal"),
        village_path=request.POST.get("village", ""),
    )
    return _("已调整终端 {number}。").format(number=made.number)


def _retired(request: HttpRequest) -> str:
    made = terminal_retire(
        actor=actor_of(request), terminal_id=chosen_key(request, "terminal"), today=today()
    )
    return _("终端 {number} 已停用。").format(number=made.number)


def _reported(request: HttpRequest) -> str:
    fault_report(
        actor=actor_of(request),
        terminal_id=chosen_key(request, "terminal"),
        what=request.POST.get("what", ""),
        today=today(),
    )
    return _("已报修。")


def _closed(request: HttpRequest) -> str:
    fault_close(
        actor=actor_of(request),
        fault_id=chosen_key(request, "fault"),
        repair=request.POST.get("repair", ""),
        today=today(),
    )
    return _("故障已修复登记。")


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "register": _registered,
    "assign": _assigned,
    "retire": _retired,
    "fault": _reported,
    "repair": _closed,
}
