"""普通申领告知: who was told that the claim-free way is closed to him, why, and how to claim; brought by hand where no SMS goes.

Worked example: 张*芳's flag was revoked for a transfer under way; she has no telephone, so the notice waits to be brought; the
township prints the text, brings it, presses 已当面告知.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.forms.masks import masked_name
from jubao.kernel.text import _
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment, Person
from jubao.services.benefits.ordinary_route import PURPOSE
from jubao.services.notices.texts import BY_HAND, notice_delivered
from jubao.workbench.access import may_open, page
from jubao.workbench.claim_free_columns import tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import moment
from jubao.workbench.views.claim_free_sms import DELIVERY

WAYS = {"sms": "短信", BY_HAND: "当面、上门"}
HAND_STATES = {"waiting": ("待告知", "wait"), "delivered": ("已告知", "ok")}


def rows_of(scope: str) -> QuerySet[Any]:
    """Notices to people of the officer's place, the place beside each."""
    place = Enrolment.objects.filter(person_id=OuterRef("person_id"), ended_on__isnull=True).values(
        "division_path"
    )[:1]
    found = OutboxMessage.objects.filter(purpose=PURPOSE).annotate(division_path=Subquery(place))
    return found.filter(division_path__startswith=scope)


@page("claim-free-notices")
def show(request: HttpRequest) -> HttpResponse:
    """The notices, those to bring first where asked."""
    actor = actor_of(request)
    listing = _listing(actor.scope, may_open(actor, "claim-free-notice-done"))
    page_ = page_of(request, listing, rows_of(actor_of(request).scope))
    return render(request, "workbench/claim_free/notices.html", {"heading": "普通申领告知", "page": page_})


@page("claim-free-notice-done")
@require_POST
def done(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """已当面告知."""
    actor = actor_of(request)
    if not rows_of(actor.scope).filter(pk=message_id).exists():
        raise Http404
    kept = attempt(
        request, lambda: notice_delivered(actor=actor, message_id=message_id, today=today(), now=now())
    )
    if kept is not None:
        messages.success(request, _("已登记告知。"))
    return redirect(f"{reverse('claim-free-notices')}?{request.GET.urlencode()}")


def _listing(scope: str, may_tell: bool) -> Listing:
    return Listing(
        key="claim-free-notices",
        columns=(
            Column("name", "姓名", _name),
            Column("place", "镇街、村社", lambda row: row.where),
            Column("at", "生成时间", lambda row: moment(row.created_at), sort="id"),
            Column("text", "告知内容", lambda row: row.body),
            Column("way", "方式", lambda row: WAYS.get(row.channel, row.channel)),
            Column("state", "状态", lambda row: _state(row, may_tell)),
        ),
        filters=(
            Filter("place", "镇街", lambda rows, path: rows.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
            Filter("way", "方式", lambda rows, value: rows.filter(channel=value), "choice", WAYS.items),
            Filter("state", "状态", lambda rows, value: rows.filter(state=value), "choice",
                   lambda: [(key, words) for key, (words, _tone) in DELIVERY.items()]),
        ),
        empty_title="没有告知",
        empty_help="撤销标识、不予受理或不符合免申即享的人，会自动生成普通申领的告知。",
        enrich=_fill,
    )  # fmt: skip


def _fill(rows: Sequence[Any]) -> None:
    people = Person.objects.in_bulk([row.person_id for row in rows])
    names = place_names(row.division_path for row in rows)
    for row in rows:
        row.person, row.where = people.get(row.person_id), names.get(row.division_path, "")


def _name(row: Any) -> Any:
    address = reverse("person", args=[row.person_id])
    return format_html(
        '<a href="{}" data-open>{}</a>', address, masked_name(row.person.name) if row.person else ""
    )


def _state(row: Any, may_tell: bool) -> Any:
    if row.channel != BY_HAND:
        return tag(*DELIVERY.get(row.state, (row.state, "")))
    words = tag(*HAND_STATES.get(row.state, (row.state, "")))
    if row.state != "waiting" or not may_tell:
        return words
    # The list itself is no form here, so the button brings its own (`form` names it).
    return format_html(
        '{} <button class="link-button" form="notice-done" formaction="{}">{}</button>',
        words, reverse("claim-free-notice-done", args=[row.pk]), _("已当面告知"),
    )  # fmt: skip
