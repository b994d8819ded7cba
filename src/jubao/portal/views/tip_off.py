"""举报: without log-in, anonymous or named; a number and a code to ask later how far it is; nothing of the sender is kept.

Worked example: somebody chooses district and 冒领待遇, writes what happened and no name: 500110-2026-000123 and a code of 22
characters; the code typed in next week says 核查中 and nothing else.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.portal.access import origin_of, page
from jubao.portal.faces import attempt, shown, today
from jubao.services.cases.kinds import kind_of
from jubao.services.supervision.informants import Informant
from jubao.services.supervision.tip_offs import Told, tip_off_take, tip_state
from jubao.services.supervision.words import TOPICS
from jubao.staff.keys import text_digest
from jubao.supervision.models import TipOff

FIELDS = ("district", "topic", "about", "number", "content", "signed", "name", "phone", "address")
SESSION_SENT = "tip_off_sent"
MOST_AN_HOUR, HOUR_SECONDS = 10, 3600


@page("tip-off")
def tip_off(request: HttpRequest) -> HttpResponse:
    """The form; what was typed stays when something is wrong."""
    typed = {key: request.POST.get(key, "").strip()[:1000] for key in FIELDS}
    problem, status = None, 200
    if request.method == "POST":
        tip, problem, status = attempt(lambda: _taken(request, typed))
        if tip is not None:
            request.session[SESSION_SENT] = tip.token
            return redirect("portal:tip-off-sent")
    places = Division.objects.filter(level="district", valid_until__isnull=True).order_by("code")
    return shown(
        request, "portal/tip_off.html", title=_("举报"), typed=typed, topics=TOPICS,
        districts=list(places.values_list("code", "name")), problem=problem, status=status,
    )  # fmt: skip


def _taken(request: HttpRequest, typed: dict[str, str]) -> TipOff:
    place = Division.objects.filter(
        level="district", valid_until__isnull=True, code=typed["district"]
    ).first()
    if place is None:
        raise InputRefused("PLACE_MISSING", _("没有选择区县。"), remedy=_("请选择事情发生的区县。"))
    _not_too_many(request)
    informant = Informant(typed["name"], typed["phone"], typed["address"]) if typed["signed"] == "1" else None
    told = Told("online", typed["topic"], typed["content"], typed["about"], typed["number"], informant)
    return tip_off_take(actor=Actor.system("portal_tip_off", scope=place.path), told=told, today=today())


def _not_too_many(request: HttpRequest) -> None:
    """So many an hour from one address, by a digest that is forgotten; no row says where a tip came from."""
    key = f"tip-off:{text_digest(origin_of(request).address)}"
    cache.add(key, 0, HOUR_SECONDS)
    if cache.incr(key) > MOST_AN_HOUR:
        raise InputRefused("TOO_MANY", _("一小时内举报太多次了。"), remedy=_("请稍后再试，或打电话举报。"))


@page("tip-off-sent")
def sent(request: HttpRequest) -> HttpResponse:
    """Number and code, once in this browser."""
    return _state(request, str(request.session.pop(SESSION_SENT, "")), is_new=True)


@page("tip-off-state")
def state(request: HttpRequest) -> HttpResponse:
    """How far the tip of a code is."""
    return _state(request, request.POST.get("code", "")[:64], is_new=False)


def _state(request: HttpRequest, code: str, *, is_new: bool) -> HttpResponse:
    with read_scope(""):
        case = tip_state(code)
    words = kind_of(case.kind).state_title(case.state) if case else ""
    return shown(
        request, "portal/tip_off_state.html", title=_("举报进度"), code=code if is_new else "", case=case, state=words,
        is_asked=bool(code), is_new=is_new and case is not None,
    )  # fmt: skip
