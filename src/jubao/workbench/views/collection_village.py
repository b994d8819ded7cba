"""村级缴费: the assistant's book of a month, its list to the township, the terminal; nothing here takes cash.

Worked example: in May the assistant of 新民村 presses 取入POS流水 (3 lines), sees 3 人 1 300.00 元, presses 上报; the list waits
at the township, and the book of May is closed to her.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jubao.cases.models import Case, CaseEvent
from jubao.contributions.models import PosFault, PosTerminal, VillageLine
from jubao.facts.collection import book_sums, village_differences
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.cases.engine import advance
from jubao.services.collection.books import (
    LIST,
    line_correct,
    line_edit,
    line_record,
    line_withdraw,
    lines_take_in,
)
from jubao.services.collection.lists import village_list_send
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.sent import month_asked
from jubao.workbench.views.collection_terminals import acted as terminal_acted
from jubao.workbench.views.contributions import MEANS

HERE = "village-contributions"


@page(HERE)
def index(request: HttpRequest) -> HttpResponse:
    """The book of a month and what may be done with it."""
    month = month_asked(request)
    if request.method == "POST":
        run = ACTIONS.get(request.POST.get("do", ""), terminal_acted)
        said = attempt(request, lambda: run(request))
        if said is not None:
            messages.success(request, said)
        return redirect(f"{reverse(HERE)}?month={month}")
    scope = actor_of(request).scope
    lines = VillageLine.objects.select_related("enrolment__person", "ledger", "corrects").filter(
        division_path=scope, month=month.index, is_live=True
    )
    case = (
        Case.objects.filter(kind=LIST, division_path=scope, proposal__month=month.index)
        .order_by("-id")
        .first()
    )
    terminal = PosTerminal.objects.filter(division_path=scope, until_on=None).first()
    known: dict[str, Any] = {
        "month": str(month),
        "lines": [
            (one, MEANS.get(one.means, one.means))
            for one in lines.order_by("paid_on", "voucher_number", "id")
        ],
        "sums": book_sums(scope, month.index),
        "differences": village_differences(scope, month.index),
        "case": case,
        "returned": _why_returned(case),
        "is_closed": case is not None and case.state in ("sent", "entered"),
        "terminal": terminal,
        "fault": PosFault.objects.filter(terminal=terminal, closed_on=None).first() if terminal else None,
        "means": [(code, MEANS[code]) for code in ("pos", "cash")],
        "today": today(),
        "key": uuid4(),
    }
    return render(request, "workbench/collection/village.html", known)


def _why_returned(case: Case | None) -> str:
    if case is None or case.state != "returned":
        return ""
    last = CaseEvent.objects.filter(case=case, action="return").order_by("sequence").last()
    return last.reason if last else ""


def enrolment_by_number(request: HttpRequest, number: str) -> Enrolment:
    """The live enrolment of a number in the officer's place. Raises InputRefused NOT_ENROLLED."""
    person = person_by_number(number)
    found = (
        Enrolment.objects.select_related("person", "division")
        .filter(person=person, ended_on=None, division_path__startswith=actor_of(request).scope)
        .first()
        if person
        else None
    )
    if found is None:
        raise InputRefused("NOT_ENROLLED", _("此人未在本辖区参保。"), remedy=_("请核对证件号码和参保地。"))
    return found


def year_of(text: str) -> int:
    """A contribution year. Raises InputRefused YEAR_UNREADABLE."""
    if not (text.isdigit() and len(text) == 4):
        raise InputRefused("YEAR_UNREADABLE", _("缴费年度读不出来。"), remedy=_("请写成 2026 的样子。"))
    return int(text)


def _recorded(request: HttpRequest) -> str:
    sent = request.POST
    line_record(
        actor=actor_of(request), enrolment_id=enrolment_by_number(request, sent.get("number", "")).pk,
        year=year_of(sent.get("year", "")), amount_fen=int(Fen.from_yuan(sent.get("amount", ""))),
        means=sent.get("means", "pos"), voucher_number=sent.get("voucher", "").strip(),
        paid_on=parse_date(sent.get("paid_on", "")), today=today(), idempotency_key=sent.get("key") or None,
    )  # fmt: skip
    return _("已记入台账。")


def _taken_in(request: HttpRequest) -> str:
    count = lines_take_in(actor=actor_of(request), month=month_asked(request).index)
    return _("从POS流水取入 {count} 笔。").format(count=count)


def _withdrawn(request: HttpRequest) -> str:
    line_withdraw(actor=actor_of(request), line_id=UUID(request.POST["line"]))
    return _("已从台账中撤下。")


def _edited(request: HttpRequest) -> str:
    amount = int(Fen.from_yuan(request.POST.get("amount", "")))
    line_edit(actor=actor_of(request), line_id=UUID(request.POST["line"]), amount_fen=amount)
    return _("金额已修改。")


def _corrected(request: HttpRequest) -> str:
    made = line_correct(
        actor=actor_of(request), line_id=UUID(request.POST["line"]), right_fen=int(Fen.from_yuan(request.POST.get("amount", ""))),
        reason=request.POST.get("reason", ""), today=today(), idempotency_key=request.POST.get("key") or None,
    )  # fmt: skip
    return _("更正已记入 {month}。").format(month=Month.from_index(made.month))


def _sent_up(request: HttpRequest) -> str:
    month, actor = month_asked(request), actor_of(request)
    former = Case.objects.filter(
        kind=LIST, division_path=actor.scope, proposal__month=month.index, state="returned"
    ).first()
    if former is not None:
        made = advance(
            actor=actor,
            case_id=former.pk,
            action="send_again",
            expected_version=former.version,
            today=today(),
            now=now(),
        )
    else:
        made = village_list_send(
            actor=actor, month=month.index, today=today(), idempotency_key=request.POST.get("key") or None
        )
    said = _("已上报 {number}：{persons} 人，{lines} 笔，{yuan} 元。")
    return said.format(
        number=made.number, persons=made.proposal["persons"], lines=made.proposal["lines"],
        yuan=Fen(made.proposal["total_fen"]).yuan,
    )  # fmt: skip


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "record": _recorded,
    "take-in": _taken_in,
    "withdraw": _withdrawn,
    "edit": _edited,
    "correct": _corrected,
    "send": _sent_up,
}
