"""What linters cannot see in Python code. Every check takes a source text and gives a list of complaints.

Example: ``function_length("def f():\\n" + "    x = 1\\n" * 60)`` is ``["line 1: f has 61 lines, at most 60"]``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

LONGEST_FILE, LONGEST_FUNCTION = 300, 60
CLOCKS = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime"}
CLOCK_OWNERS = {"date", "datetime", "time", "dt"}
SQL_CLOCK = re.compile(r"\b(current_date|current_timestamp|localtimestamp|now\(\)|today\(\))", re.IGNORECASE)
INEXACT = {"float", "Decimal", "round", "Fraction"}


def file_length(source: str) -> list[str]:
    """A file holds one topic: at most 300 lines."""
    lines = source.count("\n")
    return [f"{lines} lines, at most {LONGEST_FILE}"] if lines > LONGEST_FILE else []


def function_length(source: str) -> list[str]:
    """A function fits on a screen: at most 60 lines, decorators apart."""
    complaints = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                complaints.append(
                    f"line {node.lineno}: {node.name} has {lines} lines, at most {LONGEST_FUNCTION}"
                )
    return complaints


def module_docstring(source: str, *, with_example: bool) -> list[str]:
    """A module opens with what it is for, on the lower floors with a worked example."""
    tree = ast.parse(source)
    described = ast.get_docstring(tree) or ""
    if tree.body and not described:
        return ["the module has no docstring"]
    if with_example and tree.body and not re.search(r"example|>>>", described, re.IGNORECASE):
        return ["the module's docstring has no worked example"]
    return []


def region_words(source: str, words: Iterable[str]) -> list[str]:
    """No code or name of a region in code. Docstrings, comments and messages `_("…")` are wording: examples stand there.

    Six digits count as a code when no other digit touches them (the integer 500000 is a number, not a province);
    a name counts as a whole word of letters.
    """
    pattern = re.compile("|".join(sorted((_as_word(word) for word in words), reverse=True)), re.IGNORECASE)
    return [
        f"line {line}: names a region: {found.group()}"
        for line, text in code_words(source, messages=False)
        if (found := pattern.search(text.replace("_", " ")))
    ]


def _as_word(word: str) -> str:
    if word.isdigit():
        return rf"(?<!\d){word}(?!\d)"
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)


def code_words(source: str, *, messages: bool = True) -> Iterator[tuple[int, str]]:
    """Every name, string and number of the code with its line; without docstrings, and without messages if so asked."""
    tree = ast.parse(source)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    wording = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    if not messages:
        wording |= {id(part) for node in ast.walk(tree) if _is_call_of(node, "_") for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int) and id(node) not in wording:
            is_round = isinstance(node.value, int) and node.value % 10_000 == 0
            yield node.lineno, "" if is_round else str(node.value)
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


def clock(source: str) -> list[str]:
    """Nothing below the commands and jobs asks for today, neither in Python nor in SQL."""
    complaints = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            if owner in CLOCK_OWNERS:
                complaints.append(f"line {node.lineno}: asks the clock: {owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            names = sorted(CLOCKS & {alias.name for alias in node.names})
            complaints += [f"line {node.lineno}: asks the clock: time.{name}" for name in names]
    for line, word in code_words(source):
        if found := SQL_CLOCK.search(word):
            complaints.append(f"line {line}: asks the clock in SQL: {found.group()}")
    return complaints


def inexact_numbers(source: str) -> list[str]:
    """Rules count in whole fen and months: no float, Decimal, round or true division."""
    complaints = []
    tree = ast.parse(source)
    tests_of_type = {
        id(part) for node in ast.walk(tree) if _is_call_of(node, "isinstance") for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in INEXACT and id(node) not in tests_of_type:
            complaints.append(f"line {node.lineno}: {node.id}")
        elif isinstance(node, ast.Attribute) and node.attr in INEXACT:
            complaints.append(f"line {node.lineno}: {node.attr}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            complaints.append(f"line {node.lineno}: the float {node.value}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            complaints.append(f"line {node.lineno}: true division")
        elif isinstance(node, ast.ImportFrom | ast.Import) and {"decimal", "fractions"} & _modules(node):
            complaints.append(f"line {node.lineno}: imports inexact numbers")
    return complaints


def _is_call_of(node: ast.AST, function: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function


def imported_modules(source: str) -> set[str]:
    """The top-level names of everything a file imports."""
    nodes = ast.walk(ast.parse(source))
    return {
        name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for name in _modules(node)
    }


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]} if node.level == 0 else set()
    return {alias.name.split(".")[0] for alias in node.names}


STORING = frozenset(
    {
        "access_record", "advance", "case_open", "create", "death_report", "document_store", "enquiry_answer",
        "CaseKind", "ImportKind", "Point", "Transition",
    }
)  # fmt: skip
"""Calls whose arguments are kept in the database, or once for the whole process."""


def stored_translations(source: str) -> list[str]:
    """What is stored is Chinese, whatever language the officer's screen speaks: no `_()` in it, nor at import; `chinese()`.

    Example: ``case_open(title=_("核查：{name}"))`` keeps an English title when the clerk's screen is English.
    """
    return [
        f"line {line}: stores {words}"
        for line, words in _stored(ast.parse(source), is_late=False, is_stored=False)
    ]


def _stored(node: ast.AST, *, is_late: bool, is_stored: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Raise):
        return
    if isinstance(node, ast.FunctionDef) and any(
        isinstance(one, ast.Name) and one.id == "in_chinese" for one in node.decorator_list
    ):
        return
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        is_late = True
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        is_stored = is_stored or called in STORING
        if called == "_" and (is_stored or not is_late):
            yield node.lineno, ast.unparse(node)
    for child in ast.iter_child_nodes(node):
        yield from _stored(child, is_late=is_late, is_stored=is_stored)
