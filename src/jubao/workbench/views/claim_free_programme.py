"""月度任务、调度: what each township has to do until when, and what the programme office asks of it.

Worked example: on the 15th the office finds 古南街道 with 5 people not confirmed, sends a dispatch due on the 18th, and reads the
reply with time and name on the same page.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jubao.database.unit_of_work import read_scope
from jubao.facts.claim_free_figures import figures_by_place
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.cases.kinds import level_of
from jubao.services.claim_free.dispatches import dispatch_send, dispatch_words
from jubao.services.claim_free.month_tasks import dated_tasks, task_done, tasks_create
from jubao.services.claim_free.programme import overview_scope
from jubao.services.claim_free.statistics import latest_month
from jubao.staff.regions import pack_code_of, pack_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.reads import programme as read
from jubao.workbench.reads.places import townships
from jubao.workbench.views.claim_free_statistics import months_asked

DISPATCH_DAYS = 3


@page("claim-free-tasks")
def tasks(request: HttpRequest) -> HttpResponse:
    """The dated tasks of a month, as they stand today or stood on the day asked for."""
    actor, on = actor_of(request), day_asked(request.GET.get("on", ""), None) or today()
    month = months_asked(request, Month.containing(on).index)[1]
    scope = overview_scope(actor, today())
    if request.method == "POST":
        made = attempt(
            request, lambda: tasks_create(actor=actor, district_code=pack_code_of(actor.scope), month=month)
        )
        if made is not None:
            messages.success(request, _("新建了 {count} 项任务。").format(count=made))
        return redirect(f"{reverse('claim-free-tasks')}?month={Month.from_index(month)}")
    place = request.GET.get("place", "")
    with read_scope(scope):
        lines = read.month_tasks(place if place.startswith(scope) else scope, month, on)
    known = {
        "heading": "月度任务",
        "month": Month.from_index(month),
        "on": on,
        "lines": lines,
        "matrix": read.by_township(lines),
        "late": sum(line.is_late for line in lines),
        "entries": dated_tasks(pack_of(actor.scope), Month.from_index(month)),
        "may_do": may_open(actor, "claim-free-task-done"),
        "may_create": level_of(actor.scope) == "district" and may_open(actor, "claim-free-task-done"),
    }
    return render(request, "workbench/programme/tasks.html", known)


@page("claim-free-task-done")
@require_POST
def task_is_done(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Somebody says that a task is done."""
    note = request.POST.get("note", "")
    done = attempt(request, lambda: task_done(actor=actor_of(request), task_id=task_id, note=note, now=now()))
    if done:
        messages.success(request, _("已记为完成：{title}。").format(title=done.title))
    month = Month.from_index(done.month) if done else ""
    return redirect(f"{reverse('claim-free-tasks')}?month={month}")


@page("claim-free-dispatch")
def dispatch(request: HttpRequest) -> HttpResponse:
    """Who is behind, what was sent, what was answered."""
    actor, on = actor_of(request), today()
    month = months_asked(request, latest_month(actor.scope, on))[1]
    chosen, due_on = request.GET.get("to", ""), on + timedelta(days=DISPATCH_DAYS)
    if request.method == "POST":
        return _send(request, month)
    is_office = level_of(actor.scope) == "district"
    known = {
        "heading": "调度",
        "month": Month.from_index(month),
        "behind": sorted(
            (row for row in figures_by_place(actor.scope, month, month) if row.waiting), key=lambda row: -row.waiting
        ) if is_office else [],
        "townships": townships(actor.scope),
        "chosen": chosen,
        "due_on": due_on,
        "words": dispatch_words(township=chosen, month=month, due_on=due_on, today=on)
        if is_office and (chosen, ) and chosen in dict(townships(actor.scope)) else "",
        "lines": read.dispatches(actor.scope, on),
        "may_send": is_office and "handler" in actor.posts,
        "key": uuid4(),
    }  # fmt: skip
    return render(request, "workbench/programme/dispatch.html", known)


def _send(request: HttpRequest, month: int) -> HttpResponse:
    sent = request.POST

    def run() -> object:
        return dispatch_send(
            actor=actor_of(request), township=sent.get("township", ""), month=month_of(sent.get("month", ""), month),
            due_on=required_day(sent.get("due_on", "")), words=sent.get("words", ""), today=today(),
            idempotency_key=sent.get("key") or None,
        )  # fmt: skip

    if attempt(request, run) is not None:
        messages.success(request, _("调度已发出，镇街的“我的待办”里已有这一项。"))
    return redirect("claim-free-dispatch")


def day_asked(text: str, usual: date | None) -> date | None:
    """A day as a form sends it; `usual` where there is none to read."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else usual
    except ValueError:
        return usual


def required_day(text: str) -> date:
    """A day that must be there. Raises InputRefused DATE_UNREADABLE."""
    found = day_asked(text, None)
    if found is None:
        raise InputRefused("DATE_UNREADABLE", _("日期读不出来。"), remedy=_("请填写如 2026-11-18 的日期。"))
    return found


def month_of(text: str, usual: int) -> int:
    """The month of a form."""
    return Month.parse(text).index if text else usual
