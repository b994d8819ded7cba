"""The table of rules at the foot of each page of docs/rules: id, what it says, unit, clause, as the program registers them.

Example: `table("back_pay")` has two rows, back_pay.is_month_owed and back_pay.month_amount.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import jubao.rules
from jubao.policy import load_pack, pack_folders
from jubao.rules.registry import RULES, Rule
from scripts.docs_tables import code
from scripts.docs_tables import table as markdown

PAGE_OF_MODULE = {"pension_refusal": "pension"}
"""Modules that share a page; every other module that registers rules has its own."""


@cache
def rules_by_page() -> dict[str, tuple[Rule, ...]]:
    """Page → its rules in the order of the modules."""
    for module in pkgutil.iter_modules(jubao.rules.__path__):
        importlib.import_module(f"jubao.rules.{module.name}")
    found: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        module_name = rule.function.__module__.rpartition(".")[2]
        found.setdefault(PAGE_OF_MODULE.get(module_name, module_name), []).append(rule)
    return {page: tuple(rules) for page, rules in sorted(found.items())}


@cache
def numbers() -> dict[str, str]:
    """Document id → its number, from every pack."""
    return {id: head.number for one in pack_folders() for id, head in load_pack(one).documents.items()}


def cited(rule: Rule) -> str:
    """The sources of a rule by document number and article."""
    return "；".join(f"{numbers().get(one.document, one.document)} {one.clause}" for one in rule.source)


def table(page: str) -> str:
    """The rules of one page."""
    rows = [
        (code(rule.id), rule.summary, rule.unit.replace("_", " "), cited(rule))
        for rule in rules_by_page()[page]
    ]
    return markdown(("rule", "what it says", "unit", "rests on"), rows)
