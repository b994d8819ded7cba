"""From a pack to what rules take: the constants of one month, the gaps among them, and where months divide.

Worked example: for the Qijiang pack and 2023-09, `constants(pack, ["base_pension_fen"], month)` gives
`base_pension_fen=13500` and `base_pension_fen_is_known=True`; where a pack declares a gap the value is 0 and
`…_is_known` is False, so that a rule can refuse exactly those whom the missing value concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.kernel.month import Month
from jubao.policy import CONFIDENCE_ORDER, Gap, Pack, ParameterValue


@dataclass(frozen=True)
class Constants:
    """What one month gives the rules: values by argument name, with the values and gaps they come from."""

    month: Month
    arguments: dict[str, Any]
    used: dict[str, ParameterValue]
    gaps: dict[str, Gap]


def constants(pack: Pack, names: Iterable[str], month: Month) -> Constants:
    """The parameters of one month as rule arguments, each with `<name>_is_known` and `<name>_weakness`.

    Weakness is the place of the confidence in CONFIDENCE_ORDER (0 strongest; -1 for a gap).
    """
    arguments: dict[str, Any] = {}
    used: dict[str, ParameterValue] = {}
    gaps: dict[str, Gap] = {}
    for name in names:
        found = pack.find_parameter(name, month)
        known = isinstance(found, ParameterValue)
        arguments[name] = _value(found.value) if isinstance(found, ParameterValue) else _nothing(name)
        arguments[f"{name}_is_known"] = known
        arguments[f"{name}_weakness"] = (
            CONFIDENCE_ORDER.index(found.confidence) if isinstance(found, ParameterValue) else -1
        )
        if isinstance(found, ParameterValue):
            used[name] = found
        else:
            gaps[name] = found
    return Constants(month, arguments, used, gaps)


def _value(value: Any) -> Any:
    return tuple(_value(item) for item in value) if isinstance(value, list | tuple) else value


def _nothing(name: str) -> Any:
    return () if name.endswith("_steps") else 0


def regimes(pack: Pack, names: Sequence[str], first: Month, last: Month) -> list[tuple[Month, Month]]:
    """The half-open stretches [from, until) of [first, last] inside which no parameter changes."""
    inner = [bound for bound in pack.parameter_bounds(names) if first < bound <= last]
    edges = [first, *inner, last + 1]
    return list(zip(edges, edges[1:], strict=False))
