"""Columns of the claim-free lists: who, where, flag, how far, telephone with what is wrong with it, card, what can be done.

Worked example: 张*芳 · 古南街道 新民村 · 2026-11 · 确认至 2027-01-31 · 有标识 · 已核实 · 023****5 号码不符合 · 未激活.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.forms.masks import masked_name, masked_phone
from jubao.kernel.text import _, translated
from jubao.services.claim_free.cases import STATES, WAITING
from jubao.services.claim_free.lists import drafts_of
from jubao.services.claim_free.phones import KEEPERS, phone_candidates
from jubao.services.claim_free.reported import reports_open
from jubao.workbench.lists import Column
from jubao.workbench.reads.claim_free import rule_of
from jubao.workbench.reads.places import place_names
from jubao.workbench.templatetags.figures import day, month

FLAG_TONES = {"flagged": "ok", "revoked": "bad", "waived": "mute", "used": "info", "expired": "mute"}
STATE_TONES = {
    "verified": "info", "notified": "info", "accepted": "wait", "returned": "wait", "handled": "wait", "approved": "ok",
}  # fmt: skip
HANDLER = "handler"


def tag(words: str, tone: str = "") -> SafeString:
    """A coloured word."""
    return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", translated(words))


def tight(words: str) -> SafeString:
    """Figures that stay on one line."""
    return format_html('<span class="digits tight">{}</span>', words)


def person_link(row: Any) -> SafeString:
    """The masked name, leading to the person."""
    person = row.person
    address = reverse("person", args=[person.pk])
    name = format_html('<a href="{}" class="tight" data-open>{}</a>', address, masked_name(person.name))
    if told := getattr(row, "told", ""):
        return format_html("{} {}", name, tag(_("有人报告{what}，正在核实").format(what=told), "wait"))
    return name


def fill(rows: Sequence[Any], actor: Actor, today: date) -> None:
    """Place, draft, candidates and what the officer may do with every row, in a few queries."""
    names = place_names(row.division_path for row in rows)
    drafts = drafts_of(actor, [row.case_id for row in rows])
    rule = rule_of(actor.scope, today)
    told = reports_open([row.person_id for row in rows])
    bad = [row.person_id for row in rows if not rule.fits(row.phone or "")]
    candidates = phone_candidates(bad) if bad else {}
    for row in rows:
        row.where = names.get(row.division_path, "")
        row.draft = drafts.get(row.case_id)
        row.is_mobile = rule.fits(row.phone or "")
        row.candidates = candidates.get(row.person_id, [])
        row.actor = actor
        row.told = told.get(row.person_id, "")


def state_tag(row: Any) -> SafeString:
    """How far the case is; leads to the case."""
    words = tag(STATES.get(row.case.state, row.case.state), STATE_TONES.get(row.case.state, ""))
    return format_html('<a href="{}">{}</a>', reverse("case", args=[row.case_id]), words)


def flag_tag(row: Any) -> SafeString:
    """The flag, with the reason it is off as a title."""
    return tag(Flag.State(row.state).label, FLAG_TONES.get(row.state, ""))


def phone_cell(row: Any) -> SafeString:
    """The number masked, what is wrong with it, a draft that waits."""
    shown = masked_phone(row.phone) if row.phone else ""
    parts = [tight(shown)] if shown else []
    if not row.is_mobile:
        parts.append(tag("号码不符合" if row.phone else "无号码", "bad"))
    if row.candidates and not row.draft:
        parts.append(tag("有共享号码", "info"))
    if row.draft:
        parts.append(tag("待保存", "wait"))
    return format_html(" ".join("{}" for _part in parts), *parts)


def card_cell(row: Any) -> SafeString | str:
    """Whether the card's bank function is active."""
    if row.card is None:
        return "—"
    if row.card != "found":
        return tag("没有查到" if row.card == "none" else "查询失败", "bad")
    return (
        tag("已激活", "ok")
        if row.is_activated
        else tag("待激活", "wait")
        if row.is_activated is False
        else tag("已获取")
    )


def actions_cell(row: Any) -> SafeString:
    """操作 at the right end of the row."""
    may_edit = bool(row.actor.posts & KEEPERS) and row.state != Flag.State.WAIVED and row.case.is_open
    known = {
        "row": row,
        "may_edit": may_edit,
        "may_revoke": HANDLER in row.actor.posts and row.state == "flagged" and row.case.state in WAITING,
        "may_restore": HANDLER in row.actor.posts and row.state == "revoked" and row.case.state == "revoked",
    }
    return render_to_string("workbench/claim_free/row_actions.html", known)


WHO = (
    Column("name", "姓名", person_link, sort="person__name_key"),
    Column("number", "个人编号", lambda row: row.person.personal_number),
    Column(
        "birth", "出生日期", lambda row: day(row.person.birth_date), sort="person__birth_date", is_shown=False
    ),
    Column("place", "镇街、村社", lambda row: row.where, sort="division_path"),
)
STANDING = (
    Column("month", "月份", lambda row: tight(month(row.month)), sort="month"),
    Column("until", "确认至", lambda row: tight(day(row.window_until)), sort="window_until"),
    Column("flag", "标识", flag_tag),
    Column("state", "进度", state_tag),
    Column("reason", "撤销原因", lambda row: row.reason, is_shown=False),
    Column("phone", "联系电话", phone_cell),
)
CARD = Column("card", "社保卡", card_cell)
ACTIONS = Column("actions", "操作", actions_cell)
