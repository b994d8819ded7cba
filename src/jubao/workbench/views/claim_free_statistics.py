"""免申即享统计: counts and rate of a place by month and by the places below it; every figure opens the people behind it.

Worked example: 2026-11 of 綦江区 shows 提取 96, 短信 81, 确认 40, 办结 22, 率 24.18%; 古南街道 opens its villages, whose
sums are the line one came from; a click on 22 lists those 22 people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jubao.database.unit_of_work import read_scope
from jubao.facts.claim_free_figures import BEHIND, Figures, people_behind, ranked
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.people.models import Division
from jubao.services.claim_free.programme import overview_scope
from jubao.services.claim_free.statistics import Statistics, latest_month, place_asked, statistics
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.lists import page_of
from jubao.workbench.reads.charts import bars, line
from jubao.workbench.reads.claim_free_people import listing_of
from jubao.workbench.reads.places import known_places, paths_above, place_names

TITLES = {
    "extracted": "提取", "notified": "发送短信", "confirmed": "确认", "in_process": "在办", "completed": "办结",
    "waiting": "未确认", "flags_off": "撤销标识", "waived": "其中本人放弃", "expired": "过期",
}  # fmt: skip
FUNNEL = ("extracted", "notified", "confirmed", "completed")
OTHER = {"revoked": "工作人员撤销标识", "gap": "距100%还差", "unverified": "未核实", "unsent": "已核实未发送"}
LEVELS = {"district": "区县", "township": "镇街", "village": "村社"}


@dataclass(frozen=True)
class Shown:
    """One line of a table of figures."""

    title: str
    link: str
    cells: list[tuple[int, str]]
    rate: str
    gap: int
    gap_link: str
    part: int


@page("claim-free-statistics")
def show(request: HttpRequest) -> HttpResponse:
    """The figures of a place."""
    actor, on = actor_of(request), today()
    first, last = months_asked(request, latest_month(overview_scope(actor, on), on))
    found = statistics(
        actor=actor, place=request.GET.get("place", ""), first_month=first, last_month=last, today=on
    )
    linked = Links(found.place, first, last)
    known = {
        "heading": "免申即享统计",
        "found": found,
        "first": Month.from_index(first),
        "last": Month.from_index(last),
        "crumbs": crumbs(found, first, last),
        "places": _choices(found.scope),
        "titles": list(TITLES.values()),
        "figures": [(TITLES[key], getattr(found.total, key), linked.people(key)) for key in TITLES],
        "total": _row(found.total, _("合计"), "", found.place, first, last),
        "rows": [_place_row(one, found.place, first, last) for one in found.rows],
        "months": [_month_row(one) for one in reversed(found.months)],
        "level": LEVELS.get({"district": "township", "township": "village"}.get(found.level, ""), "地区"),
        "funnel": _funnel(found.total, linked),
        "ranking": _ranking(found.rows, first, last),
        "line": _line(found.months),
    }
    return render(request, "workbench/programme/statistics.html", known)


class Links:
    """The addresses behind the figures of one place."""

    def __init__(self, place: str, first: int, last: int) -> None:
        self.known = {
            "place": place, "from": str(Month.from_index(first)), "month": str(Month.from_index(last)),
        }  # fmt: skip

    def people(self, figure: str) -> str:
        """The people behind a figure."""
        return f"{reverse('claim-free-figure')}?{urlencode({**self.known, 'figure': figure})}"

    def place(self) -> str:
        """The figures of the place itself."""
        return f"{reverse('claim-free-statistics')}?{urlencode(self.known)}"


def months_asked(request: HttpRequest, usual: int) -> tuple[int, int]:
    """First and last month of the address, `usual` where it says nothing that can be read; in order."""
    last = _month(request.GET.get("month", ""), usual)
    first = _month(request.GET.get("from", ""), last)
    return min(first, last), max(first, last)


def _month(text: str, usual: int) -> int:
    try:
        return Month.parse(text.strip()).index if text.strip() else usual
    except DomainError:
        return usual


def crumbs(found: Statistics, first: int, last: int) -> list[tuple[str, str]]:
    """The way from the officer's place down to the one shown."""
    return place_crumbs(found.scope, found.place, first, last)


def place_crumbs(scope: str, place: str, first: int, last: int) -> list[tuple[str, str]]:
    """Every place from the scope down, each with its figures; the last is where one is."""
    paths = [path for path in paths_above([place]) if path.startswith(scope)]
    found = Division.objects.filter(path__in=paths, valid_until__isnull=True)
    names = {
        path: name
        for path, (name, _level) in known_places(found.values_list("path", "name", "level")).items()
    }
    return [
        (names.get(path, path), Links(path, first, last).place() if path != place else "") for path in paths
    ]


def _choices(scope: str) -> list[tuple[str, str]]:
    """The place itself and the townships below it."""
    found = Division.objects.filter(
        path__startswith=scope, level__in=("district", "township"), valid_until__isnull=True
    )
    return list(found.order_by("path").values_list("path", "name"))


def _place_row(one: Figures, place: str, first: int, last: int) -> Shown:
    title = one.name or _("未登记到下级")
    link = Links(one.place, first, last).place() if one.name else ""
    return _row(one, title, link, one.place, first, last)


def _month_row(one: Figures) -> Shown:
    links = Links(one.place, one.month, one.month)
    return _row(one, str(Month.from_index(one.month)), links.place(), one.place, one.month, one.month)


def _row(one: Figures, title: str, link: str, place: str, first: int, last: int) -> Shown:
    linked = Links(place, first, last)
    cells = [(getattr(one, key), linked.people(key)) for key in TITLES]
    width = 84 * (one.rate or 0) // 10_000
    return Shown(title, link, cells, one.rate_words, one.gap, linked.people("gap"), width)


def _funnel(total: Figures, linked: Links) -> Any:
    return bars(
        [
            (translated(TITLES[key]), str(getattr(total, key)), getattr(total, key), linked.people(key))
            for key in FUNNEL
        ]
    )


def _ranking(rows: Sequence[Figures], first: int, last: int) -> Any:
    """The places by rate, as bars on a scale to 100 %; those without anybody to serve are left out."""
    return bars(
        [
            (one.name, one.rate_words, one.rate, Links(one.place, first, last).place())
            for one in ranked(rows)
            if one.rate is not None and one.name
        ],
        most=10_000,
    )


def _line(months: Sequence[Figures]) -> Any:
    return line(
        [
            (str(Month.from_index(one.month)), one.rate_words, one.rate)
            for one in months
            if one.rate is not None
        ]
    )


@page("claim-free-figure")
def figure(request: HttpRequest) -> HttpResponse:
    """The people behind a figure."""
    actor, on = actor_of(request), today()
    key = request.GET.get("figure", "extracted")
    if key not in BEHIND:
        raise Http404
    scope, place = place_asked(actor, request.GET.get("place", ""), on)
    first, last = months_asked(request, latest_month(scope, on))
    with read_scope(scope):
        rows = people_behind(place, first, last, key).select_related("person", "case", "enrolment")
        title = TITLES.get(key) or OTHER[key]
        known = {
            "heading": title,
            "title": title,
            "place": place_names([place]).get(place, ""),
            "first": Month.from_index(first),
            "last": Month.from_index(last),
            "page": page_of(request, listing_of(pack_of(scope), on), rows),
            "back": Links(place, first, last).place(),
        }
        return render(request, "workbench/programme/figure.html", known)
