"""What the page 确认个人信息 shows: every field of the form, and behind each amount the steps that lead to it.

Worked example: 个人账户养老金 18.02 opens 个人账户储存额 2504.73 ÷ 计发月数 139 with the article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.database.unit_of_work import read_scope
from jubao.portal.at import At
from jubao.services.benefits.pension_amounts import why
from jubao.services.benefits.pension_reasons import Reason, reasons
from jubao.services.claim_free.confirmation_contents import form_contents

PARTS = (
    ("base_pension", "基础养老金"),
    ("account_pension", "个人账户养老金"),
    ("only_child_supplement", "独子增发养老金"),
    ("years_pension", "缴费年限养老金"),
    ("age_supplement", "高龄增发养老金"),
)
ALWAYS = ("base_pension", "account_pension", "only_child_supplement", "years_pension")
"""The four parts of the form are shown even when nothing comes from one."""


@dataclass(frozen=True)
class Part:
    """One amount with its 为什么."""

    title: str
    fen: int
    why: list[Reason]


@dataclass(frozen=True)
class Shown:
    """The page's content: the fields, the parts, why the sum."""

    fields: dict[str, Any]
    parts: list[Part]
    why_total: list[Reason]


def budget_shown(at: At, on: date) -> Shown:
    """The same contents as the form's, with the steps as sentences. Raises NotCovered where a value is missing."""
    with read_scope(at.actor.scope):
        contents = form_contents(case=at.case, is_only_child=bool(at.online.is_only_child), today=on)
    lines = why(at.pack, contents["start_month"], contents["trace"])
    parts = [
        Part(title, int(contents[f"{rule}_fen"]), reasons(lines, rule))
        for rule, title in PARTS
        if rule in ALWAYS or contents.get(f"{rule}_fen")
    ]
    return Shown(contents, parts, reasons(lines, "monthly_pension")[:1])


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or, with `items`, a list."""

    text: str
    items: tuple[str, ...] = ()


def paragraphs(text: str) -> list[Paragraph]:
    """A notice of a pack as paragraphs and lists: lines that begin with a dash are a list."""
    found: list[Paragraph] = []
    for block in text.strip().split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        items = tuple(line[2:] for line in lines if line.startswith("- "))
        plain = " ".join(line for line in lines if not line.startswith("- "))
        if plain:
            found.append(Paragraph(plain))
        if items:
            found.append(Paragraph("", items))
    return found
