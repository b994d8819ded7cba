"""比对批次: what each month's comparison handed out, how much of it is verified, what is late or was not run at all.

Worked example: 2026-11 of 綦江, batch 500110-202611-3f0a91c2, 42 people handed out, 18 verified; a batch that nobody has touched
for the pack's ten working days is marked. Its list says of everybody why, since when, by which version of the rules.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jubao.facts.comparison_batches import Batch, batches, entries, missing_months
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.cases.deadlines import calendar
from jubao.services.certification.comparisons import LISTS
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.reads.places import place_names

PEOPLE_SHOWN = 300


@page("comparisons")
def index(request: HttpRequest) -> HttpResponse:
    """All batches of the place, the marked ones said first, and the months that were not compared."""
    scope, day = actor_of(request).scope, today()
    rows = [(one, Month.from_index(one.month), _mark(one, scope, day)) for one in batches(scope, day)]
    frequency = pack_of(scope).find_setting("match.frequency", day)
    is_monthly = frequency is not None and frequency.value == "monthly"
    known = {
        "rows": rows,
        "missing": missing_months(scope, day) if is_monthly else [],
        "heading": _("比对批次"),
    }
    return render(request, "workbench/certification/comparisons.html", known)


@page("comparison")
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The people of one batch who are to be verified, or have lost the right, each with the version of the rules."""
    actor = actor_of(request)
    found = batches(actor.scope, today(), run_id)
    if not found:
        raise Http404
    chosen = request.GET.get("list", "to_verify")
    chosen = chosen if chosen in LISTS else "to_verify"
    people = entries(run_id, chosen, actor.scope, PEOPLE_SHOWN)
    names = place_names({one.division_path for one in people} | {one.owner_path or "" for one in people})
    known = {
        "batch": found[0],
        "month": Month.from_index(found[0].month),
        "mark": _mark(found[0], actor.scope, today()),
        "lists": [(name, title, name == chosen) for name, title in LISTS.items()],
        "rows": [
            (one, names.get(one.division_path, ""), names.get(one.owner_path or "", "")) for one in people
        ],
        "is_cut": len(people) == PEOPLE_SHOWN,
        "heading": _("比对批次"),
    }
    return render(request, "workbench/certification/comparison.html", known)


def _mark(batch: Batch, scope: str, day: date) -> str:
    """What is wrong with a batch: late by its own days, or untouched for the days that the region gives; empty if nothing."""
    if batch.done == batch.tasks:
        return ""
    if batch.is_late:
        return _("逾期未清零")
    given = pack_of(scope).find_setting("match.district_days", day)
    if given is None or batch.done:
        return ""
    last = calendar().add_working_days(batch.made_on, int(given.value["count"]))
    return _("超过 {days} 个工作日没有处理").format(days=given.value["count"]) if day > last else ""
