"""为什么: the stored steps of a determination as rules, clauses, inputs and results that a clerk can read out.

Worked example: 个人账户养老金 18.02 元; 国发〔2014〕8号 六; 个人账户储存额 2504.73 元, 计发月数 139.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.benefits.models import Determination
from jubao.matching.explaining_amounts import HIDDEN, SKIPPED, TITLES, shown

PARTS = (
    ("base_pension", "base_pension_fen"),
    ("account_pension", "account_pension_fen"),
    ("years_pension", "years_pension_fen"),
    ("only_child_supplement", "only_child_supplement_fen"),
    ("age_supplement", "age_supplement_fen"),
)
"""The parts of a monthly pension: the rule that makes each and its field."""


@dataclass(frozen=True)
class Reason:
    """One step as the drawer draws it."""

    title: str
    result: str
    clauses: list[str]
    inputs: list[tuple[str, str]]


def parts_of(determination: Determination) -> list[tuple[str, str, int]]:
    """Rule, title and amount of each part that is not nothing."""
    found = [(rule, TITLES[rule], getattr(determination, name)) for rule, name in PARTS]
    return [part for part in found if part[2] or part[0] in ("base_pension", "account_pension")]


def reasons(lines: Sequence[Mapping[str, Any]], target: str) -> list[Reason]:
    """The steps that lead to a target, the result first; `lines` come from `services.determinations`."""
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
    return Reason(TITLES.get(name, name), _value(name, line["value"]), list(line["source"]), inputs)


def _input(one: Mapping[str, Any]) -> tuple[str, str]:
    """What went in, with where a value of the pack comes from."""
    title = TITLES.get(one["name"], one["name"])
    source = f"（{one['source']}）" if one.get("source") else ""
    return f"{title}{source}", _value(one["name"], one["value"])


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = tuple(tuple(one) if isinstance(one, list) else one for one in value)
    try:
        return shown(name, value)
    except (TypeError, ValueError):
        return str(value)


def facts_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts the rules were given, with Chinese names."""
    return [(TITLES.get(key, key), _value(key, value)) for key, value in facts.items() if key in TITLES]
