"""Holds the rules to their vocabulary: reads the source of every rule and names what it may not use.

Worked example: `violations(inspect.getsource(f))` for `def f(x): return x // 2` gives ["2: BinOp FloorDiv"].
"""

from __future__ import annotations

import ast
import inspect
import textwrap

from jubao.rules import calendar_words, vocabulary
from jubao.rules.registry import Rule

WORDS = frozenset(
    name
    for module in (vocabulary, calendar_words)
    for name, value in vars(module).items()
    if inspect.isfunction(value) and not name.startswith("_")
)
PLAIN = (
    ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Expr, ast.Assign, ast.Name, ast.Load, ast.Store,
    ast.Constant, ast.Tuple, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Add, ast.Sub,
    ast.Mult, ast.USub, ast.UnaryOp, ast.BinOp, ast.Call, ast.keyword,
)  # fmt: skip


def violations(source: str) -> list[str]:
    """`line: what` for each construct outside the vocabulary in the text of one function."""
    function = ast.parse(textwrap.dedent(source)).body[0]
    if not isinstance(function, ast.FunctionDef):
        return [f"{function.lineno}: a rule is a plain function"]
    found = []
    for node in (sub for statement in function.body for sub in ast.walk(statement)):
        found += [f"{getattr(node, 'lineno', 0)}: {problem}" for problem in _problems(node)]
    return found


def _problems(node: ast.AST) -> list[str]:
    if not isinstance(node, PLAIN):
        return [type(node).__name__]
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in WORDS):
        return [f"call of {ast.unparse(node.func)}"]
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return ["chained comparison"]
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return ["floating number"]
    return []


def rule_violations(rule: Rule) -> list[str]:
    """The violations of a registered rule, each with its id."""
    return [f"{rule.id} {problem}" for problem in violations(inspect.getsource(rule.function))]
