"""The generated tables of docs/glossary.md: columns of files, parameters and settings of packs, codes of reasons.

Example: the row `account_balance` lists the Chinese headers under which the column is recognised, from the national pack.
"""

from __future__ import annotations

from jubao.policy import SETTINGS, load_pack, pack_folders
from scripts.docs_rules import rules_by_page
from scripts.docs_tables import code, table

NATION = "000000"


def columns() -> str:
    """Every canonical column and the headers it is recognised by."""
    aliases = load_pack(NATION).header_aliases()
    return table(
        ("column", "headers understood"), [(code(name), "、".join(heads)) for name, heads in aliases.items()]
    )


def parameters() -> str:
    """Every parameter of any pack with its unit."""
    units: dict[str, str] = {}
    for one in pack_folders():
        for name, entry in load_pack(one).chain[-1].parameters.items():
            units[name] = units.get(name) or entry.unit or ""
    return table(("parameter", "unit"), [(code(name), units[name]) for name in sorted(units)])


def settings() -> str:
    """Every setting of the closed table."""
    return table(("setting", "what it decides"), [(code(key), spec.title) for key, spec in SETTINGS.items()])


def reasons() -> str:
    """Every code a screening rule answers with, and the page of the rule."""
    rows = [
        (code(name), code(rule.id), f"[{page}](rules/{page}.md)")
        for page, rules in rules_by_page().items()
        for rule in rules
        for name in rule.codes
    ]
    return table(("code", "answered by", "page"), rows)


def tables() -> dict[str, str]:
    """Mark → table."""
    return {"columns": columns(), "parameters": parameters(), "settings": settings(), "reasons": reasons()}
