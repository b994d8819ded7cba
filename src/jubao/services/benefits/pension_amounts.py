"""The pension of a month by the rules, step by step, and why it is what it is.

Worked example: `month_amount(pack, facts, 24322)` with 250478 fen on the account gives base 14500, account 1802, sum 16302;
`why(...)` turns its steps into lines with the rule's sentence, its article, the inputs and the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jubao.facts.pension import PARTS, TARGETS
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack, load_pack
from jubao.rules.evaluate import Trace, explain
from jubao.rules.pension_terms import PensionTerms, sources_in, terms
from jubao.rules.registry import RULES, decode


@dataclass(frozen=True)
class MonthAmount:
    """What one month is worth: the five parts in fen, their sum, the steps and what the pack said."""

    month: int
    parts: Mapping[str, int]
    total_fen: int
    trace: Trace
    terms: PensionTerms


@lru_cache(maxsize=512)
def _terms(code: str, month: int, _pack_hash: str) -> PensionTerms:
    return terms(load_pack(code), Month.from_index(month))


def month_terms(pack: Pack, month: int) -> PensionTerms:
    """The pack's terms of a month, remembered while the pack's files stay the same."""
    return _terms(pack.code, month, pack.pack_hash)


def month_amount(pack: Pack, facts: Mapping[str, Any], month: int) -> MonthAmount:
    """The pension of one month. Raises NotCovered with every obstacle (PARAMETER_MISSING, BELOW_AGE …)."""
    found = month_terms(pack, month)
    trace = explain(TARGETS, {**found.arguments, **facts, "benefit_month": month})
    obstacles = decode(RULES["pension_refusals"], trace["pension_refusals"])
    if obstacles:
        words = [found.refusal_text(one, Month.from_index(month)) for one in obstacles]
        raise NotCovered(
            obstacles[0],
            _("{month} 的养老金不能计算：{why}").format(month=Month.from_index(month), why="；".join(words)),
            remedy=_("请补充缺少的数值或资料后重新核定。"),
        )
    parts = {f"{part}_fen": int(trace[part]) for part in PARTS}
    return MonthAmount(month, parts, int(trace["monthly_pension"]), trace, found)


def trace_rows(pack: Pack, trace: Trace) -> list[dict[str, Any]]:
    """The steps as they are stored: rule id, sentence, articles, inputs, value."""
    return [
        {
            "rule": step.rule.id,
            "name": step.rule.name,
            "summary": step.rule.summary,
            "source": [str(one) for one in sources_in(pack, step.rule.source)],
            "unit": step.rule.unit,
            "inputs": {name: plain(value) for name, value in step.inputs.items()},
            "value": plain(step.value),
        }
        for step in trace.steps
    ]


def plain(value: Any) -> Any:
    """A value as JSON keeps it: lists for tuples."""
    return list(map(plain, value)) if isinstance(value, (tuple, list)) else value


def why(pack: Pack, month: int, trace: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of the page “why this amount”: the five parts first, then how each came about.

    Shape: one dict per step that matters (rule, summary, source, inputs with value, unit and origin, value).
    """
    found = month_terms(pack, month)
    shown = {"monthly_pension", *PARTS}
    ordered = [step for name in ("monthly_pension", *PARTS) for step in trace if step["name"] == name]
    ordered += [step for step in trace if step["name"] not in shown and not step["name"].startswith("is_")]
    return [
        {**step, "inputs": [_input(found, name, value) for name, value in step["inputs"].items()]}
        for step in ordered
    ]


def _input(found: PensionTerms, name: str, value: Any) -> dict[str, Any]:
    used = found.used(name)
    clause = found.pack.cite(used.clause) if used and used.clause else None
    return {
        "name": name,
        "value": value,
        "source": str(clause or (used.source if used else "")),
        "is_law": used.is_law if used else True,
    }
