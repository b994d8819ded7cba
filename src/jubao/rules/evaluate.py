"""The two evaluators: `explain` for one person with every step, `select_sql` for a table.

Worked example: `explain(["monthly_pension"], known)` with a balance of 250473 fen, divisor 139, base 13500 fen
and an only child gives the steps account_pension 1802, years_pension 0, …, monthly_pension 16302; the text of
`select_sql(["monthly_pension"], facts, constants, "people")` computes the same columns for every row of `people`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp

from jubao.kernel.errors import DomainError
from jubao.rules.registry import RULES, Rule
from jubao.rules.vocabulary import Col


class FactMissing(DomainError):
    """A rule needs a name that is neither a fact, a parameter nor a rule: a programming error of the caller."""

    exit_code = 1


@dataclass(frozen=True)
class Step:
    """One computed value: the rule, what went in, what came out."""

    rule: Rule
    inputs: Mapping[str, Any]
    value: Any


@dataclass(frozen=True)
class Trace:
    """All steps for one person in the order computed."""

    steps: tuple[Step, ...]

    def __getitem__(self, name: str) -> Any:
        for step in self.steps:
            if step.rule.name == name:
                return step.value
        raise KeyError(name)

    @property
    def values(self) -> dict[str, Any]:
        """Rule name -> value."""
        return {step.rule.name: step.value for step in self.steps}


@lru_cache(maxsize=256)
def plan(targets: tuple[str, ...], known: frozenset[str]) -> tuple[tuple[Rule, ...], ...]:
    """The rules needed for the targets, in layers: a layer uses only facts and earlier layers.

    Raises FactMissing naming the rule and the argument nobody gives.
    """
    depth: dict[str, int] = {}

    def visit(name: str, asked_by: str, path: tuple[str, ...]) -> int:
        if name in known:
            return 0
        if name in path or name not in RULES:
            raise FactMissing("FACT_MISSING", f"{asked_by} needs {name}, which is no fact, parameter or rule")
        if name not in depth:
            needed = RULES[name].arguments
            depth[name] = 1 + max((visit(a, name, (*path, name)) for a in needed), default=0)
        return depth[name]

    for target in targets:
        visit(target, "the caller", ())
    layers: list[list[Rule]] = [[] for _ in range(max(depth.values(), default=0))]
    for name, level in depth.items():
        layers[level - 1].append(RULES[name])
    return tuple(tuple(layer) for layer in layers)


def explain(targets: Sequence[str], known: Mapping[str, Any]) -> Trace:
    """Compute the targets for one person. `known` holds facts and parameters; shape: one Step per rule."""
    values: dict[str, Any] = dict(known)
    steps: list[Step] = []
    for layer in plan(tuple(targets), frozenset(known)):
        for rule in layer:
            inputs = {argument: values[argument] for argument in rule.arguments}
            value = rule.function(**inputs)
            values[rule.name] = value
            steps.append(Step(rule, inputs, value))
    return Trace(tuple(steps))


def select(
    targets: Sequence[str],
    facts: Iterable[str],
    constants: Mapping[str, Any],
    table: str | exp.Expression,
    *,
    keep: Sequence[str] | None = None,
) -> exp.Select:
    """One SELECT that adds a column per rule to `table`; each rule is computed once, in its own layer.

    `facts` are columns of the table, `constants` come from the pack. `keep` names the columns of the result
    (default: all of the table's and every rule's).
    """
    facts = tuple(facts)
    known: dict[str, Any] = {**{fact: Col.named(fact) for fact in facts}, **constants}
    source: exp.Expression = exp.to_table(table) if isinstance(table, str) else table
    query = exp.select("*").from_(source)
    for level, layer in enumerate(plan(tuple(targets), frozenset(known))):
        columns = []
        for rule in layer:
            columns.append(exp.alias_(_expression(rule, known), rule.name))
            known[rule.name] = Col.named(rule.name)
        # Built once and used once: without copy=False every layer would copy all the layers below it.
        query = exp.select("*", *columns, copy=False).from_(
            query.subquery(f"layer_{level}", copy=False), copy=False
        )
        for rule in layer:
            known[rule.name] = Col.named(rule.name)
    return (
        query if keep is None else exp.select(*keep).from_(query.subquery("result", copy=False), copy=False)
    )


def _expression(rule: Rule, known: Mapping[str, Any]) -> exp.Expression:
    value = rule.function(**{argument: known[argument] for argument in rule.arguments})
    if isinstance(value, Col):
        return value.expression
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.Cast(this=exp.Literal.number(value), to=exp.DataType.build("bigint"))
    return exp.Literal.string(str(value))


def select_sql(
    targets: Sequence[str],
    facts: Iterable[str],
    constants: Mapping[str, Any],
    table: str | exp.Expression,
    *,
    dialect: str = "duckdb",
    keep: Sequence[str] | None = None,
) -> str:
    """The text of `select` in the dialect of an engine: duckdb, spark or postgres."""
    return select(targets, facts, constants, table, keep=keep).sql(dialect=dialect)


def expression(target: str, known: Mapping[str, Any]) -> exp.Expression:
    """The SQL expression of one rule over columns and constants, for use inside a larger query."""
    return _expression(RULES[target], known)
