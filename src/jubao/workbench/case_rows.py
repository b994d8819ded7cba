"""How cases stand in lists: the columns shared by the inbox, the list of all cases, and the lists of one person.

Worked example: 500110-2026-000123 | 待遇暂停 | 张*芳 | 古南街道 新民村 | 待决定 | 李静 | 剩 2 个工作日.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.cases.models import Case
from jubao.database.together import together
from jubao.forms.masks import masked_name
from jubao.kernel.text import language, translated
from jubao.services.cases.kinds import kinds
from jubao.workbench.addresses import address_of
from jubao.workbench.lists import Bulk, Column, Filter, Listing
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import kind_choices
from jubao.workbench.reads.people_names import OFFICERS, with_system
from jubao.workbench.reads.places import NAMES, known_places, paths_above, words_of
from jubao.workbench.templatetags.figures import day

WAITING_FILTERS = 4
LISTED = (
    "number", "kind", "division_path", "person__name", "title", "channel", "state", "is_open", "maker_id", "opened_at",
    "due_on", "closed_at",
)  # fmt: skip
"""The fields of a case that its columns show."""
TONES = {"approved": "ok", "done": "ok", "rejected": "bad", "returned": "bad", "withdrawn": "mute"}


def state_tag(case: Case) -> SafeString:
    """The state as a coloured word."""
    tone = TONES.get(case.state, "info" if case.is_open else "mute")
    return _state_tag(case.kind, case.state, tone, language())


@lru_cache(maxsize=1024)
def _state_tag(kind: str, state: str, tone: str, spoken: str) -> SafeString:
    """A list holds the same few states over and over; `spoken` is the language of the words."""
    known = kinds().get(kind)
    words = translated(known.state_title(state) if known else state)
    return format_html('<span class="tag tag-{}">{}</span>', tone, words)


def kind_title(case: Case) -> str:
    """The kind as a clerk calls it."""
    return translated(_title_of(case.kind))


@lru_cache(maxsize=256)
def _title_of(kind: str) -> str:
    known = kinds().get(kind)
    return known.title if known else kind


def fill(cases: Sequence[Any]) -> None:
    """Places and makers of a page of cases, in one round trip."""
    if not cases:
        return
    values = {
        "above": paths_above({case.division_path for case in cases}),
        "people": list({case.maker_id for case in cases if case.maker_id}),
    }
    found, names = together(values, NAMES, OFFICERS)
    known, makers = known_places(found), with_system(names)
    places = {path: words_of(path, known) for path in {case.division_path for case in cases}}
    for case in cases:
        case.place = places.get(case.division_path, "")
        case.maker = makers.get(case.maker_id, "")


def about(case: Case) -> str:
    """The person it is about, masked, or what it is called."""
    return masked_name(case.person.name) if case.person else case.title


def _by_state(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    return cases.filter(is_open=True) if value == "open" else cases.filter(is_open=False)


def _by_due(cases: QuerySet[Case], value: str, today: date) -> QuerySet[Case]:
    return cases.filter(is_open=True, due_on__lt=today) if value == "late" else cases.filter(due_on=today)


def _by_text(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value[:1].isdigit():
        return cases.filter(number__startswith=value)
    letters = value.lower()
    if letters.isascii():
        return cases.filter(person__name_initials__startswith=letters)
    return cases.filter(Q(person__name__startswith=value))


def filters_of(today: date) -> tuple[Filter, ...]:
    """The filter bar; what waits for an officer needs the first ones only."""
    return (
        Filter("kind", "业务", lambda cases, value: cases.filter(kind=value), "choice", kind_choices),
        Filter("q", "编号、首字母或姓名", _by_text),
        Filter("due", "时限", lambda cases, value: _by_due(cases, value, today), "choice",
               lambda: (("late", "已超期"), ("today", "今天到期"))),
        Filter("from", "提出日期自", lambda cases, value: cases.filter(opened_at__date__gte=value), "date"),
        Filter("state", "状态", _by_state, "choice", lambda: (("open", "在办"), ("closed", "已结"))),
        Filter("hours", "经办时间", lambda cases, value: cases.filter(events__is_out_of_hours=True).distinct(), "choice",
               lambda: (("out", "非工作时间"),)),
    )  # fmt: skip


def listing(
    key: str, today: date, *, empty: tuple[str, str], bulk: tuple[Bulk, ...] = (), to: str = "case"
) -> Listing:
    """The list of cases for a page."""
    return Listing(
        key=key,
        columns=(
            Column("number", "业务编号", lambda case: case.number, sort="number"),
            Column("kind", "业务", kind_title),
            Column("about", "当事人", about),
            Column("place", "镇街、村社", lambda case: case.place),
            Column("state", "状态", state_tag),
            Column("maker", "经办人", lambda case: case.maker),
            Column("due", "时限", lambda case: due_tag(case.due_on, today, is_open=case.is_open)),
            Column("opened", "提出日期", lambda case: day(case.opened_at), sort="id"),
            Column("channel", "渠道", lambda case: CHANNELS.get(case.channel, case.channel), is_shown=False),
            Column("closed", "办结日期", lambda case: day(case.closed_at), is_shown=False),
        ),
        filters=filters_of(today) if key == "cases" else filters_of(today)[:WAITING_FILTERS],
        sort="-opened",
        link=lambda case: address_of(to, case.pk),
        empty_title=empty[0],
        empty_help=empty[1],
        bulk=bulk,
        enrich=fill,
    )  # fmt: skip


CHANNELS = {
    "counter": "柜面", "portal": "网上", "system": "系统", "import": "导入", "village": "村社", "COUNTER": "窗口",
    "HOME_VISIT": "上门", "APP_CQHRSS": "手机App", "APP_YKB": "手机App",
}  # fmt: skip
