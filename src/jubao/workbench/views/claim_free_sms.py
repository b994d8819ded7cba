"""免申即享短信发送: whom to send to, whose number does not fit, who was sent, and who is late.

Worked example: 5 rows, 3 ticked, 勾选发送短信: the preview shows the text of the first and what will happen to each;
confirmed, three messages wait in the outbox and the worker takes them to the gateway. Without a gateway the page says that
they wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.forms.masks import masked_name, masked_phone
from jubao.jobs.outbox import ask_sending
from jubao.kernel.text import _
from jubao.services.claim_free.notices import Report, invitation, sms_send
from jubao.services.notices.sms_gateway import gateway
from jubao.workbench.access import page
from jubao.workbench.claim_free_columns import STANDING, WHO, fill, tag
from jubao.workbench.faces import actor_of, now, today
from jubao.workbench.lists import Bulk, Column, Filter, Listing, page_of
from jubao.workbench.reads import claim_free as reads
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import moment
from jubao.workbench.views.claim_free import REPORT, bulk, chosen, place_filters

TABS = {
    "send": "发送短信人员",
    "wrong": "电话号码不符合名单",
    "sent": "已发送短信名单",
    "overdue": "逾期未告知",
}
HELP = {
    "send": "尚未确认、电话为手机号码的人。勾选经核实符合条件的人员发送；发过的、已确认的不再发送。",
    "wrong": "电话号码不符合短信发送要求的人。请核实正确的号码，在“免申即享查询”维护；没有手机的，用其他方式告知并登记。",
    "sent": "已经发送过短信的人和送达状态。没有送达的，请电话或上门告知。",
    "overdue": "已过日历规定的短信告知日期，还没有告知的人。",
}
EMPTY = {
    "send": ("没有待发短信的人", "都已发送或确认；号码不符合的在第二个页签。"),
    "wrong": ("没有号码不符合的人", "名单上的人都有手机号码。"),
    "sent": ("还没有发送过短信", "在第一个页签勾选已核实的人发送。"),
    "overdue": ("没有逾期未告知的人", "这是好事；本月的期限见首页日历。"),
}
DELIVERY = {
    "waiting": ("待发", "wait"), "sent": ("已发，等回执", "info"), "delivered": ("已送达", "ok"), "failed": ("失败", "bad"),
    "unknown": ("不明，待查询", "wait"), "expired": ("过期未发", "bad"),
}  # fmt: skip


@page("claim-free-sms")
def show(request: HttpRequest) -> HttpResponse:
    """One of the tabs, with how many stand on each."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "send")
    tab = tab if tab in TABS else "send"
    listing = listing_of(request, tab)
    counts = {key: rows_of(request, key).count() for key in TABS}
    waiting = reads.sent(actor.scope).filter(delivery="waiting").count()
    known = {
        "heading": "免申即享短信发送", "page": page_of(request, listing, rows_of(request, tab)), "tab": tab,
        "tabs": [(key, title, counts[key]) for key, title in TABS.items() if key != "overdue" or counts[key]],
        "help": HELP[tab], "report": request.session.pop(REPORT, None), "is_connected": gateway() is not None,
        "waiting": waiting,
    }  # fmt: skip
    return render(request, "workbench/claim_free/sms.html", known)


def rows_of(request: HttpRequest, tab: str) -> QuerySet[Any]:
    """The rows of a tab in the officer's place."""
    scope = actor_of(request).scope
    if tab == "sent":
        return reads.sent(scope)
    if tab == "overdue":
        return reads.overdue_unsent(scope, today())
    rule = reads.rule_of(scope, today())
    return reads.unsent(scope).filter(rule.condition("phone") if tab == "send" else reads.wrong_number(rule))


def listing_of(request: HttpRequest, tab: str) -> Listing:
    """Columns, filters and the button of a tab."""
    actor = actor_of(request)
    empty_title, empty_help = EMPTY[tab]
    if tab == "sent":
        return Listing(
            key="claim-free-sent", columns=SENT,
            filters=(Filter("place", "镇街", lambda rows, path: rows.filter(case__division_path__startswith=path), "choice",
                            lambda: townships(actor.scope)),
                     Filter("delivery", "送达状态", lambda rows, value: rows.filter(delivery=value), "choice",
                            lambda: [(key, words) for key, (words, _tone) in DELIVERY.items()])),
            empty_title=empty_title, empty_help=empty_help, enrich=_fill_sent,
        )  # fmt: skip
    months = Filter("month", "月份", lambda rows, value: rows.filter(month=int(value)) if value.isdigit() else rows.none(),
                    "choice", lambda: reads.months_listed(actor.scope))  # fmt: skip
    can_send = tab == "send" and "handler" in actor.posts
    return Listing(
        key=f"claim-free-{tab}", columns=(*WHO, *UNFLAGGED, *((MEND,) if tab != "send" else ())),
        filters=(months, *place_filters(request)), empty_title=empty_title, empty_help=empty_help,
        bulk=(Bulk("勾选发送短信", "claim-free-send"),) if can_send else (),
        enrich=lambda rows: fill(rows, actor, today()),
    )  # fmt: skip


def _mend(row: Any) -> Any:
    """Where the number is mended, and how else the person is told."""
    mended = format_html('<a href="{}?case={}">{}</a>', reverse("claim-free"), row.case_id, _("去维护号码"))
    if "handler" not in row.actor.posts:
        return mended
    button = '<button type="button" class="link-button" hx-get="{}" hx-target="#drawer">{}</button>'
    return format_html(
        '<span class="row-actions">{}' + button + "</span>",
        mended, reverse("claim-free-inform", args=[row.case_id]), _("其他方式告知"),
    )  # fmt: skip


UNFLAGGED = tuple(replace(one, is_shown=one.is_shown and one.key != "flag") for one in STANDING)
MEND = Column("mend", "操作", _mend)


def _fill_sent(rows: Sequence[Any]) -> None:
    names = place_names(row.case.division_path for row in rows)
    for row in rows:
        row.where = names.get(row.case.division_path, "")


def _delivery(row: Any) -> Any:
    words, tone = DELIVERY.get(row.delivery or "", ("—", ""))
    return tag(words, tone)


def _sent_name(row: Any) -> Any:
    person = row.case.person
    return format_html(
        '<a href="{}" data-open>{}</a>', reverse("person", args=[person.pk]), masked_name(person.name)
    )


SENT = (
    Column("name", "姓名", _sent_name),
    Column("number", "个人编号", lambda row: row.case.person.personal_number),
    Column("place", "镇街、村社", lambda row: row.where, sort="case__division_path"),
    Column("phone", "号码", lambda row: format_html('<span class="digits tight">{}</span>', masked_phone(row.recipient or ""))),
    Column("at", "发送时间", lambda row: moment(row.at), sort="at"),
    Column("delivery", "送达状态", _delivery),
    Column("delivered", "送达时间", lambda row: moment(row.delivered_at)),
    Column("said", "平台答复", lambda row: row.said or "", is_shown=False),
)  # fmt: skip


@page("claim-free-send")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """勾选发送短信: preview, then into the outbox; the worker is asked to begin."""
    actor = actor_of(request)
    cases = chosen(request, listing_of(request, "send"), rows_of(request, "send"))

    def run(is_rehearsal: bool) -> Report:
        return sms_send(actor=actor, case_ids=cases, today=today(), now=now(), is_rehearsal=is_rehearsal)

    return bulk(
        request, _("勾选发送短信"), "claim-free-sms", cases, run, lambda report: ask_sending() if report.done else None,
        _sample,
    )  # fmt: skip


def _sample(case_id: UUID) -> str:
    """The text that the first person will get."""
    case = Case.objects.select_related("person").get(id=case_id)
    return invitation(case, Flag.objects.get(case=case), today())
