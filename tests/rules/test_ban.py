"""The rules keep to their vocabulary, and the ban that says so is able to fail."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import pytest

from jubao.rules.ban import rule_violations, violations
from jubao.rules.registry import Rule
from jubao.rules.vocabulary import Col
from tests.support.worked_cases import all_rules

FORBIDDEN = {
    "branch": "def f(x):\n    if x > 1:\n        return x\n    return 0",
    "conditional": "def f(x):\n    return x if x > 1 else 0",
    "and": "def f(x):\n    return x > 1 and x < 5",
    "not": "def f(x):\n    return not x",
    "chained comparison": "def f(x):\n    return 1 < x < 5",
    "floor division": "def f(x):\n    return x // 2",
    "true division": "def f(x):\n    return x / 2",
    "remainder": "def f(x):\n    return x % 2",
    "power": "def f(x):\n    return x ** 2",
    "float": "def f(x):\n    return x * 0.5",
    "round": "def f(x):\n    return round(x)",
    "min": "def f(x):\n    return min(x, 3)",
    "method call": "def f(x):\n    return x.copy()",
    "loop": "def f(x):\n    for y in (1, 2):\n        x = x + y\n    return x",
    "comprehension": "def f(x):\n    return [y for y in x]",
    "lambda": "def f(x):\n    return (lambda y: y)(x)",
    "import": "def f(x):\n    import math\n    return x",
    "global": "def f(x):\n    global y\n    return x",
    "subscript": "def f(x):\n    return x[0]",
    "text formatting": "def f(x):\n    return f'{x}'",
}


@pytest.mark.parametrize("rule", list(all_rules().values()), ids=lambda rule: rule.id)
def test_rule_uses_only_the_vocabulary(rule: Rule) -> None:
    assert rule_violations(rule) == []


@pytest.mark.parametrize("text", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_ban_finds_what_is_forbidden(text: str) -> None:
    assert violations(text)


@pytest.mark.parametrize("rule", list(all_rules().values()), ids=lambda rule: rule.id)
def test_rule_says_in_one_sentence_what_it_does(rule: Rule) -> None:
    assert rule.summary
    assert rule.source
    assert "TODO" not in textwrap.dedent(inspect.getsource(rule.function))


@pytest.mark.parametrize(
    "forbidden",
    [
        lambda x: x if x else 0,
        lambda x: x > 1 and x < 5,
        lambda x: x // 2,
        lambda x: x / 2,
        lambda x: x % 2,
        lambda x: max(x, 0),
        lambda x: round(x),
        lambda x: int(x),
        lambda x: x + 0.5,
        lambda x: x + None,
    ],
)
def test_column_refuses_what_is_not_in_the_vocabulary(forbidden: Any) -> None:
    with pytest.raises(TypeError):
        forbidden(Col.named("x"))
