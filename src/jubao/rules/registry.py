"""The register of all rules: id, unit, source and arguments of every function marked with `@rule`.

Worked example: after `import jubao.rules.pension`, `by_id("pension.account_pension").arguments` is
`("account_balance_fen", "payout_divisor_months")`, and its citation is printed beside each amount.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from jubao.kernel.citation import Citation

FEN = "fen"
FEN_PER_MONTH = "fen_per_month"
FEN_MONTHS = "fen_months"
MONTHS = "months"
MONTH_INDEX = "month_index"
DAY_INDEX = "day_index"
DATE_NUMBER = "date_number"
YEARS = "years"
COUNT = "count"
CODE = "code"
MASK = "mask"
TRUTH = "truth"

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """One rule. `arguments` name facts, parameters or other rules; `codes` are the obstacles of a screening rule."""

    id: str
    name: str
    unit: str
    source: tuple[Citation, ...]
    arguments: tuple[str, ...]
    function: Callable[..., Any]
    codes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first line of the docstring: what the rule says, in one sentence."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def location(self) -> str:
        """`path:line` of the function, for `jubao trace`."""
        code = self.function.__code__
        return f"{code.co_filename}:{code.co_firstlineno}"


RULES: dict[str, Rule] = {}
"""Every registered rule by its function name, which is also its name as an argument of other rules."""


def rule(*, id: str, unit: str, source: Sequence[Citation]) -> Callable[[Function], Function]:
    """Register a function as the rule `id`. Raises ValueError when id or name is taken or no source is given."""
    return _register(id, unit, tuple(source), ())


def screening(*, id: str, codes: Sequence[str], source: Sequence[Citation]) -> Callable[[Function], Function]:
    """Register a function that answers with `obstacles(...)`; `codes` repeats its names in order."""
    return _register(id, MASK, tuple(source), tuple(codes))


def _register(
    id: str, unit: str, source: tuple[Citation, ...], codes: tuple[str, ...]
) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        name = function.__name__
        if name in RULES or any(other.id == id for other in RULES.values()):
            raise ValueError(f"rule {id} ({name}) is registered twice")
        if not source:
            raise ValueError(f"rule {id} cites no source")
        arguments = tuple(inspect.signature(function).parameters)
        RULES[name] = Rule(id, name, unit, source, arguments, function, codes)
        return function

    return register


def by_id(id: str) -> Rule:
    """The rule of that id; KeyError when there is none."""
    for rule in RULES.values():
        if rule.id == id:
            return rule
    raise KeyError(id)


def decode(rule: Rule, mask: int) -> tuple[str, ...]:
    """The codes of the obstacles in a mask, in the rule's order; the first is the headline."""
    return tuple(code for position, code in enumerate(rule.codes) if mask >> position & 1)
