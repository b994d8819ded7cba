"""到龄预测: twelve months of people who reach sixty, per village, and what blocks each, sorted by what the village can mend.

Worked example: 古南街道 opens at 2026-11 to 2027-10; 新民村 has 4 people in 2027-03; 没有社保卡账户 12 人 stands on top of the
obstacles because a visit mends it; a click lists the twelve.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jubao.facts.claim_free_figures import places_below
from jubao.forms.masks import masked_name
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import translated
from jubao.people.models import Enrolment
from jubao.services.claim_free.forecast import MONTHS, Expected, forecast, mender_of, rank_of, words_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.lists import Column, Listing, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import day

MENDERS = {"village": "村社可解决", "office": "经办机构处理", "nobody": "只能等待或走普通申领"}
TONES = {"village": "ok", "office": "info", "nobody": "mute"}


def _place(request: HttpRequest) -> str:
    scope, asked = actor_of(request).scope, request.GET.get("place", "")
    return asked if asked.startswith(scope) and asked.endswith("/") else scope


@page("claim-free-forecast")
def show(request: HttpRequest) -> HttpResponse:
    """Months across, places down; obstacles below."""
    place, on = _place(request), today()
    months = [Month.containing(on) + n for n in range(MONTHS)]
    try:
        people, refused = forecast(place=place, today=on), ""
    except DomainError as missing:
        people, refused = [], str(missing.message)
    known = {
        "heading": "到龄预测",
        "place": place,
        "place_name": place_names([place]).get(place, ""),
        "townships": townships(actor_of(request).scope),
        "months": months,
        "totals": _totals(people, months, place),
        "rows": _rows(people, months, place),
        "obstacles": _obstacles(people, place),
        "count": len(people),
        "ready": sum(one.is_ready for one in people),
        "refused": refused,
    }
    return render(request, "workbench/programme/forecast.html", known)


def _link(**asked: str) -> str:
    return f"{reverse('claim-free-forecast-people')}?{urlencode(asked)}"


def _totals(people: Sequence[Expected], months: Sequence[Month], place: str) -> list[tuple[int, int, str]]:
    """Per month: how many, how many of them ready, the list."""
    all_of = Counter(one.month for one in people)
    ready = Counter(one.month for one in people if one.is_ready)
    return [(all_of[at.index], ready[at.index], _link(place=place, month=str(at))) for at in months]


def _rows(
    people: Sequence[Expected], months: Sequence[Month], place: str
) -> list[tuple[str, str, list[tuple[int, int, str]]]]:
    """Per place below: its name, its own forecast, per month how many and how many ready."""
    rows = []
    for path, name in places_below(place) or [(place, place_names([place]).get(place, ""))]:
        own = [one for one in people if one.division_path.startswith(path)]
        link = f"{reverse('claim-free-forecast')}?{urlencode({'place': path})}" if path != place else ""
        if own:
            rows.append((name, link, _totals(own, months, path)))
    return rows


def _obstacles(people: Sequence[Expected], place: str) -> list[tuple[str, str, str, int, str]]:
    """Words, who mends it, tone, how many, their list; what the village can mend first."""
    counted = Counter(code for one in people for code in one.obstacles)
    return [
        (
            translated(words_of(code)),
            MENDERS[mender_of(code)],
            TONES[mender_of(code)],
            n,
            _link(place=place, code=code),
        )
        for code, n in sorted(counted.items(), key=lambda one: (rank_of(one[0]), -one[1]))
    ]


@page("claim-free-forecast-people")
def people(request: HttpRequest) -> HttpResponse:
    """The people of a month or of an obstacle."""
    place, month, code = _place(request), request.GET.get("month", ""), request.GET.get("code", "")
    found = {
        one.enrolment_id: one
        for one in forecast(place=place, today=today())
        if (not month or str(Month.from_index(one.month)) == month) and (not code or code in one.obstacles)
    }
    rows = Enrolment.objects.filter(pk__in=list(found)).select_related("person")
    known = {
        "heading": "到龄人员",
        "place_name": place_names([place]).get(place, ""),
        "month": month,
        "words": words_of(code) if code else "",
        "page": page_of(request, _listing(found), rows),
        "back": f"{reverse('claim-free-forecast')}?{urlencode({'place': place})}",
    }
    return render(request, "workbench/programme/forecast_people.html", known)


def _listing(found: dict[Any, Expected]) -> Listing:
    def fill(rows: Sequence[Any]) -> None:
        places = place_names(row.division_path for row in rows)
        for row in rows:
            row.where, row.expected = places.get(row.division_path, ""), found[row.pk]

    return Listing(
        key="claim-free-forecast",
        columns=(
            Column("name", "姓名", lambda row: masked_name(row.person.name), sort="person__name_key"),
            Column("number", "个人编号", lambda row: row.person.personal_number),
            Column("birth", "出生日期", lambda row: day(row.person.birth_date), sort="person__birth_date"),
            Column("place", "镇街、村社", lambda row: row.where, sort="division_path"),
            Column("month", "满60周岁月份", lambda row: str(Month.from_index(row.expected.month))),
            Column("blocks", "现在还差什么", _blocks),
        ),
        sort="birth",
        link=lambda row: reverse("person", args=[row.person_id]),
        empty_title="没有这样的人",
        empty_help="所选月份、地方没有满60周岁的人，或者都已具备条件。",
        enrich=fill,
    )


def _blocks(row: Any) -> str:
    if row.expected.is_on_list:
        return translated("已在免申即享名单")
    return "；".join(translated(words_of(code)) for code in row.expected.obstacles) or translated(
        "已具备条件"
    )
