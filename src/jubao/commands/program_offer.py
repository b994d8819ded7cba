"""What the program offers to packs, read from the program itself: rules, commands, modules, the names its code uses.

Worked example: `program_offer().rules["pension.account_pension"].denominators` is `{"payout_divisor_months"}`, so the check
of packs refuses a divisor of 0.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typer
import yaml

import jubao
from jubao.policy.checks.report import Offer, RuleOffer

DIVISIONS = frozenset({"div_floor", "div_half_up", "div_up"})
PROGRAM = Path(jubao.__path__[0])
# The vocabulary lists every key and the packs every parameter: to be named there is not to be used.
NOT_USE = ("packs", "policy")
MATRICES = (
    ("page", "workbench/permissions.yaml"),
    ("page", "portal/permissions.yaml"),
    ("api", "api/permissions.yaml"),
)
"""Kind of face → the matrix that names its routes."""


@cache
def program_offer() -> Offer:
    """Everything a pack may point at, as of the installed program."""
    rules = _rules()
    words = frozenset(_words()) | {name for rule in rules.values() for name in rule.arguments}
    return Offer(
        rules=rules,
        commands=frozenset(command_places()),
        has_module=_has_module,
        routes=_routes(),
        words=words,
    )


def _rules() -> dict[str, RuleOffer]:
    registry = importlib.import_module("jubao.rules.registry")
    for module in pkgutil.iter_modules(importlib.import_module("jubao.rules").__path__):
        importlib.import_module(f"jubao.rules.{module.name}")
    return {
        rule.id: RuleOffer(
            id=rule.id,
            name=rule.name,
            citations=rule.source,
            arguments=rule.arguments,
            denominators=frozenset(_denominators(rule.function)),
            location=shown_location(rule.location),
        )
        for rule in registry.RULES.values()
    }


def _denominators(function: object) -> Iterator[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DIVISIONS:
            calls = {id(item.func) for item in ast.walk(node.args[1]) if isinstance(item, ast.Call)}
            named = (item for item in ast.walk(node.args[1]) if isinstance(item, ast.Name))
            yield from (item.id for item in named if id(item) not in calls)


def shown_location(location: str) -> str:
    """`src/jubao/rules/pension.py:31` instead of the absolute path of this machine."""
    path, _, line = location.rpartition(":")
    file = Path(path)
    shown = Path("src") / file.relative_to(PROGRAM.parent) if file.is_relative_to(PROGRAM.parent) else file
    return f"{shown.as_posix()}:{line}"


@cache
def command_places() -> dict[str, str]:
    """Every command and sub-command that exists now with the place of its function: `compare`, `policy check`."""
    from jubao.commands.main import COMMANDS, MODULES

    places: dict[str, str] = {}
    for name in COMMANDS:
        module = f"jubao.commands.{MODULES.get(name, name)}"
        if importlib.util.find_spec(module) is None:
            continue
        app = typer.Typer()
        importlib.import_module(module).register(app)
        places |= _places(app, "")
        for group in app.registered_groups:
            found = _places(group.typer_instance, f"{group.name} ") if group.typer_instance else {}
            places |= {str(group.name): next(iter(found.values()), "")} | found
    return places


def _places(app: typer.Typer, prefix: str) -> dict[str, str]:
    return {
        prefix + (command.name or command.callback.__name__): _place(command.callback)
        for command in app.registered_commands
        if command.callback
    }


def _place(function: object) -> str:
    code = inspect.unwrap(function).__code__  # type: ignore[arg-type]
    return shown_location(f"{code.co_filename}:{code.co_firstlineno}")


def module_place(dotted: str) -> str:
    """File and line of a module, or of a function or class in one. Raises LookupError when there is neither."""
    place = _find_module(dotted)
    if place is None:
        raise LookupError(dotted)
    return shown_location(place)


def _has_module(dotted: str) -> bool:
    return _find_module(dotted) is not None


@cache
def _find_module(dotted: str) -> str | None:
    """Read, not imported: a service can be found without a database and without Django."""
    if not dotted.startswith("jubao."):
        return None
    if file := _file_of(dotted):
        return f"{file}:1"
    module, _, attribute = dotted.rpartition(".")
    file = _file_of(module)
    line = _line_of_definition(file, attribute) if file else None
    return f"{file}:{line}" if line else None


def _file_of(dotted: str) -> Path | None:
    base = PROGRAM.joinpath(*dotted.split(".")[1:])
    return next((file for file in (base.with_suffix(".py"), base / "__init__.py") if file.exists()), None)


def _line_of_definition(file: Path, name: str) -> int | None:
    """The line where a module defines, assigns or imports a name at its top."""
    for node in ast.parse(file.read_text("utf-8")).body:
        named: set[str] = set()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named = {node.name}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            named = {alias.asname or alias.name for alias in node.names}
        if name in named:
            return node.lineno
    return None


@cache
def _routes() -> frozenset[str]:
    """The pages and API routes of the site: the permission matrix names them all (a route not in it fails the checks)."""
    routes: set[str] = set()
    for kind, file in MATRICES:
        if (PROGRAM / file).exists():
            matrix = yaml.load((PROGRAM / file).read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            routes |= {f"{kind}:{route}" for route in matrix.get("routes") or matrix}
    return frozenset(routes)


def _words() -> Iterator[str]:
    for file in PROGRAM.rglob("*.py"):
        if file.relative_to(PROGRAM).parts[0] in NOT_USE:
            continue
        tree = ast.parse(file.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield node.value
