"""为什么: the stored steps of a determination as rules, clauses, inputs and results that a clerk can read out.

Worked example: 个人账户养老金 18.02 元; 国发〔2014〕8号 六; 个人账户储存额 2504.73 元, 计发月数 139.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jubao.benefits.models import Determination
from jubao.matching.explaining_amounts import TITLES
from jubao.services.benefits.pension_reasons import Reason, reasons, value_text

PARTS = (
    ("base_pension", "base_pension_fen"),
    ("account_pension", "account_pension_fen"),
    ("years_pension", "years_pension_fen"),
    ("only_child_supplement", "only_child_supplement_fen"),
    ("age_supplement", "age_supplement_fen"),
)
"""The parts of a monthly pension: the rule that makes each and its field."""


def parts_of(determination: Determination) -> list[tuple[str, str, int]]:
    """Rule, title and amount of each part that is not nothing."""
    found = [(rule, TITLES[rule], getattr(determination, name)) for rule, name in PARTS]
    return [part for part in found if part[2] or part[0] in ("base_pension", "account_pension")]


def facts_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts the rules were given, with Chinese names."""
    return [(TITLES.get(key, key), value_text(key, value)) for key, value in facts.items() if key in TITLES]


__all__ = ["PARTS", "Reason", "facts_of", "parts_of", "reasons"]
