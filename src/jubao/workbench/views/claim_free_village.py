"""村社名单: who of a village has not confirmed yet, how each was told, tried and visited; and notices to bring by hand.

Worked example: the aide of 新民村 opens the page and sees three people, one without a telephone, one who cannot walk, one whose
card is not active; calls the first, notes it, and asks for a visit to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from jubao.forms.masks import masked_name
from jubao.kernel.text import _, translated
from jubao.services.claim_free.notices import MEANS as TOLD
from jubao.services.claim_free.visits import ARRANGERS, VISITORS, open_visits, visit_done, visit_open
from jubao.services.people.contacts import MEANS, contact_record
from jubao.workbench.access import page
from jubao.workbench.claim_free_columns import CARD, WHO, fill, phone_cell, state_tag, tag
from jubao.workbench.claim_free_export import exported
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads import claim_free as reads
from jubao.workbench.reads.places import place_names
from jubao.workbench.templatetags.figures import day
from jubao.workbench.views.claim_free import place_filters
from jubao.workbench.views.claim_free_rows import back, day_of, row_of

HOW = {**TOLD, "sms": "短信"}
MOST_VILLAGES = 60


@page("claim-free-village")
def show(request: HttpRequest) -> HttpResponse:
    """The list of the place chosen, with the villages and their counts above it."""
    scope = actor_of(request).scope
    rows = reads.with_card(reads.unconfirmed(scope))
    place = request.GET.get("place", "")
    counted = rows.filter(division_path__startswith=place).order_by().values_list("division_path")
    counts = dict(counted.annotate(n=Count("pk")).order_by("division_path")[:MOST_VILLAGES])
    names = place_names(counts)
    known = {
        "heading": "村社名单（未确认）", "page": page_of(request, listing_of(request), rows),
        "villages": [(path, names.get(path, ""), count) for path, count in counts.items()],
        "chosen": request.GET.get("village", ""), "township": place,
    }  # fmt: skip
    return render(request, "workbench/claim_free/village.html", known)


def listing_of(request: HttpRequest) -> Listing:
    """The columns a village aide works with."""
    actor = actor_of(request)
    filters = [one for one in place_filters(request) if one.key != "village"]
    narrow = {
        "inactive": lambda rows: rows.filter(card="found", is_activated=False),
        "untold": lambda rows: rows.filter(case__state__in=reads.UNTOLD),
        "no_phone": lambda rows: rows.filter(reads.wrong_number(reads.rule_of(actor.scope, today()))),
    }
    return Listing(
        key="claim-free-village",
        columns=(*PEOPLE, UNTIL, Column("state", "进度", state_tag), Column("phone", "联系电话", phone_cell), CARD, TOLD_COLUMN,
                 TRIED, ACTIONS),
        filters=(
            *filters,
            Filter("village", "村社", lambda rows, path: rows.filter(division_path__startswith=path), "choice",
                   lambda: [(path, name) for path, name in place_names(_paths(actor.scope)).items()]),
            Filter("need", "需要", lambda rows, value: narrow[value](rows) if value in narrow else rows.none(), "choice",
                   lambda: (("untold", "还没有告知"), ("no_phone", "没有手机号码"), ("inactive", "社保卡待激活"))),
        ),
        sort="place",
        empty_title="没有未确认的人",
        empty_help="名单上的人都已确认、放弃或撤销；新的名单在月初提取。",
        enrich=lambda rows: _fill(request, rows),
    )  # fmt: skip


def _paths(scope: str) -> list[str]:
    found = reads.unconfirmed(scope).order_by("division_path").values_list("division_path", flat=True)
    return list(found.distinct()[:MOST_VILLAGES])


def _fill(request: HttpRequest, rows: Sequence[Any]) -> None:
    fill(rows, actor_of(request), today())
    cases = [row.case_id for row in rows]
    told, tried, visits = reads.told(cases), reads.contacts_of(cases), open_visits(cases)
    impaired = reads.mobility_impaired([row.person_id for row in rows])
    for row in rows:
        row.told, row.tried, row.visit = (
            told.get(row.case_id),
            tried.get(row.case_id, []),
            visits.get(row.case_id),
        )
        row.is_impaired = row.person_id in impaired


def _until(row: Any) -> SafeString:
    late = row.window_until < today()
    return format_html(
        '<span class="digits tight{}">{}</span>', " late" if late else "", day(row.window_until)
    )


def _told(row: Any) -> SafeString | str:
    if row.told is None:
        return tag("未告知", "wait")
    reached = "" if row.told.was_reached else _("（未果）")
    return format_html(
        '{} <span class="digits tight">{}</span>{}',
        translated(HOW.get(row.told.means, row.told.means)),
        day(row.told.informed_on),
        reached,
    )


def _tried(row: Any) -> SafeString | str:
    parts: list[Any] = []
    if row.is_impaired:
        parts.append(tag("行动不便", "wait"))
    if row.visit:
        parts.append(tag("待上门", "info"))
    if row.tried:
        last = row.tried[0]
        words = f"{translated(MEANS[last.means])} {day(last.attempted_on)} {last.note}".strip()
        parts.append(format_html("<span>{}</span>", words))
    return format_html(" ".join("{}" for _part in parts), *parts) if parts else "—"


def _actions(row: Any) -> SafeString:
    button = '<button type="button" class="link-button" hx-get="{}" hx-target="#drawer">{}</button>'
    parts = [format_html(button, reverse("claim-free-contact", args=[row.case_id]), _("登记联系"))]
    if "handler" in row.actor.posts:
        parts.append(format_html(button, reverse("claim-free-inform", args=[row.case_id]), _("其他方式告知")))
    if row.actor.posts & (VISITORS if row.visit else ARRANGERS):
        parts.append(
            format_html(
                button,
                reverse("claim-free-visit", args=[row.case_id]),
                _("上门") if row.visit else _("安排上门"),
            )
        )
    return format_html('<span class="row-actions">' + "{}" * len(parts) + "</span>", *parts)


PEOPLE = tuple(replace(one, is_shown=one.key in ("name", "place")) for one in WHO)
UNTIL = Column("until", "确认至", _until, sort="window_until")
TOLD_COLUMN = Column("told", "已告知", _told)
TRIED = Column("tried", "联系记录", _tried)
ACTIONS = Column("actions", "操作", _actions)


@page("claim-free-village-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list of a village with telephones, for calls."""
    rows = reads.with_card(reads.unconfirmed(actor_of(request).scope))
    filters = {key: str(value) for key, value in request.GET.items() if value}
    answer = exported(request, listing_of(request), rows, filters)
    return answer or redirect(f"{reverse('claim-free-village')}?{request.GET.urlencode()}")


@page("claim-free-contact")
def contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """登记联系: the dialog with what was tried before, and the record."""
    row, sent = row_of(request, case_id), request.POST
    if request.method != "POST":
        known = {
            "row": row, "name": masked_name(row.person.name), "means": MEANS.items(), "today": today(),
            "attempts": [(MEANS[one.means], one) for one in reads.contacts_of([case_id]).get(case_id, [])],
            "next": request.headers.get("HX-Current-URL", ""),
        }  # fmt: skip
        return render(request, "workbench/claim_free/contact.html", known)
    done = attempt(
        request,
        lambda: contact_record(
            actor=actor_of(request), person_id=row.person_id, means=sent.get("means", ""),
            attempted_on=day_of(sent, today()), was_reached=sent.get("was_reached") == "yes", today=today(),
            note=sent.get("note", "").strip()[:200], case_id=case_id,
        ),
    )  # fmt: skip
    return back(request, row, done, _("已登记对 {name} 的联系。"), "claim-free-village")


@page("claim-free-visit")
def visit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """安排上门, and its end."""
    actor, row, sent = actor_of(request), row_of(request, case_id), request.POST
    standing = open_visits([case_id]).get(case_id)
    if request.method != "POST":
        known = {
            "row": row, "name": masked_name(row.person.name), "visit": standing,
            "is_impaired": row.person_id in reads.mobility_impaired([row.person_id]),
            "next": request.headers.get("HX-Current-URL", ""),
        }  # fmt: skip
        return render(request, "workbench/claim_free/visit.html", known)
    if standing is not None:
        done: object = attempt(
            request, lambda: visit_done(actor=actor, visit_id=standing.id, today=today(), now=now())
        )
        return back(request, row, done, _("已办结对 {name} 的上门确认。"), "claim-free-village")
    done = attempt(
        request,
        lambda: visit_open(actor=actor, case_id=case_id, reason=sent.get("reason", ""), today=today()),
    )
    return back(request, row, done, _("已安排对 {name} 的上门。"), "claim-free-village")


__all__ = ["contact", "export", "show", "visit"]
