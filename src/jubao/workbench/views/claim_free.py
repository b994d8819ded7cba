"""免申即享查询: whom the extractions found, by month, place, number or name; verified and exported, corrected row by row.

Worked example: 李静 of 古南街道 sees 30 people of 2026-11, types zgf, finds one, corrects the number with ✓, saves; ticks
the 28 that qualify, 核实 shows what will happen to each, and the list says who was verified.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jubao.claim_free.models import Flag
from jubao.kernel.id_number import mask_id
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.claim_free.cases import STATES
from jubao.services.claim_free.lists import drafts_of, drafts_save, list_verify
from jubao.services.claim_free.notices import MOST_AT_ONCE, Report
from jubao.workbench.access import page
from jubao.workbench.claim_free_columns import ACTIONS, CARD, STANDING, WHO, fill
from jubao.workbench.claim_free_export import exported
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import Bulk, Filter, Listing, narrowed, page_of
from jubao.workbench.reads import claim_free as reads
from jubao.workbench.reads.places import townships, villages

TYPED, REPORT = "claim_free_search", "claim_free_report"
SHOWN = 60
LONGEST = 60


@page("claim-free")
def show(request: HttpRequest) -> HttpResponse:
    """The list; a posted name or number is kept in the session and never stands in an address."""
    if request.method == "POST":
        text = "" if request.POST.get("clear") else request.POST.get("q", "").strip()[:LONGEST]
        request.session[TYPED] = text
        return redirect(f"{reverse('claim-free')}?{request.GET.urlencode()}")
    actor = actor_of(request)
    listing = listing_of(request)
    known = {
        "heading": "免申即享查询",
        "page": page_of(request, listing, rows_of(request)),
        "typed": request.session.get(TYPED, ""),
        "report": request.session.pop(REPORT, None),
        "draft_count": len(drafts_of(actor)),
        "overdue": reads.overdue_unsent(actor.scope, today()).count(),
    }
    return render(request, "workbench/claim_free/list.html", known)


def rows_of(request: HttpRequest) -> QuerySet[Any]:
    """The rows in the officer's place that the typed text finds; `case` names one."""
    actor = actor_of(request)
    rows = reads.with_card(reads.listed(actor.scope))
    if request.GET.get("case"):
        rows = rows.filter(case_id=_key(request.GET["case"]))
    typed = request.session.get(TYPED, "")
    return reads.matching(rows, actor.scope, typed) if typed else rows


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def place_filters(request: HttpRequest) -> tuple[Filter, ...]:
    """区县 where the officer sees several, 镇街, and the 村社 of the 镇街 chosen."""
    scope = actor_of(request).scope
    district = request.GET.get("district", "")
    above = district if district.startswith(scope) else scope

    def within(rows: Any, path: str) -> Any:
        return rows.filter(division_path__startswith=path)

    districts = _districts(scope)
    found = [Filter("place", "镇街", within, "choice", lambda: townships(above))]
    if len(districts) > 1:
        found.insert(0, Filter("district", "区县", within, "choice", lambda: districts))
    if village_choices := villages(scope, request.GET.get("place", "-")):
        found.append(Filter("village", "村社", within, "choice", lambda: village_choices))
    return tuple(found)


def _districts(scope: str) -> list[tuple[str, str]]:
    found = Division.objects.filter(path__startswith=scope, level="district", valid_until__isnull=True)
    return list(found.order_by("code").values_list("path", "name"))


def listing_of(request: HttpRequest) -> Listing:
    """Columns, filters and bulk actions of the list for this officer."""
    actor, rule = actor_of(request), reads.rule_of(actor_of(request).scope, today())
    narrow_phone: dict[str, Callable[[Any], Any]] = {
        "good": lambda rows: rows.filter(rule.condition("phone")),
        "bad": lambda rows: rows.filter(reads.wrong_number(rule)),
    }
    narrow_card: dict[str, Callable[[Any], Any]] = {
        "inactive": lambda rows: rows.filter(card="found", is_activated=False),
        "active": lambda rows: rows.filter(card="found", is_activated=True),
        "missing": lambda rows: rows.exclude(card="found"),
    }
    filters = (
        Filter("month", "月份", lambda rows, value: rows.filter(month=int(value)) if value.isdigit() else rows.none(),
               "choice", lambda: reads.months_listed(actor.scope)),
        *place_filters(request),
        Filter("flag", "标识", lambda rows, value: rows.filter(state=value), "choice", lambda: Flag.State.choices),
        Filter("state", "进度", lambda rows, value: rows.filter(case__state=value), "choice", STATES.items),
        Filter("phone", "联系电话", lambda rows, value: narrow_phone.get(value, lambda all: all.none())(rows), "choice",
               lambda: (("good", "可发短信"), ("bad", "号码不符合"))),
        Filter("card", "社保卡", lambda rows, value: narrow_card.get(value, lambda all: all.none())(rows), "choice",
               lambda: (("inactive", "待激活"), ("active", "已激活"), ("missing", "没有获取"))),
    )  # fmt: skip
    may_verify = "handler" in actor.posts
    return Listing(
        key="claim-free",
        columns=(*WHO, *STANDING, CARD, ACTIONS),
        filters=filters,
        empty_title="名单是空的",
        empty_help="本月还没有提取，或没有符合条件的人。每月初由系统自动提取；也可放宽查询条件。",
        bulk=(Bulk("核实", "claim-free-verify"),) if may_verify else (),
        enrich=lambda rows: fill(rows, actor, today()),
    )


@page("claim-free-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same rows as a workbook."""
    typed = request.session.get(TYPED, "")
    filters = {key: str(value) for key, value in request.GET.items() if value}
    if typed:
        filters["search"] = mask_id(typed) if any(sign.isdigit() for sign in typed) else typed
    answer = exported(request, listing_of(request), rows_of(request), filters)
    return answer or redirect(f"{reverse('claim-free')}?{request.GET.urlencode()}")


def chosen(request: HttpRequest, listing: Listing, rows: QuerySet[Any]) -> list[UUID]:
    """The cases of the ticked rows, or of everything the filters find."""
    if request.POST.getlist("case"):
        return [_key(one) for one in request.POST.getlist("case")]
    if request.POST.get("everything"):
        found = narrowed(listing, rows, request.GET).order_by("pk")
    else:
        found = rows.filter(pk__in=[_key(one) for one in request.POST.getlist("row")]).order_by("pk")
    return list(found.values_list("case_id", flat=True)[: MOST_AT_ONCE + 1])


def bulk(
    request: HttpRequest, title: str, back: str, cases: list[UUID], run: Callable[[bool], Report],
    after: Callable[[Report], None] = lambda _report: None, sample: Callable[[UUID], str] | None = None,
) -> HttpResponse:  # fmt: skip
    """A bulk action in two steps: the preview says what will happen to whom; confirmed, it happens and is reported."""
    is_confirmed = bool(request.POST.get("confirmed"))
    address = f"{reverse(back)}?{request.GET.urlencode()}"
    report = attempt(request, lambda: run(not is_confirmed))
    if report is None:
        return redirect(address)
    if is_confirmed:
        after(report)
        keep_report(request, title, report)
        return redirect(address)
    route = request.resolver_match.view_name if request.resolver_match else back
    known = {
        "title": title, "report": report, "route": route, "back": back, "query": request.GET.urlencode(),
        "shown": report.done[:SHOWN], "more": max(len(report.done) - SHOWN, 0),
        "sample": sample(report.done[0].case_id) if sample and report.done else "",
    }  # fmt: skip
    return render(request, "workbench/claim_free/preview.html", known)


def keep_report(request: HttpRequest, title: str, report: Report) -> None:
    """For the next page."""
    refused = [[line.name, line.code, line.message] for line in report.refused]
    request.session[REPORT] = {"title": title, "done": len(report.done), "refused": refused}


@page("claim-free-verify")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """核实 the ticked people."""
    actor = actor_of(request)
    cases = chosen(request, listing_of(request), rows_of(request))

    def run(is_rehearsal: bool) -> Report:
        return list_verify(actor=actor, case_ids=cases, today=today(), now=now(), is_rehearsal=is_rehearsal)

    return bulk(request, _("核实"), "claim-free", cases, run)


@page("claim-free-save")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """保存: all drafts of the officer."""
    report = attempt(request, lambda: drafts_save(actor=actor_of(request), today=today()))
    if report is not None:
        keep_report(request, _("保存"), report)
    return redirect("claim-free")


__all__ = ["bulk", "chosen", "export", "save", "show", "verify"]
