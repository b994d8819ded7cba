"""人员 360°: who it is (masked), how things stand, the account, every month, what happened, and why the amount is what it is.

Worked example: the clerk opens 张*芳, presses 为什么 beside 月养老金 163.02, reads base and account pension with article and
inputs, and prints the account statement: three clicks from the search.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jubao.benefits.models import Determination
from jubao.facts.person_state_words import ground_text
from jubao.kernel.month import Month
from jubao.people.models import Enrolment
from jubao.policy import load_pack
from jubao.services.access.log import access_record
from jubao.services.accounts.statements import contribution_sheet_print, statement_print
from jubao.services.benefits.determinations import determination_why
from jubao.services.cases.material_words import MATERIALS
from jubao.workbench.access import page
from jubao.workbench.case_rows import kind_title, state_tag
from jubao.workbench.faces import actor_of, today
from jubao.workbench.reads import months, person, timeline, why
from jubao.workbench.reads import overview as read
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.people_names import officer_names

PURPOSE = "业务查询"
TABS = (
    ("person", "概况"),
    ("person-account", "个人账户"),
    ("person-payments", "每月发放"),
    ("person-history", "经历"),
)


def _enrolment(request: HttpRequest, person_id: UUID) -> Enrolment:
    found = person.enrolment_of(actor_of(request), person_id)
    if found is None:
        raise Http404
    return found


def _known(request: HttpRequest, head: person.Head, tab: str) -> dict[str, Any]:
    """The part that all tabs share; the look is written down once per tab."""
    access_record(actor=actor_of(request), person_id=head.person.pk, fields=[tab], purpose=PURPOSE)
    return {
        "head": head,
        "enrolment": head.enrolment,
        "person": head.person,
        "tab": tab,
        "tabs": TABS,
        "today": today(),
    }


@page("person")
def overview(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """概况."""
    head, found = read.overview_of(actor_of(request), _enrolment(request, person_id), today())
    known = _known(request, head, "person") | {
        "overview": found,
        "cases": [
            (case, kind_title(case), state_tag(case), due_tag(case.due_on, today(), is_open=case.is_open))
            for case in found.cases
        ],
        "facts": read.facts_of(head, found),
        "parts": why.parts_of(found.determination) if found.determination else [],
        "documents": [(one, MATERIALS.get(one.document_class, one.name)) for one in found.documents],
    }
    return render(request, "workbench/person/overview.html", known)


@page("person-account")
def account(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """个人账户: by source, and every movement."""
    head, answers = person.head_of(_enrolment(request, person_id), today(), *months.ACCOUNT)
    parts, incoming, outgoing, contributions = answers
    sources = months.sources_of(parts)
    known = _known(request, head, "person-account") | {
        "last_year": today().year - 1,
        "seal": _seal(head),
        "sources": sources,
        "total_fen": sum(one.balance_fen for one in sources),
        "movements": months.movements_of(incoming, outgoing),
        "contributions": contributions,
    }
    return render(request, "workbench/person/account.html", known)


def _seal(head: person.Head) -> dict[str, Any] | None:
    """The seal on the account: since when, why, who decided (GD-9-13)."""
    found = next((one for one in head.payments if one.kind == "sealed" and one.until_month is None), None)
    if found is None:
        return None
    return {
        "status": found,
        "reason": ground_text(found.reason),
        "officer": officer_names([found.decided_by])[found.decided_by],
    }


@page("person-payments")
def payments(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """每月发放: a grid of months and the lines behind it."""
    head, answers = person.head_of(_enrolment(request, person_id), today(), *months.PAYMENTS)
    lines = months.lines_of(answers[0], answers[1])
    this_month = Month.containing(today()).index
    known = _known(request, head, "person-payments") | {
        "lines": lines,
        "grid": months.month_grid(lines, head.payments, head.entitlement, answers[2][0][0], this_month)
        if head.entitlement
        else [],
        "month_numbers": range(1, 13),
    }
    return render(request, "workbench/person/payments.html", known)


@page("person-history")
def history(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """经历: everything that happened, newest first."""
    head, _answers = person.head_of(_enrolment(request, person_id), today())
    known = _known(request, head, "person-history") | {"happenings": timeline.timeline(head.enrolment)}
    return render(request, "workbench/person/history.html", known)


@page("person-why")
def explain(request: HttpRequest, person_id: UUID, determination_id: UUID, part: str = "") -> HttpResponse:
    """为什么 of one part of a determination, for the drawer."""
    found = Determination.objects.filter(
        pk=determination_id,
        entitlement__enrolment__person_id=person_id,
        entitlement__enrolment__division_path__startswith=actor_of(request).scope,
    ).first()
    if found is None:
        raise Http404
    pack = load_pack(found.pack_code)
    amounts = {rule: (title, fen) for rule, title, fen in why.parts_of(found)}
    title, _fen = amounts.get(part, ("月基本养老金", found.monthly_pension_fen))
    known = {
        "title": title,
        "subtitle": f"{Month.from_index(found.month)} 起 · 第 {found.sequence} 次核定",
        "steps": why.reasons(determination_why(found), part or "monthly_pension"),
        "facts": why.facts_of(found.facts),
        "pack": pack.title,
        "pack_hash": found.pack_hash,
    }
    return render(request, "workbench/components/why.html", known)


@page("person-statement")
def statement(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The account statement as PDF: of a year, else from the first of January to today; `form=years` one row per year."""
    actor, on = actor_of(request), today()
    enrolment = _enrolment(request, person_id)
    access_record(actor=actor, person_id=person_id, fields=["statement"], purpose="打印对账单")
    if request.GET.get("form") == "years":
        content = contribution_sheet_print(actor=actor, enrolment_id=enrolment.pk, today=on)
    else:
        text = request.GET.get("year", "")
        year = int(text) if text.isdigit() and 2009 <= int(text) <= on.year else on.year
        content = statement_print(
            actor=actor,
            enrolment_id=enrolment.pk,
            first=on.replace(year=year, month=1, day=1),
            last=min(on, on.replace(year=year, month=12, day=31)),
            today=on,
        )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{enrolment.person.personal_number}-{on:%Y%m%d}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer
