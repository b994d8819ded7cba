"""Every registered rule alone: corner grids on all engines, invented rows on DuckDB and PostgreSQL, against the scalar run.

A rule's arguments stand as columns here, also where another rule would compute them, so that values are tried which no
chain of rules happens to give. Overflow: fen to 10^10, fen-months to 1.2 x 10^11; an engine that overflowed would raise.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jubao.rules.registry import Rule
from tests.support.domains import constant_choices, grid, is_constant, strategy
from tests.support.engines import Engine, Scalar
from tests.support.worked_cases import all_rules

ROWS = 150
EXAMPLES = 5
RULES = sorted(all_rules().values(), key=lambda rule: rule.id)
by_id = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def differences(
    engine: Engine, rule: Rule, rows: list[dict[str, Any]], constants: dict[str, Any]
) -> list[Any]:
    """Rows on which the engine and the scalar run differ, in value or in kind."""
    asked = rows or [{}]
    expected = Scalar().run([rule.name], asked, constants)
    found = engine.run([rule.name], asked, constants)
    return [
        (row, norm, answer)
        for row, norm, answer in zip(asked, expected, found, strict=True)
        if norm != answer or any(type(norm[name]) is not type(answer[name]) for name in norm)
    ]


@by_id
def test_corner_grid_is_equal(engine: Engine, rule: Rule) -> None:
    choices = constant_choices(rule)

    for values in itertools.islice(itertools.product(*choices.values()), 4):
        assert differences(engine, rule, grid(rule, ROWS), dict(zip(choices, values, strict=True))) == []


@by_id
@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_invented_rows_are_equal(request: pytest.FixtureRequest, name: str, rule: Rule) -> None:
    chosen: Engine = request.getfixturevalue(f"{name}_engine")
    columns = {argument: strategy(argument) for argument in rule.arguments if not is_constant(argument)}
    constants = {argument: st.sampled_from(lists) for argument, lists in constant_choices(rule).items()}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=30), st.fixed_dictionaries(constants)
    )
    def compare(rows: list[dict[str, Any]], fixed: dict[str, Any]) -> None:
        assert differences(chosen, rule, rows, fixed) == []

    compare()


def test_the_comparison_is_able_to_fail(duckdb_engine: Engine) -> None:
    class Wrong:
        dialect = "duckdb"

        def run(self, targets: Any, rows: Any, constants: Any) -> list[dict[str, Any]]:
            return [
                {name: value + 1 for name, value in row.items()}
                for row in duckdb_engine.run(targets, rows, constants)
            ]

    rule = all_rules()["account_pension"]

    assert differences(Wrong(), rule, grid(rule, 10), {})
