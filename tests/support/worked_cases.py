"""The worked examples of all packs, made ready to run: facts and parameters as the rules take them.

A case of `packs/*/cases/*.yaml` names a rule, gives arguments and says what must come out. Whatever the case does not
give comes from the pack for the month of the case. Values written 2023-09 are month indexes, 2023-09-30 are yyyymmdd.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import jubao.rules
from jubao.kernel.month import Month
from jubao.policy import load_pack, pack_folders
from jubao.policy.schema.feeds import CaseEntry
from jubao.rules.evaluate import plan
from jubao.rules.parameters import constants
from jubao.rules.pension_terms import terms
from jubao.rules.registry import RULES, Rule, decode

_MONTH = re.compile(r"\d{4}-\d{2}")
_SUFFIX = re.compile(r"_(is_known|weakness)$")


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule of the project by function name."""
    for module in pkgutil.iter_modules(jubao.rules.__path__):
        importlib.import_module(f"jubao.rules.{module.name}")
    return RULES


@dataclass(frozen=True)
class WorkedCase:
    """One example: the pack it stands in, what is known, which rules are asked, what must come out."""

    pack_code: str
    file: str
    entry: CaseEntry
    known: dict[str, Any]
    expected: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.pack_code}/{self.file}: {self.entry.name}"

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(self.expected)


def plain(value: Any) -> Any:
    """A value of a YAML file as the rules take it."""
    if isinstance(value, date):
        return value.year * 10000 + value.month * 100 + value.day
    if isinstance(value, str) and _MONTH.fullmatch(value):
        return Month.parse(value).index
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    return value


def readable(name: str, value: Any) -> Any:
    """A computed value as a case writes it: a mask becomes the list of its codes."""
    rule = all_rules()[name]
    return decode(rule, value) if rule.codes else value


def needed(targets: tuple[str, ...], given: dict[str, Any]) -> set[str]:
    """The names at the leaves: what the rules ask for and neither the case nor another rule gives."""
    missing: set[str] = set()
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in given or name in seen:
            return
        seen.add(name)
        if name not in all_rules():
            missing.add(name)
            return
        for argument in all_rules()[name].arguments:
            visit(argument)

    for target in targets:
        visit(target)
    return missing


def _from_pack(pack_code: str, month: Month, names: set[str]) -> dict[str, Any]:
    pack = load_pack(pack_code)
    known = dict(terms(pack, month).arguments)
    plain_names = {_SUFFIX.sub("", name) for name in names - known.keys()}
    known.update(constants(pack, sorted(plain_names & set(pack.parameter_names)), month).arguments)
    return {name: known[name] for name in names if name in known}


def made_ready(pack_code: str, file: str, entry: CaseEntry) -> WorkedCase:
    """The case with everything its rules ask for. Raises AssertionError naming what nobody gives."""
    given = {name: plain(value) for name, value in entry.given.items()}
    expected = {name: plain(value) for name, value in entry.expect.items()}
    missing = needed(tuple(expected), given)
    if missing and entry.month:
        given |= _from_pack(pack_code, Month.parse(entry.month), missing)
        missing -= given.keys()
    assert not missing, f"{pack_code}/{file} {entry.name}: nobody gives {sorted(missing)}"
    asked = _asked(tuple(expected), given)
    return WorkedCase(
        pack_code, file, entry, {name: given[name] for name in given if name in asked}, expected
    )


def _asked(targets: tuple[str, ...], given: dict[str, Any]) -> set[str]:
    """The names of `given` that some step really uses, so that equal questions have equal columns."""
    steps = [rule for layer in plan(targets, frozenset(given)) for rule in layer]
    return {argument for rule in steps for argument in rule.arguments}


def _entries() -> Iterator[tuple[str, str, CaseEntry]]:
    for code in pack_folders():
        for file, entries in load_pack(code).chain[-1].case_files.items():
            for entry in entries:
                yield code, file, entry


@cache
def rule_cases() -> tuple[WorkedCase, ...]:
    """All cases that rules answer; cases of a command (`rule: "command:…"`) are run by the command's own tests."""
    all_rules()
    return tuple(made_ready(*found) for found in _entries() if not found[2].rule.startswith("command:"))
