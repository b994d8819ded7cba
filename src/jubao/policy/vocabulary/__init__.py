"""The closed table of settings a pack may hold: what stands here is configurable, and nothing else is.

Worked example: `fault("cert.period_kind", "rolling")` is None; `fault("cert.period_kind", "weekly")` says which words
the code offers; `fault("cert.colour", "red")` says that no such setting exists and which keys look like it.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jubao.kernel.text import _
from jubao.policy.vocabulary.benefits import CLAIMS, COMPONENTS, CUSTODY_KINDS, ENDS
from jubao.policy.vocabulary.certification import CHANNELS, MISSED, PAYMENT_STATES, PERIOD, SCHEMES
from jubao.policy.vocabulary.comparison import CONTROLS, DEADLINES, LEVELS, LISTS
from jubao.policy.vocabulary.reference import REFERENCE
from jubao.policy.vocabulary.shapes import Shape


@dataclass(frozen=True)
class SettingSpec:
    """One setting: its key in packs, its Chinese title and the shape of its values."""

    key: str
    title: str
    shape: Shape


SETTINGS: dict[str, SettingSpec] = {
    key: SettingSpec(key, title, shape)
    for part in (PERIOD, LISTS, DEADLINES, MISSED, CHANNELS, CONTROLS, CLAIMS, ENDS, REFERENCE)
    for key, (title, shape) in part.items()
}


def fault(key: str, value: Any) -> str | None:
    """What is wrong with a setting, in Chinese; None when nothing is."""
    spec = SETTINGS.get(key)
    if spec is None:
        near = get_close_matches(key, SETTINGS, n=3)
        return _("没有设置项 {key}").format(key=key) + (
            _("，是否指 {near}").format(near="、".join(near)) if near else ""
        )
    return spec.shape.fault(value)


__all__ = [
    "COMPONENTS",
    "CUSTODY_KINDS",
    "LEVELS",
    "PAYMENT_STATES",
    "SCHEMES",
    "SETTINGS",
    "SettingSpec",
    "fault",
]
