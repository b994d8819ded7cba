"""The steps behind an amount as rules, clauses, inputs and results that somebody can read: for the desk and the portal.

Worked example: 个人账户养老金 18.02 元; 国发〔2014〕8号 六; 个人账户储存额 2504.73 元, 计发月数 139.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.matching.explaining_amounts import HIDDEN, SKIPPED, TITLES, shown


@dataclass(frozen=True)
class Reason:
    """One step as a page draws it."""

    title: str
    result: str
    clauses: list[str]
    inputs: list[tuple[str, str]]


def reasons(lines: Sequence[Mapping[str, Any]], target: str) -> list[Reason]:
    """The steps that lead to a target, the result first; `lines` come from `services.benefits.pension_amounts.why`."""
    steps = {str(line["name"]): line for line in lines}
    wanted = _needed(steps, target)
    chosen = [line for name, line in steps.items() if name in wanted and name not in SKIPPED]
    chosen.sort(key=lambda line: line["name"] != target)
    return [_reason(line) for line in chosen]


def _needed(steps: Mapping[str, Mapping[str, Any]], target: str) -> set[str]:
    """The target and every step that one of them uses."""
    found: set[str] = set()
    waiting = [target]
    while waiting:
        name = waiting.pop()
        if name in steps and name not in found:
            found.add(name)
            waiting += [one["name"] for one in steps[name]["inputs"]]
    return found


def _reason(line: Mapping[str, Any]) -> Reason:
    name = str(line["name"])
    inputs = [_input(one) for one in line["inputs"] if not one["name"].endswith(HIDDEN)]
    return Reason(TITLES.get(name, name), value_text(name, line["value"]), list(line["source"]), inputs)


def _input(one: Mapping[str, Any]) -> tuple[str, str]:
    """What went in, with where a value of the pack comes from."""
    title = TITLES.get(one["name"], one["name"])
    source = f"（{one['source']}）" if one.get("source") else ""
    return f"{title}{source}", value_text(one["name"], one["value"])


def value_text(name: str, value: Any) -> str:
    """A value as it is read: yuan, months as years, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = tuple(tuple(one) if isinstance(one, list) else one for one in value)
    try:
        return shown(name, value)
    except (TypeError, ValueError):
        return str(value)
