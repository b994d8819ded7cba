"""The closed vocabulary of the rules: the only words a rule may use beside `+ - *` and comparisons.

Every word works on plain integers, booleans and codes (one person) and on `Col` (a column of a table), so the
same rule text computes an amount and writes SQL. Worked example: `div_half_up(250473, 139)` is 1802, and
`div_half_up(Col.named("account_balance_fen"), 139)` is the SQL expression with the same meaning.

Facts are never null, divisors are positive (checked when a pack loads), and nothing here branches on a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

Value = Any
"""An int, bool, code (str) or `Col`; a rule never sees anything else, tuples of constants apart."""

BIGINT = exp.DataType.build("bigint")


class Col:
    """A column expression; `if`, `and`, `//`, `min` on it raise, so that a rule cannot leave the vocabulary."""

    __slots__ = ("expression",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expression: exp.Expression) -> None:
        self.expression = expression

    @classmethod
    def named(cls, name: str) -> Col:
        """The column of that name."""
        return cls(exp.column(name))

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on a column: use when(), all_of(), any_of(), not_()")

    def _binary(self, kind: type[exp.Binary], other: Value, *, flipped: bool = False) -> Col:
        left, right = (_sql(other), _sql(self)) if flipped else (_sql(self), _sql(other))
        return Col(exp.Paren(this=kind(this=left, expression=right)))

    def __add__(self, other: Value) -> Col:
        return self._binary(exp.Add, other)

    def __radd__(self, other: Value) -> Col:
        return self._binary(exp.Add, other, flipped=True)

    def __sub__(self, other: Value) -> Col:
        return self._binary(exp.Sub, other)

    def __rsub__(self, other: Value) -> Col:
        return self._binary(exp.Sub, other, flipped=True)

    def __mul__(self, other: Value) -> Col:
        return self._binary(exp.Mul, other)

    def __rmul__(self, other: Value) -> Col:
        return self._binary(exp.Mul, other, flipped=True)

    def __neg__(self) -> Col:
        return 0 - self

    def __lt__(self, other: Value) -> Col:
        return self._binary(exp.LT, other)

    def __le__(self, other: Value) -> Col:
        return self._binary(exp.LTE, other)

    def __gt__(self, other: Value) -> Col:
        return self._binary(exp.GT, other)

    def __ge__(self, other: Value) -> Col:
        return self._binary(exp.GTE, other)

    def __eq__(self, other: object) -> Col:  # type: ignore[override]
        return self._binary(exp.EQ, other)

    def __ne__(self, other: object) -> Col:  # type: ignore[override]
        return self._binary(exp.NEQ, other)


def _sql(value: Value) -> exp.Expression:
    """The SQL of a column or constant, as a fresh node (sqlglot trees must not be shared)."""
    if isinstance(value, Col):
        return value.expression.copy()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.Paren(this=exp.Literal.number(value)) if value < 0 else exp.Literal.number(value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    raise TypeError(f"a rule may not use {type(value).__name__}: only int, bool, code or column")


def _has_column(*values: Value) -> bool:
    return any(isinstance(value, Col) for value in values)


def _condition(value: Value) -> bool:
    if value is True or value is False:
        return bool(value)
    raise TypeError(f"a condition must be true or false, not {value!r}")


def when(*pairs: tuple[Value, Value], otherwise: Value) -> Value:
    """The value of the first pair whose condition holds, else `otherwise`. Every condition is checked to be boolean."""
    if not _has_column(otherwise, *(part for pair in pairs for part in pair)):
        return next((value for condition, value in pairs if _condition(condition)), otherwise)
    case = exp.Case()
    for condition, value in pairs:
        if condition is True:
            return Col(case.else_(_sql(value))) if case.args.get("ifs") else _as_column(value)
        if condition is not False:
            case = case.when(_sql(condition), _sql(value))
    return Col(case.else_(_sql(otherwise))) if case.args.get("ifs") else _as_column(otherwise)


def _as_column(value: Value) -> Col:
    return value if isinstance(value, Col) else Col(_sql(value))


def all_of(*conditions: Value) -> Value:
    """True when every condition holds."""
    if _has_column(*conditions):
        return Col(exp.Paren(this=exp.and_(*(_sql(condition) for condition in conditions), wrap=True)))
    return all([_condition(condition) for condition in conditions])


def any_of(*conditions: Value) -> Value:
    """True when at least one condition holds."""
    if _has_column(*conditions):
        return Col(exp.Paren(this=exp.or_(*(_sql(condition) for condition in conditions), wrap=True)))
    return any([_condition(condition) for condition in conditions])


def not_(condition: Value) -> Value:
    """True when the condition does not hold."""
    if isinstance(condition, Col):
        return Col(exp.Paren(this=exp.Not(this=exp.Paren(this=_sql(condition)))))
    return not _condition(condition)


def is_one_of(value: Value, choices: Sequence[int | str]) -> Value:
    """True when the value is among constants from a pack; an empty list holds for nobody."""
    if not isinstance(value, Col):
        return value in tuple(choices)
    if not choices:
        return Col(exp.Boolean(this=False))
    return Col(exp.Paren(this=exp.In(this=_sql(value), expressions=[_sql(choice) for choice in choices])))


def at_least(value: Value, low: Value) -> Value:
    """The value, raised to `low` when it lies below. (Not GREATEST: that ignores nulls in SQL.)"""
    return when((value < low, low), otherwise=value)


def at_most(value: Value, high: Value) -> Value:
    """The value, lowered to `high` when it lies above."""
    return when((value > high, high), otherwise=value)


def div_floor(dividend: Value, divisor: Value) -> Value:
    """Exact integer quotient rounded down; the divisor is positive.

    SQL integer division truncates towards zero while Python's floors, so negative dividends are mirrored; this
    keeps `div_floor(-7, 2)` at -4 on every engine.
    """
    if not _has_column(dividend, divisor):
        return dividend // divisor
    negative = 0 - _truncated(divisor - 1 - dividend, divisor)
    return when((dividend >= 0, _truncated(dividend, divisor)), otherwise=negative)


def quotient(dividend: Value, divisor: Value) -> Value:
    """Whole quotient of a dividend that is never negative (a date, a month index, a number of months).

    One division where `div_floor` needs two and a CASE: nested words of the calendar would grow to 100 KB of SQL.
    """
    return _truncated(dividend, divisor) if _has_column(dividend, divisor) else dividend // divisor


def _truncated(dividend: Value, divisor: Value) -> Col:
    """SQL integer division of non-negative numbers; the cast keeps PostgreSQL's DIV() from answering in numeric."""
    quotient = exp.IntDiv(this=exp.Paren(this=_sql(dividend)), expression=exp.Paren(this=_sql(divisor)))
    return Col(exp.Cast(this=quotient, to=BIGINT.copy()))


def div_half_up(dividend: Value, divisor: Value) -> Value:
    """Exact integer quotient, halves rounded up: the rounding of every amount that no text rules otherwise."""
    return div_floor(2 * dividend + divisor, 2 * divisor)


def div_up(dividend: Value, divisor: Value) -> Value:
    """Exact integer quotient rounded up, e.g. begun years counted as whole ones."""
    return div_floor(dividend + divisor - 1, divisor)


def sum_of_steps(value: Value, steps: Sequence[tuple[int, int]]) -> Value:
    """The sum of the additions of every step reached: steps ((780, 500), (840, 500)) give 1000 at 840."""
    total: Value = 0
    for threshold, addition in steps:
        total = total + when((value >= threshold, addition), otherwise=0)
    return total


def obstacles(*named: tuple[str, Value]) -> Value:
    """All obstacles that hold, as a bit mask: bit i stands for the i-th name. 0 means that nothing blocks.

    The order of the names is the order of the reasons; `registry.decode` gives the names back.
    """
    mask: Value = 0
    for position, (_, condition) in enumerate(named):
        mask = mask + when((condition, 1 << position), otherwise=0)
    return mask
