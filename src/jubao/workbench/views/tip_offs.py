"""举报: the list, taking one, its page, and the informant's data behind a purpose.

Worked example: the township takes a named tip by telephone; its page says 实名（信息已密封）; the 稽核岗 writes 回访核实
and reads name and telephone; the township that asks gets 403, and both stand in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.kernel.text import _
from jubao.services.supervision.informants import Informant, informant_look
from jubao.services.supervision.tip_offs import Told, tip_off_take
from jubao.services.supervision.words import CHANNELS, TOPICS
from jubao.supervision.models import TipOff
from jubao.workbench.access import page
from jubao.workbench.addresses import address_of
from jubao.workbench.case_rows import state_tag
from jubao.workbench.exporting import exported
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, narrowed, page_of
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import day

IN_PERSON = ("phone", "letter", "in_person")
"""What an officer takes; online comes from the portal."""


def _tips(request: HttpRequest) -> QuerySet[TipOff]:
    scope = actor_of(request).scope
    return TipOff.objects.filter(division_path__startswith=scope).select_related("case")


def _listing(request: HttpRequest) -> Listing:
    scope = actor_of(request).scope
    return Listing(
        key="tip-offs",
        columns=(
            Column("number", "编号", lambda tip: tip.case.number),
            Column("topic", "举报事项", lambda tip: TOPICS[tip.topic], sort="topic"),
            Column("about", "被举报人", lambda tip: tip.about or "—"),
            Column("channel", "方式", lambda tip: CHANNELS[tip.channel]),
            Column("identity", "署名", lambda tip: "匿名" if tip.is_anonymous else "实名（已密封）"),
            Column("place", "镇街、村社", lambda tip: tip.where),
            Column("state", "状态", lambda tip: state_tag(tip.case)),
            Column("due", "时限", lambda tip: due_tag(tip.case.due_on, today(), is_open=tip.case.is_open)),
            Column("taken", "登记日期", lambda tip: day(tip.taken_on), sort="taken_on"),
        ),
        filters=(
            Filter("topic", "举报事项", lambda tips, value: tips.filter(topic=value), "choice", lambda: TOPICS.items()),
            Filter("channel", "方式", lambda tips, value: tips.filter(channel=value), "choice", lambda: CHANNELS.items()),
            Filter("state", "状态", lambda tips, value: tips.filter(case__is_open=value == "open"), "choice",
                   lambda: (("open", "在办"), ("closed", "已结"))),
            Filter("late", "时限", lambda tips, _value: tips.filter(case__is_open=True, case__due_on__lt=today()), "choice",
                   lambda: (("late", "已超期"),)),
            Filter("place", "镇街", lambda tips, path: tips.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
            Filter("from", "登记日期自", lambda tips, value: tips.filter(taken_on__gte=value), "date"),
        ),
        sort="-taken",
        link=lambda tip: address_of("tip-off", tip.pk),
        empty_title="没有举报",
        empty_help="电话、信函、当面和网上的举报登记后列在这里。",
        enrich=_fill,
    )  # fmt: skip


def _fill(tips: Sequence[Any]) -> None:
    names = place_names(tip.division_path for tip in tips)
    for tip in tips:
        tip.where = names.get(tip.division_path, "")


@page("tip-offs")
def index(request: HttpRequest) -> HttpResponse:
    """All tips of the place."""
    known = {"page": page_of(request, _listing(request), _tips(request))}
    return render(request, "workbench/supervision/tip_offs.html", known)


@page("tip-offs-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same rows as a spreadsheet; no informant is among them."""
    listing = _listing(request)
    rows = narrowed(listing, _tips(request), request.GET).order_by("-taken_on", "-id")
    return exported(request, what="tip_offs", title="举报", listing=listing, rows=rows, back="tip-offs")


@page("tip-off-new")
def new(request: HttpRequest) -> HttpResponse:
    """Take a tip; what was typed stays when something is wrong."""
    typed = {
        name: request.POST.get(name, "").strip()
        for name in ("channel", "topic", "about", "number", "content", "signed", "name", "phone", "address")
    }
    if request.method == "POST":
        tip = attempt(request, lambda: _taken(request, typed))
        if tip is not None:
            messages.success(request, _("已登记：{number}。").format(number=tip.case.number))
            return redirect("tip-off", tip.pk)
    known = {
        "typed": typed, "topics": TOPICS.items(), "key": uuid4(),
        "channels": [(code, CHANNELS[code]) for code in IN_PERSON],
    }  # fmt: skip
    return render(request, "workbench/supervision/tip_off_new.html", known)


def _taken(request: HttpRequest, typed: dict[str, str]) -> TipOff:
    informant = Informant(typed["name"], typed["phone"], typed["address"]) if typed["signed"] == "1" else None
    told = Told(
        typed["channel"] if typed["channel"] in IN_PERSON else "", typed["topic"], typed["content"], typed["about"],
        typed["number"], informant,
    )  # fmt: skip
    return tip_off_take(
        actor=actor_of(request), told=told, today=today(), idempotency_key=request.POST.get("key") or None
    )


@page("tip-off")
def show(request: HttpRequest, tip_id: UUID) -> HttpResponse:
    """One tip: what was told, how far it is, what came of it."""
    return _shown(request, tip_id, None)


def _shown(request: HttpRequest, tip_id: UUID, informant: Informant | None) -> HttpResponse:
    tip = _tips(request).filter(pk=tip_id).first()
    if tip is None:
        raise Http404
    known = {
        "tip": tip, "topic": TOPICS[tip.topic], "channel": CHANNELS[tip.channel], "state": state_tag(tip.case),
        "due": due_tag(tip.case.due_on, today(), is_open=tip.case.is_open), "informant": informant,
        "place": place_names([tip.division_path]).get(tip.division_path, ""),
        "followed": [
            (one, state_tag(one)) for one in Case.objects.filter(subject_id=tip.case_id).order_by("opened_at", "id")
        ],
    }  # fmt: skip
    return render(request, "workbench/supervision/tip_off.html", known)


@page("tip-off-informant")
@never_cache
@require_POST
def informant(request: HttpRequest, tip_id: UUID) -> HttpResponse:
    """The informant's data, once; the look is written down."""
    if not _tips(request).filter(pk=tip_id).exists():
        raise Http404
    purpose = request.POST.get("purpose", "")
    found = informant_look(actor=actor_of(request), tip_id=tip_id, purpose=purpose, today=today())
    if found is None:
        messages.info(request, _("这是匿名举报，没有举报人信息。"))
        return redirect("tip-off", tip_id)
    return _shown(request, tip_id, found)
