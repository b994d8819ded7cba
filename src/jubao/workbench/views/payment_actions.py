"""What officers do with a payment run: make the draft, decide holds, explain differences, hand in, fund, send, book returns.

Worked example: pressing 送审 twice hands in once: the service answers the second call with the run as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.payment_steps import INLINE_PEOPLE, JOBS, StepOrder, is_large
from jubao.jobs.tasks import ask_payment_step
from jubao.kernel.dates import parse_date
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun
from jubao.services.payments import runs as service
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.check import twin_explain
from jubao.services.payments.hold_proposals import hold_decide
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.views.payment_runs import run_of

Step = Callable[..., PaymentRun]
STEPS: dict[str, Step] = {
    "check": service.run_check,
    "fund": service.run_fund,
    "send": service.run_send,
    "reconcile": service.run_reconcile,
    "close": service.run_close,
}
KEYED = ("fund", "reconcile", "close")


@page("payment-run-draft")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Make the draft of a month, or go on with the one that was cut short."""
    sent, actor = request.POST, actor_of(request)
    if is_large(actor.scope):
        job = attempt(request, lambda: _ask_draft(actor, sent))
        return redirect("job", job) if job else redirect("payment-runs")

    def run() -> PaymentRun:
        return service.run_draft(
            actor=actor,
            district_code=pack_code_of(actor.scope),
            month=Month.parse(sent.get("month", "")).index,
            today=today(),
            cut_off_on=parse_date(sent["cut_off_on"]) if sent.get("cut_off_on") else None,
            kind=sent.get("kind", "regular"),
            pay_on=parse_date(sent["pay_on"]) if sent.get("pay_on") else None,
        )

    made = attempt(request, run)
    return redirect("payment-run", made.pk) if made else redirect("payment-runs")


def _ask_draft(actor: Actor, sent: QueryDict) -> UUID:
    """The draft of a large district as a job; what is unreadable is refused here."""
    days = {
        name: parse_date(str(sent[name])).isoformat() for name in ("cut_off_on", "pay_on") if sent.get(name)
    }
    days.setdefault("cut_off_on", today().isoformat())
    return _ask(
        actor, "draft", pack_code_of(actor.scope), Month.parse(sent.get("month", "")).index,
        kind=sent.get("kind", "regular"), **days,
    )  # fmt: skip


def _ask(actor: Actor, step: str, district_code: str, month: int, **about: str) -> UUID:
    order = StepOrder(
        step, district_code, month, officer_id=str(actor.officer_id), place=actor.scope, **about
    )
    return ask_payment_step(order, actor.natural_person_id)


@page("payment-run-action")
@require_POST
def act(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take the next step of a run; approval and giving up are decided on the page of the case."""
    run = run_of(request, run_id)
    action, actor = request.POST.get("action", ""), actor_of(request)
    if action in JOBS and run.lines.count() > INLINE_PEOPLE:
        job = _ask(actor, action, run.district_code, run.benefit_month, kind=run.kind, run_id=str(run.pk))
        return redirect("job", job)
    step = STEPS.get(action)
    if step is not None:
        done = attempt(
            request,
            lambda: step(actor=actor, run_id=run.pk, today=today(), now=now(), **_key(request, action)),
        )
        if done is not None:
            words = _("{number} 现在是“{state}”。").format(number=done.number, state=done.get_state_display())
            messages.success(request, words)
    return redirect("payment-run", run_id)


def _key(request: HttpRequest, action: str) -> dict[str, str]:
    """The page's key for the steps that take one; handing in and sending know by themselves what is done already."""
    key = request.POST.get("key", "")
    return {"idempotency_key": f"{key}-{action}"} if key and action in KEYED else {}


@page("payment-run-decide")
@require_POST
def decide(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Confirm the selected holds or let their payments go: all of them or, when one is refused, none."""
    run, sent = run_of(request, run_id), request.POST

    def run_all() -> int:
        with unit_of_work(actor_of(request), "hold_decide"):
            for key in sent.getlist("row"):
                hold_decide(
                    actor=actor_of(request),
                    proposal_id=UUID(key),
                    is_confirmed=sent.get("decision") == "confirm",
                    note=sent.get("note", ""),
                    today=today(),
                    now=now(),
                    idempotency_key=f"{sent['key']}-{UUID(key)}" if sent.get("key") else None,
                )
        return len(sent.getlist("row"))

    done = attempt(request, run_all)
    if done:
        messages.success(request, _("已处理 {count} 条。").format(count=done))
    return redirect("payment-run-holds", run.pk)


@page("payment-run-explain")
@require_POST
def explain(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Say why a line differs from last month's."""
    run, sent = run_of(request, run_id), request.POST
    attempt(
        request,
        lambda: twin_explain(
            actor=actor_of(request),
            run_id=run.pk,
            enrolment_id=UUID(sent.get("enrolment", "")),
            difference=sent.get("difference", ""),
            explanation=sent.get("explanation", ""),
        ),
    )
    return redirect("payment-run-twin", run.pk)


@page("payment-run-funds")
@require_POST
def funds(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Enter a notice of funds received."""
    run, sent = run_of(request, run_id), request.POST

    def record() -> Any:
        return service.funds_record(
            actor=actor_of(request),
            district_code=run.district_code,
            benefit_month=run.benefit_month,
            amount_fen=int(Fen.from_yuan(sent.get("amount", ""))),
            received_on=parse_date(sent.get("received_on", "")),
            reference=sent.get("reference", "").strip(),
            run_id=run.pk,
        )

    if attempt(request, record) is not None:
        messages.success(request, _("到账通知已登记。"))
    return redirect("payment-run-files", run.pk)


@page("payment-run-return")
@require_POST
def book_return(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take the bank's answer to one of the files; a file with foreign lines is kept apart and booked in no part."""
    run, given = run_of(request, run_id), request.FILES.get("file")
    if given is None:
        messages.error(request, _("没有选择文件。请选择银行的回盘文件。"))
        return redirect("payment-run-files", run.pk)
    booked = attempt(
        request,
        lambda: return_book(
            actor=actor_of(request),
            bank_file_id=run.bank_files.get(pk=UUID(request.POST.get("bank_file", ""))).pk,
            content=given.read(),
            name=given.name or "",
            today=today(),
            now=now(),
        ),
    )
    if booked is not None and booked.state == "booked":
        words = _("回盘已入账：成功 {paid}，退票 {returned}，待查 {unknown}。")
        messages.success(
            request,
            words.format(
                paid=booked.paid_count, returned=booked.returned_count, unknown=booked.unknown_count
            ),
        )
    elif booked is not None:
        messages.error(
            request, _("回盘文件与送出的文件不符，已整份隔离，没有入账。请与银行核对下面列出的问题。")
        )
    return redirect("payment-run-files", run.pk)
