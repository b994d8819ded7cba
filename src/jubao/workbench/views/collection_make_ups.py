"""补缴: which years somebody may make up, the form, the slip, the money moved and not yet moved.

Worked example: 办理岗 of 振兴街道 finds 王秀兰 by number, ticks 2019 and 2020, presses 出具补缴明细表;
the assistant registers slip JZ-7; 未划转 shows 1 000.00 until the township moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import CollectionAccount, MakeUpMove, MakeUpPayment
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.access.log import access_record
from jubao.services.collection.make_ups import (
    KIND,
    collection_account_set,
    make_up_issue,
    make_up_register,
    make_up_years,
    offered_tiers,
)
from jubao.services.collection.moves import make_up_move
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.sent import chosen_key
from jubao.workbench.views.collection_village import enrolment_by_number, year_of

HERE = "make-ups"
SHOWN = 50


@page(HERE)
def index(request: HttpRequest) -> HttpResponse:
    """The person asked for with the open years; cases under way; money waiting and moved."""
    if request.method == "POST":
        return _done(request)
    actor = actor_of(request)
    cases = Case.objects.select_related("person").filter(kind=KIND, division_path__startswith=actor.scope)
    payments = MakeUpPayment.objects.select_related("enrolment__person").filter(
        division_path__startswith=actor.scope
    )
    waiting = payments.filter(move=None)
    moves = MakeUpMove.objects.filter(division_path__startswith=actor.scope).prefetch_related(
        "payments__enrolment__person"
    )
    known: dict[str, Any] = {
        "found": _found(request),
        "cases": [(one, state_tag(one), _form_of(one)) for one in cases.order_by("-id")[:SHOWN]],
        "issued": cases.filter(state="issued").order_by("id"),
        "waiting": waiting.order_by("paid_on", "id"),
        "waiting_fen": waiting.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "moves": moves.order_by("-moved_on", "-id")[:SHOWN],
        "accounts": CollectionAccount.objects.filter(district_code=district_of(actor.scope), until_on=None),
        "account_kinds": CollectionAccount.Kind.choices,
        "may_issue": bool(actor.posts & {"handler", "intake_clerk"}),
        "is_assistant": "village_assistant" in actor.posts,
        "is_finance": "finance_officer" in actor.posts,
        "today": today(),
        "key": uuid4(),
    }
    return render(request, "workbench/collection/make_ups.html", known)


def _done(request: HttpRequest) -> HttpResponse:
    if request.POST.get("do") == "find":
        who = attempt(request, lambda: enrolment_by_number(request, request.POST.get("number", "")))
        return redirect(f"{reverse(HERE)}?who={who.pk}" if who else reverse(HERE))
    run = ACTIONS.get(request.POST.get("do", ""), _unknown)
    said = attempt(request, lambda: run(request))
    if said is not None:
        messages.success(request, said)
    return redirect(HERE)


def _found(request: HttpRequest) -> dict[str, Any] | None:
    """The person looked for, with the years that may be made up and the tiers of each."""
    try:
        wanted = UUID(request.GET.get("who", ""))
    except ValueError:
        return None
    actor = actor_of(request)
    who = (
        Enrolment.objects.select_related("person")
        .filter(pk=wanted, division_path__startswith=actor.scope)
        .first()
    )
    if who is None:
        return None
    access_record(actor=actor, person_id=who.person_id, fields=["contributions"], purpose="补缴")
    pack, month = pack_of(who.division_path), Month.containing(today()).index
    years = [(year, offered_tiers(pack, year, month)) for year in make_up_years(who, today())]
    return {"who": who, "years": [(year, tiers) for year, tiers in years if tiers]}


def _form_of(case: Case) -> CaseMaterial | None:
    return CaseMaterial.objects.filter(case=case, kind="make_up_detail_form", removed_at=None).first()


def _unknown(request: HttpRequest) -> str:
    raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))


def _issued(request: HttpRequest) -> str:
    chosen = [year_of(one) for one in request.POST.getlist("year")]
    years = {year: int(Fen.from_yuan(request.POST.get(f"tier-{year}", ""))) for year in chosen}
    made = make_up_issue(
        actor=actor_of(request), enrolment_id=chosen_key(request, "who"), years=years, today=today(),
        idempotency_key=request.POST.get("key") or None,
    )  # fmt: skip
    return _("已出具补缴明细表 {number}，合计 {yuan} 元。").format(
        number=made.proposal["number"], yuan=Fen(made.proposal["total_fen"]).yuan
    )


def _registered(request: HttpRequest) -> str:
    sent, given = request.POST, request.FILES.get("slip")
    done = make_up_register(
        actor=actor_of(request), case_id=chosen_key(request, "case"), slip_number=sent.get("slip_number", ""),
        amount_fen=int(Fen.from_yuan(sent.get("amount", ""))), paid_on=parse_date(sent.get("paid_on", "")),
        slip=given.read() if given else b"", today=today(), now=now(), idempotency_key=sent.get("key") or None,
    )  # fmt: skip
    return _("{number} 的进账单已登记。").format(number=done.number)


def _moved(request: HttpRequest) -> str:
    sent = request.POST
    made = make_up_move(
        actor=actor_of(request), payment_ids=[UUID(one) for one in sent.getlist("payment")],
        moved_on=parse_date(sent.get("moved_on", "")), voucher_number=sent.get("voucher", ""), today=today(), now=now(),
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip
    return _("已登记划转 {count} 笔，{yuan} 元。").format(
        count=made.payment_count, yuan=Fen(made.amount_fen).yuan
    )


def _account_set(request: HttpRequest) -> str:
    sent = request.POST
    made = collection_account_set(
        actor=actor_of(request), kind=sent.get("kind", ""), holder_name=sent.get("holder", ""), bank_name=sent.get("bank", ""),
        number=sent.get("number", ""), today=today(),
    )  # fmt: skip
    return _("已登记{kind}。").format(kind=made.get_kind_display())


ACTIONS: dict[str, Callable[[HttpRequest], str]] = {
    "issue": _issued,
    "register": _registered,
    "move": _moved,
    "account": _account_set,
}
