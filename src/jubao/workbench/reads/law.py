"""The pack of a region as readable law: documents with articles and quotations, parameters by date, settings with source.

Worked example: 基础养老金标准 of a district: 2023-01 115.00 yuan, 2024-07 135.00 yuan, each with its document and how sure it is;
a month nobody covers says 缺 and what to supply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.kernel.month import Month
from jubao.kernel.text import translated
from jubao.matching.explaining_amounts import TITLES
from jubao.matching.explaining_amounts import shown as explained
from jubao.policy import Gap, SettingValue, load_pack
from jubao.policy.pack import Pack
from jubao.policy.vocabulary import SETTINGS
from jubao.workbench.law_words import PARAMETERS, VALUES
from jubao.workbench.templatetags.figures import yuan

CONFIDENCE = {
    "seed": "原文", "confirmed": "已核对原文", "secondary": "转引", "derived": "推算", "memory-high": "待核（较可靠）",
    "memory-medium": "待核", "memory-low": "待核（不可靠）", "default": "工程默认，不是法规",
}  # fmt: skip


TERMS = {
    "working_day": "个工作日",
    "calendar_day": "天",
    "month": "个月",
    "year": "年",
    "month_end": "个月月末",
}
FIRST_MONTH = 12 * 1900


@dataclass(frozen=True)
class Value:
    """One period of a parameter: what, from when until when, which text, how sure."""

    first: str
    last: str
    value: str
    source: str
    confidence: str
    pack: str
    is_gap: bool
    note: str


def parameters(pack: Pack, month: Month) -> list[tuple[str, str, str | None, str]]:
    """Every parameter with what it is in a month and how sure: name, title, value or gap, source."""
    found: list[tuple[str, str, str | None, str]] = []
    for name in pack.parameter_names:
        value = pack.find_parameter(name, month)
        if isinstance(value, Gap):
            found.append((name, title(pack, name), None, value.why))
        else:
            found.append((name, title(pack, name), shown(name, value.value, value.unit), value.source))
    return found


def title(pack: Pack, name: str) -> str:
    """The Chinese name: of the rules, else what a gap of the pack calls it."""
    if name in TITLES or name in PARAMETERS:
        return TITLES.get(name) or PARAMETERS[name]
    words = (span.entry[1].what for span in pack.parameter_line(name))
    return next((one for one in words if one), name)


def shown(name: str, value: Any, unit: str | None) -> str:
    """A value with its unit as people write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "age_supplement_steps":
        return explained(name, tuple(tuple(step) for step in value))
    if isinstance(value, int) and name.endswith(("_month", "_by")) and value > FIRST_MONTH:
        return str(Month.from_index(value))
    if isinstance(value, int) and (name.endswith("_fen") or (unit or "").startswith("fen")):
        return f"{yuan(value)} 元"
    if isinstance(value, int) and name.endswith("_ppm"):
        return f"{value / 10_000:g}%"
    if isinstance(value, (list, tuple)):
        return "；".join(shown(name, one, unit) for one in value)
    if isinstance(value, dict) and set(value) == {"count", "unit"}:
        return f"{value['count']} {TERMS.get(value['unit'], value['unit'])}"
    if isinstance(value, dict):
        return "，".join(
            f"{VALUES.get(str(key), key)} {shown(str(key), one, None)}" for key, one in value.items()
        )
    if isinstance(value, str):
        return translated(VALUES[value]) if value in VALUES else value
    return {"months": f"{value} 个月", "years": f"{value} 年"}.get(unit or "", str(value))


def line_of(pack: Pack, name: str) -> list[Value]:
    """All periods of a parameter, newest first."""
    values = []
    for span in reversed(pack.parameter_line(name)):
        entry, period = span.entry
        values.append(
            Value(
                str(period.starts)[:7],
                str(period.ends)[:7] if period.ends else "",
                period.what or "缺" if period.missing else shown(name, period.value, entry.unit),
                (period.why if period.missing else period.source) or "",
                CONFIDENCE.get(period.confidence or "default", ""),
                load_pack(span.pack_code).name,
                bool(period.missing),
                period.note or "",
            )
        )
    return values


def settings(pack: Pack, on: date) -> list[tuple[str, SettingValue, str]]:
    """Every setting in force on a day: its title and value with clause."""
    found = []
    for key in pack.setting_keys:
        value = pack.find_setting(key, on)
        if value is not None:
            found.append((SETTINGS[key].title, value, shown(key, value.value, None)))
    return found


def confidence(word: str) -> str:
    """How sure a value is, in words."""
    return CONFIDENCE.get(word, word)
