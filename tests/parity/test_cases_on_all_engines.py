"""Every worked example gives the same on every engine: columns for the facts, whole groups in one query."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.support.engines import Engine
from tests.support.worked_cases import WorkedCase, readable, rule_cases


def _is_constant(value: Any) -> bool:
    return isinstance(value, tuple)


def _grouped() -> dict[tuple[Any, ...], list[WorkedCase]]:
    groups: dict[tuple[Any, ...], list[WorkedCase]] = defaultdict(list)
    for case in rule_cases():
        columns = tuple(
            sorted((name, type(v).__name__) for name, v in case.known.items() if not _is_constant(v))
        )
        constants = tuple(sorted((name, v) for name, v in case.known.items() if _is_constant(v)))
        groups[case.targets, columns, constants].append(case)
    return groups


def test_every_case_is_equal_on_the_engine(engine: Engine) -> None:
    differing = []
    for (targets, columns, constants), cases in _grouped().items():
        rows = [{name: case.known[name] for name, _ in columns} for case in cases]
        answers = engine.run(targets, rows, dict(constants))
        for case, answer in zip(cases, answers, strict=True):
            shown = {name: readable(name, value) for name, value in answer.items()}
            if shown != case.expected:
                differing.append((str(case), shown, case.expected))

    assert not differing
