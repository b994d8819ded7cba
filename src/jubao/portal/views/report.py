"""帮家人办 and 投诉举报: what can be done for others, and the report of a death, a sentence, a pension elsewhere, a complaint.

Worked example: the son reports his mother's death of 2026-11-15: a case in her district with him, 子女 and the date; the page
says the number and that it will be checked, and nothing of her records.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.portal.access import account_of, origin_of, page
from jubao.portal.faces import actor_of, attempt, now, shown, today
from jubao.services.cases.checks import CaseRefused
from jubao.services.residents.people import named_person
from jubao.services.residents.reports import KIND, RELATIONS, TITLES, report_submit

FIELDS = ("what", "name", "number", "relation", "happened_on", "note")


@page("family")
def family(request: HttpRequest) -> HttpResponse:
    """What can be done for somebody else."""
    return shown(request, "portal/family.html", title=_("帮家人办"))


@page("report")
def report(request: HttpRequest) -> HttpResponse:
    """The report; what was typed stays when something is wrong."""
    typed = {key: request.POST.get(key, "").strip()[:600] for key in FIELDS}
    typed["what"] = typed["what"] or request.GET.get("what", "")
    problem, status = None, 200
    if request.method == "POST":
        case, problem, status = attempt(lambda: _submit(request, typed))
        if case is not None:
            return redirect("portal:reported", case.pk)
    return shown(
        request, "portal/report.html", title=_("投诉举报和情况报告"), typed=typed, kinds=TITLES, relations=RELATIONS,
        problem=problem, status=status, today=today(),
    )  # fmt: skip


def _submit(request: HttpRequest, typed: dict[str, str]) -> Case:
    person = _about(request, typed)
    return report_submit(
        actor=actor_of(request, person), account=account_of(request), what=typed["what"], person_id=person.pk,
        relation=typed["relation"], happened_on=_day(typed["happened_on"]), note=typed["note"], today=today(),
    )  # fmt: skip


def _about(request: HttpRequest, typed: dict[str, str]) -> Person:
    """Whom it concerns: the person named; a participant who names nobody means herself."""
    account = account_of(request)
    if not typed["name"] and not typed["number"] and account.person is not None:
        return account.person
    return named_person(
        account=account, name=typed["name"], number=typed["number"], origin=origin_of(request), now=now()
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise InputRefused(
            "DATE_UNREADABLE", _("日期读不出来。"), remedy=_("请写成 2026-11-15 的样子。")
        ) from wrong


@page("reported")
def reported(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Number and state of a report that this account made."""
    with read_scope(""):
        case = Case.objects.filter(
            id=case_id, kind=KIND, proposal__reporter_account_id=str(account_of(request).pk)
        ).first()
    if case is None:
        raise CaseRefused("NOT_YOURS", _("没有您的这份报告。"), remedy=_("请回首页。"))
    return shown(request, "portal/reported.html", title=_("已收到"), case=case)
