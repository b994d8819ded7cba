"""What an argument of a rule may hold: learnt from the worked examples, widened by its name, with corners.

Worked example: `payout_divisor_months` was seen as 139, so it is a whole number and its corners hold 0, 1, 138, 139, 140;
`birth_date` was only seen as yyyymmdd, so every value drawn for it is a day of the calendar.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from jubao.rules.evaluate import explain
from jubao.rules.registry import RULES, TRUTH, Rule
from tests.support.worked_cases import all_rules, rule_cases

FIRST_YEAR, LAST_YEAR = 1900, 2099
MOST_FEN = 10**10
BOUNDS = {
    "booked_month": (1, 12),
    "last_month_counted": (1, 12),
    "credit_counts_booking_month": (0, 1),
    "certification_window_last_month": (1, 12),
    "certification_cycle_months": (1, 60),
    "interest_rounding_quantum_fen": (1, 100),
    "pension_age_years": (50, 70),
    "claim_free_window_months": (0, 12),
    "dependant_exempt_below_age": (0, 30),
    "field_due_months": (0, 24),
}
"""Arguments whose pack or calendar allows less than their name."""
WIDTHS = {"_fen": (0, MOST_FEN), "_fen_months": (0, 12 * MOST_FEN), "_ppm": (0, 10**6), "_months": (0, 1200), "_years": (0, 110),
          "_weakness": (-1, 7)}  # fmt: skip
MONTHS = (FIRST_YEAR * 12, LAST_YEAR * 12 + 11)


@cache
def seen() -> dict[str, tuple[Any, ...]]:
    """Every value a name had in a worked example, given or computed."""
    found: dict[str, set[Any]] = defaultdict(set)
    for case in rule_cases():
        for name, value in {**case.known, **explain(case.targets, case.known).values}.items():
            found[name].add(value)
    return {name: tuple(sorted(values, key=repr)) for name, values in found.items()}


def is_truth(name: str) -> bool:
    """Yes/no: by the unit of the rule, by the examples, or by the name being a sentence."""
    if name in all_rules():
        return RULES[name].unit == TRUTH
    values = seen().get(name)
    return (
        all(isinstance(value, bool) for value in values)
        if values
        else name.startswith(("is_", "has_", "are_"))
    )


def is_constant(name: str) -> bool:
    """Lists come from the pack and are constants of a query, never columns."""
    return any(isinstance(value, tuple) for value in seen().get(name, ()))


def _is_date(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int) or not 18000101 <= value <= 22001231:
        return False
    year, month, day = value // 10000, value // 100 % 100, value % 100
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def is_date(name: str) -> bool:
    values = seen().get(name, ())
    return bool(values) and all(_is_date(value) for value in values)


def bounds(name: str) -> tuple[int, int]:
    """The least and the greatest whole number drawn for a name."""
    if name in BOUNDS:
        return BOUNDS[name]
    values = [value for value in seen().get(name, ()) if isinstance(value, int)]
    if name.endswith("_month") or (values and all(MONTHS[0] <= value <= MONTHS[1] for value in values)):
        return MONTHS
    for ending, width in sorted(WIDTHS.items(), key=lambda item: -len(item[0])):
        if name.endswith(ending):
            return (min([width[0], *values]), width[1])
    lowest, highest = min([0, *values]), max([20, *values])
    return (lowest - 1 if lowest < 0 else 0, highest + 1)


def strategy(name: str) -> st.SearchStrategy[Any]:
    """Values for an argument, the corners more often than chance would have it."""
    if is_truth(name):
        return st.booleans()
    words = tuple(value for value in seen().get(name, ()) if isinstance(value, str))
    if words:
        return st.sampled_from((*words, "SOMETHING_ELSE"))
    if is_date(name):
        days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
        return days.map(lambda day: day.year * 10000 + day.month * 100 + day.day)
    lowest, highest = bounds(name)
    return st.one_of(st.sampled_from(corners(name)), st.integers(lowest, highest))


def corners(name: str) -> tuple[Any, ...]:
    """The values of the examples, their neighbours, and the ends of the range."""
    if is_truth(name):
        return (False, True)
    values = seen().get(name, ())
    words = tuple(value for value in values if isinstance(value, str))
    if words:
        return (*words, "SOMETHING_ELSE")
    if is_date(name):
        special = (19000228, 19040229, 20000229, 20231231, 20240131, 20240229, 20240301, 20991231)
        return (*values, *special)
    lowest, highest = bounds(name)
    near = {value + step for value in values if isinstance(value, int) for step in (-1, 0, 1)}
    return tuple(
        sorted(value for value in {*near, lowest, highest, lowest + 1} if lowest <= value <= highest)
    )


def constant_choices(rule: Rule) -> dict[str, tuple[Any, ...]]:
    """For every list argument of a rule the lists to try."""
    return {
        name: tuple(v for v in seen()[name] if isinstance(v, tuple))
        for name in rule.arguments
        if is_constant(name)
    }


def grid(rule: Rule, count: int) -> list[dict[str, Any]]:
    """Rows of corners for the columns of a rule, the same in every run."""
    chance = random.Random(rule.id)
    columns = {name: corners(name) for name in rule.arguments if not is_constant(name)}
    return [{name: chance.choice(values) for name, values in columns.items()} for _ in range(count)]
