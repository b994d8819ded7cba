"""对外支付: what waits, batches, their bank files and answers, and what came back.

Worked example: 财务岗 ticks three payments and presses 编批; 财务复核岗 approves on the case page; 财务岗 sends, downloads the
file, brings the bank's answer back; the one returned is mended here and waits again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.forms.masks import masked_account, masked_name
from jubao.kernel.text import _
from jubao.payments.models import OneOffBatch, OneOffPayment
from jubao.services.payments.one_off_answers import one_off_answer_book, one_off_repay
from jubao.services.payments.one_off_batches import one_off_batch_make, one_off_waiting
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import day, yuan

TONES = {"paid": "ok", "returned": "bad", "void": "mute", "closed": "ok"}


def payments_of(scope: str) -> QuerySet[OneOffPayment]:
    """Every one-off payment below a place."""
    return OneOffPayment.objects.filter(division_path__startswith=scope).select_related("case", "batch")


def state_tag(one: Any) -> Any:
    """The state as a coloured word, with the bank's reason."""
    words = f"{one.get_state_display()} {getattr(one, 'bank_reason', '')}".strip()
    return format_html('<span class="tag tag-{}">{}</span>', TONES.get(one.state, "info"), words)


def listing_of(scope: str) -> Listing:
    """The columns of the list and of its export."""
    return Listing(
        key="one-off-payments",
        columns=(
            Column("case", "业务编号", lambda row: row.case.number),
            Column("kind", "支付事由", lambda row: row.get_kind_display()),
            Column("payee", "收款人", lambda row: masked_name(row.payee_name)),
            Column("bank", "开户银行", lambda row: row.payee_bank),
            Column("account", "账号", lambda row: masked_account(row.payee_account)),
            Column("place", "镇街、村社", lambda row: row.where, sort="division_path"),
            Column("amount", "金额（元）", lambda row: yuan(row.amount_fen), is_number=True, sort="amount_fen"),
            Column("made", "登记日期", lambda row: day(row.created_on), sort="created_on"),
            Column("state", "状态", state_tag),
            Column("batch", "批次", lambda row: row.batch.number if row.batch else ""),
        ),
        filters=(
            Filter("state", "状态", lambda rows, text: rows.filter(state=text), "choice", lambda: OneOffPayment.State.choices),
            Filter("kind", "支付事由", lambda rows, text: rows.filter(kind=text), "choice", lambda: OneOffPayment.Kind.choices),
            Filter("place", "镇街", lambda rows, path: rows.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
            Filter("number", "业务编号", lambda rows, text: rows.filter(case__number=text)),
        ),
        sort="-made",
        link=lambda row: reverse("one-off-payment", args=[row.pk]),
        empty_title="没有对外支付",
        empty_help="注销结算、丧葬补助金、转出和退费决定以后，款项在这里等待支付。",
        enrich=_fill,
    )  # fmt: skip


def _fill(rows: Sequence[Any]) -> None:
    names = place_names(row.division_path for row in rows)
    for row in rows:
        row.where = names.get(row.division_path, "")


@page("one-off-payments")
def index(request: HttpRequest) -> HttpResponse:
    """Everything paid once, by state, kind and place; what waits can be batched; the batches."""
    actor = actor_of(request)
    rows = payments_of(actor.scope)
    known = {
        "page": page_of(request, listing_of(actor.scope), rows),
        "heading": "对外支付",
        "waiting": one_off_waiting(actor.scope),
        "waiting_fen": rows.filter(state="waiting").aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "batches": OneOffBatch.objects.filter(division_path__startswith=actor.scope).order_by("-number")[:20],
        "may_batch": may_open(actor, "one-off-batch-make"),
        "may_export": may_open(actor, "one-off-export"),
        "key": uuid4(),
    }
    return render(request, "workbench/one_off/index.html", known)


@page("one-off-batch-make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Put the ticked payments into a batch."""
    actor = actor_of(request)
    case = attempt(
        request,
        lambda: one_off_batch_make(
            actor=actor, district_code=pack_code_of(actor.scope), today=today(),
            payment_ids=[UUID(key) for key in request.POST.getlist("row")],
            idempotency_key=request.POST.get("key") or None,
        ),
    )  # fmt: skip
    if case is None or case.subject_id is None:
        return redirect("one-off-payments")
    messages.success(request, _("已编批，等另一人审批：{number}。").format(number=case.number))
    return redirect("one-off-batch", case.subject_id)


@page("one-off-batch")
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch: lines, files, answers."""
    actor = actor_of(request)
    found = (
        OneOffBatch.objects.filter(pk=batch_id, division_path__startswith=actor.scope)
        .select_related("case")
        .first()
    )
    if found is None:
        raise Http404
    files = list(found.files.select_related("document").prefetch_related("answers").order_by("bank_name"))
    known = {
        "batch": found,
        "state": state_tag(found),
        "lines": [
            (one, state_tag(one)) for one in found.lines.select_related("case").order_by("line_number")
        ],
        "files": files,
        "answers": [one for file in files for one in file.answers.all()],
        "form": found.case.materials.select_related("document").filter(kind="payment_approval_form").first(),
        "may_download": found.state in ("approved", "sent", "closed"),
        "may_answer": found.state == "sent" and may_open(actor, "one-off-answer"),
    }
    return render(request, "workbench/one_off/batch.html", known)


@page("one-off-answer")
@require_POST
def answer(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take a bank's answer."""
    found = OneOffBatch.objects.filter(pk=batch_id, division_path__startswith=actor_of(request).scope).first()
    given = request.FILES.get("file")
    if found is None or given is None:
        messages.error(request, _("没有选择文件。请选择银行的回盘文件。"))
        return redirect("one-off-batch", batch_id)
    booked = attempt(
        request,
        lambda: one_off_answer_book(
            actor=actor_of(request), file_id=found.files.get(pk=UUID(request.POST.get("bank_file", ""))).pk,
            content=given.read(), name=given.name or "", today=today(), now=now(),
        ),
    )  # fmt: skip
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
    return redirect("one-off-batch", batch_id)


@page("one-off-payment")
def show(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """One payment: whom, from where, what became of it; a returned one is mended here."""
    actor = actor_of(request)
    found = payments_of(actor.scope).select_related("repays", "repaid_by").filter(pk=payment_id).first()
    if found is None:
        raise Http404
    again = OneOffPayment.objects.filter(repays=found).first()
    known = {
        "one": found, "state": state_tag(found), "again": again,
        "may_repay": found.state == "returned" and again is None and may_open(actor, "one-off-repay"),
    }  # fmt: skip
    return render(request, "workbench/one_off/payment.html", known)


@page("one-off-repay")
@require_POST
def repay(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Pay a returned one again, with what was mended."""
    sent, actor = request.POST, actor_of(request)
    if not payments_of(actor.scope).filter(pk=payment_id).exists():
        raise Http404
    made = attempt(
        request,
        lambda: one_off_repay(
            actor=actor, payment_id=payment_id, name=sent.get("name", ""), bank=sent.get("bank", ""),
            account=sent.get("account", ""), how=sent.get("how", ""), today=today(),
        ),
    )  # fmt: skip
    if made is not None:
        messages.success(request, _("已登记重新支付，等待编批。"))
    return redirect("one-off-payment", made.pk if made else payment_id)
