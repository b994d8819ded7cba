"""The people behind a figure of the programme, as a list: who, where, how far, until when they may still confirm.

Worked example: on the 21st somebody told on the 6th who has not confirmed is marked 逾期 and “仍可确认至 2024-05-31” (QJ-4-3a).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.claim_free.models import Notification
from jubao.forms.masks import masked_name
from jubao.kernel.text import _, translated
from jubao.policy import Pack
from jubao.services.cases.kinds import kind_of
from jubao.services.claim_free.month_tasks import confirmation_due
from jubao.workbench.lists import Column, Filter, Listing
from jubao.workbench.reads.places import place_names
from jubao.workbench.templatetags.figures import day, month

TONES = {"completed": "ok", "in_process": "info", "waiting": "wait"}
WAYS = {"sms": "短信", "phone": "电话", "visit": "上门", "wechat": "微信", "village_notice": "村社告知"}


def listing_of(pack: Pack, on: date) -> Listing:
    """The columns; `pack` says until when a month's confirmations are scheduled."""
    due_of = cache(lambda index: confirmation_due(pack, index))
    return Listing(
        key="claim-free-figure",
        columns=(
            Column("name", "姓名", lambda row: masked_name(row.person.name), sort="person__name_key"),
            Column("number", "个人编号", lambda row: row.person.personal_number),
            Column("birth", "出生日期", lambda row: day(row.person.birth_date), sort="person__birth_date"),
            Column("place", "镇街、村社", lambda row: row.where, sort="division_path"),
            Column("month", "提取月份", lambda row: month(row.month), sort="month"),
            Column("state", "状态", _state),
            Column("told", "告知", lambda row: row.told),
            Column("due", "确认期限", lambda row: _due(row, due_of(row.month), on), sort="window_until"),
            Column("why", "原因", lambda row: row.reason),
        ),
        filters=(
            Filter("q", "姓名或首字母", _by_text),
        ),
        sort="place",
        link=lambda row: reverse("case", args=[row.case_id]),
        empty_title="这个数字是 0",
        empty_help="本月、本辖区没有这样的人。请放宽月份或回到统计页。",
        enrich=_fill,
    )  # fmt: skip


def _by_text(rows: Any, value: str) -> Any:
    if value.isascii():
        return rows.filter(person__name_initials__startswith=value.lower())
    return rows.filter(person__name__startswith=value)


def _state(row: Any) -> SafeString:
    words = translated(kind_of("claim_free").state_title(row.case.state))
    return format_html('<span class="tag tag-{}">{}</span>', TONES.get(row.outcome, "mute"), words)


def _due(row: Any, scheduled: date, on: date) -> SafeString | str:
    """Whoever waits: late after the schedule's last day, and still in time until the birthday month ends."""
    if row.outcome != "waiting":
        return ""
    until = _("仍可确认至 {day}").format(day=row.window_until)
    if on > row.window_until:
        return format_html('<span class="tag tag-bad">{}</span>', _("确认期已过"))
    if on > scheduled:
        return format_html('<span class="tag tag-bad">{}</span> {}', _("逾期"), until)
    return until


def _fill(rows: Sequence[Any]) -> None:
    places = place_names(row.division_path for row in rows)
    told: dict[Any, str] = {}
    found = Notification.objects.filter(case__in=[row.case_id for row in rows]).order_by("informed_on", "id")
    for case_id, means, on in found.values_list("case_id", "means", "informed_on"):
        told[case_id] = f"{translated(WAYS.get(means, means))} {on}"
    for row in rows:
        row.where = places.get(row.division_path, "")
        row.told = told.get(row.case_id, "")
