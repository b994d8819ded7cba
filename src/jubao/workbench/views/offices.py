"""协办员、培训、联络员: registers of the people an office works with.

Worked example: the township opens 协办员 of 2026, sees the assistant of 新民村 with 2 late monthly reports and gives 称职; the
district records a training of fourteen; the province's directory names the counties without a liaison officer.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.kernel.text import _
from jubao.services.staff.assistants import assessment_record, assessments_of, assistants, indicators
from jubao.services.staff.liaisons import liaison_register, liaisons_on, offices, offices_without
from jubao.services.staff.trainings import training_record, trainings_of
from jubao.staff.models import Grant, Officer
from jubao.staff.offices import AssistantAssessment
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads.places import place_names
from jubao.workbench.sent import day_of

SHOWN = 200


@page("assistants")
def assistants_page(request: HttpRequest) -> HttpResponse:
    """The register of a year with indicators and assessments."""
    actor, on = actor_of(request), today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and len(asked) == 4 else on.year
    grants = list(assistants(actor.scope)[:SHOWN])
    names = place_names([one.division_path for one in grants])
    known = {
        "heading": _("协办员"), "year": year, "grades": AssistantAssessment.Grade.choices,
        "rows": [
            (one, names.get(one.division_path, ""), one.until_on - timedelta(days=1),
             indicators(one, year=year, today=on), assessments_of(one)[:3])
            for one in grants
        ],
        "may_assess": may_open(actor, "assistant-assess"),
    }  # fmt: skip
    return render(request, "workbench/offices/assistants.html", known)


@page("assistant-assess")
@require_POST
def assess(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """The township assesses an assistant."""
    sent = request.POST
    year = sent.get("year", "")
    done = attempt(
        request,
        lambda: assessment_record(
            actor=actor_of(request), grant_id=grant_id, year=int(year) if year.isdigit() else 0,
            grade=sent.get("grade", ""), opinion=sent.get("opinion", ""), today=today(),
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("考核已登记。"))
    return redirect("assistants")


@page("trainings")
def trainings(request: HttpRequest) -> HttpResponse:
    """The trainings of the place with who took part."""
    actor = actor_of(request)
    if request.method == "POST":
        return _train(request)
    found = list(trainings_of(actor.scope).prefetch_related("participants__natural_person")[:SHOWN])
    paths = {one.place_path for training in found for one in training.participants.all()}
    names = place_names([*paths, *(one.division_path for one in found)])
    held = Grant.objects.filter(division_path__startswith=actor.scope, state=Grant.State.ACTIVE)
    people = Officer.objects.filter(id__in=held.values("officer_id"), is_active=True).select_related(
        "natural_person"
    )
    known = {
        "heading": _("业务培训"),
        "rows": [
            (one, names.get(one.division_path, ""),
             [(who.natural_person.name, names.get(who.place_path, "")) for who in one.participants.all()])
            for one in found
        ],
        "people": [(one.username, one.natural_person.name) for one in people.order_by("username")[:SHOWN]],
        "may_record": bool(actor.posts & {"handler", "reviewer", "approver"}),
    }  # fmt: skip
    return render(request, "workbench/offices/trainings.html", known)


def _train(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    hours = sent.get("hours", "")
    done = attempt(
        request,
        lambda: training_record(
            actor=actor_of(request), title=sent.get("title", ""), held_on=day_of(sent.get("held_on", "")),
            hours=int(hours) if hours.isdigit() else 0, trainer=sent.get("trainer", ""),
            usernames=sent.getlist("person"), today=today(),
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("培训已登记。"))
    return redirect("trainings")


@page("liaisons")
def liaisons(request: HttpRequest) -> HttpResponse:
    """The directory: who is liaison officer where, and which office has none."""
    actor, on = actor_of(request), today()
    may_register = bool(actor.posts & {"handler", "data_officer", "approver"})
    if request.method == "POST" and may_register:
        return _register(request)
    found = list(liaisons_on(actor.scope, on))
    names = place_names([one.division_path for one in found])
    known = {
        "heading": _("联络员"), "rows": [(one, names.get(one.division_path, "")) for one in found],
        "without": offices_without(actor.scope, on), "offices": offices(actor.scope), "may_register": may_register,
        "today": on,
    }  # fmt: skip
    return render(request, "workbench/offices/liaisons.html", known)


def _register(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    done = attempt(
        request,
        lambda: liaison_register(
            actor=actor_of(request), division_path=sent.get("place", ""), name=sent.get("name", ""),
            phone=sent.get("phone", ""), from_on=day_of(sent.get("from_on", "")),
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("联络员已登记。"))
    return redirect("liaisons")
