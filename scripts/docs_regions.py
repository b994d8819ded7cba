"""docs/regions.md: what differs between the delivered regions, read from their packs, with defaults and gaps marked.

Example: the row of `cert.period_kind` has `rolling` under 綦江 and `window` under 寻乌; a value that no text says carries †.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.matching.plan import SOURCE_LISTS
from jubao.policy import SETTINGS, Gap, Pack, ParameterValue, load_pack, pack_folders
from scripts.docs_tables import code, table

HEAD = """# Regions

Generated from the packs by `python -m scripts.make_docs`; do not edit. Values are those of {day}; earlier and later ones
stand in the packs (`jubao policy show CODE KEY --as-of DATE`). A region inherits from its parents, so the columns show what a
county really gets.

Marks: **†** no text says so, a default of this project that the pack's owner may change · **?** remembered, not read, in value or
date · **—** does not exist there · **gap** nobody found the value, and whatever needs it refuses by name.
"""
LONG = 60


def leaves() -> list[Pack]:
    """The packs that are nobody's parent: the counties."""
    packs = [load_pack(one) for one in pack_folders()]
    parents = {pack.head.parent for pack in packs}
    return [pack for pack in packs if pack.code not in parents]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and set(value) == {"count", "unit"}:
        return "end of the month" if value["unit"] == "month_end" else f"{value['count']} {value['unit']}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value) if value else "none"
    return str(value)


def shown(value: Any) -> str:
    """A value in few words; a long one only says how much there is."""
    text = _plain(value)
    if len(text) <= LONG or not isinstance(value, dict | list | tuple):
        return text
    first = _plain(next(iter(value.values() if isinstance(value, dict) else value)))
    return (
        f"{len(value)} entries"
        if len(first) > LONG / 2 or isinstance(value, dict)
        else f"{first} and {len(value) - 1} more"
    )


def _setting(pack: Pack, key: str, day: date) -> str:
    found = pack.find_setting(key, day)
    if found is None:
        return "—"
    return shown(found.value) + (" †" if found.is_default else "" if found.is_law else " ?")


def _settings(packs: list[Pack], day: date) -> str:
    rows, same = [], []
    for key, spec in SETTINGS.items():
        values = [_setting(pack, key, day) for pack in packs]
        if set(values) == {"—"}:
            continue
        if len({repr(_raw(pack, key, day)) for pack in packs}) > 1:
            rows.append((code(key), spec.title, *values))
        else:
            same.append((code(key), spec.title, values[0]))
    columns = [pack.head.aliases[0] for pack in packs]
    return (
        "\n## Settings that differ\n\n" + table(("setting", "what", *columns), rows)
        + "\n## Settings equal everywhere\n\n" + table(("setting", "what", "value"), same)
    )  # fmt: skip


def _raw(pack: Pack, key: str, day: date) -> Any:
    found = pack.find_setting(key, day)
    return None if found is None else (found.value, found.is_default)


def amount(value: Any, unit: str) -> str:
    """Money in yuan, rates in per cent, months as months; anything else as it stands."""
    if isinstance(value, int) and unit.startswith("fen"):
        return Fen(value).yuan
    if isinstance(value, int) and unit.startswith("ppm"):
        return f"{value / 10000:g} %"
    if isinstance(value, int) and "index" in unit and value:
        return f"{value // 12}-{value % 12 + 1:02d}"
    if isinstance(value, list) and value and isinstance(value[0], list | tuple):
        return ", ".join(f"from {age}: +{Fen(add).yuan}" for age, add in value)
    if isinstance(value, list) and unit.startswith("fen"):
        return ", ".join(f"{one / 100:g}" for one in value)
    if isinstance(value, dict) and unit.startswith("fen"):
        return ", ".join(f"{tier / 100:g}: {add / 100:g}" for tier, add in value.items())
    return shown(value)


def _value(found: ParameterValue) -> str:
    text = amount(found.value, found.unit)
    if found.is_law:
        return text
    return text + (" †" if found.confidence == "default" else " ?")


ONLY_WITH = ("years_pension", "only_child_supplement", "age_supplement")
"""Parts of a pension that some regions do not have: their parameters are no gaps there."""


def is_asked(pack: Pack, name: str, day: date) -> bool:
    """Whether anything in the region can need the parameter."""
    if not pack.parameter_line(name):
        return False
    if name.startswith("claim_free"):
        way = pack.find_setting("claim.way", day)
        return way is not None and way.value == "claim_free_or_claim"
    parts = pack.find_setting("pension.components", day)
    return not any(name.startswith(part) for part in ONLY_WITH if parts and part not in parts.value)


def _parameter(pack: Pack, name: str, day: date) -> str:
    """The value of the day; where it is a gap, the last one known before with its last month."""
    if not is_asked(pack, name, day):
        return "—"
    month = Month.containing(day)
    found = pack.find_parameter(name, month)
    if isinstance(found, ParameterValue):
        return _value(found)
    bounds = [bound for bound in pack.parameter_bounds([name]) if bound <= month]
    for bound in reversed(bounds):
        earlier = pack.find_parameter(name, bound - 1)
        if isinstance(earlier, ParameterValue):
            return f"gap since {bound} (before: {_value(earlier)})"
    return "gap" if found.declared else "—"


def _parameters(packs: list[Pack], day: date) -> str:
    names = sorted({name for pack in packs for name in pack.parameter_names})
    rows = [(code(name), *(_parameter(pack, name, day) for pack in packs)) for name in names]
    differing = [row for row in rows if len(set(row[1:])) > 1]
    same = [(row[0], row[1]) for row in rows if len(set(row[1:])) == 1]
    columns = [pack.head.aliases[0] for pack in packs]
    return (
        "\n## Parameters that differ\n\n" + table(("parameter", *columns), differing)
        + "\n## Parameters equal everywhere\n\n" + table(("parameter", "value"), same)
    )  # fmt: skip


def _gaps(packs: list[Pack], day: date) -> Iterable[tuple[str, str, str, str]]:
    for pack in packs:
        for name in pack.parameter_names:
            found = pack.find_parameter(name, Month.containing(day))
            if isinstance(found, Gap) and found.declared and is_asked(pack, name, day):
                yield code(name), pack.head.aliases[0], found.what, found.why


def _proves(source: str, day: date, pack: Pack) -> str:
    """life, loss, or read without counting where no list of the region names the source."""
    found = pack.sources(day).get(source)
    lists = [setting.value for key in SOURCE_LISTS if (setting := pack.find_setting(key, day))]
    if found is None:
        return "—"
    return found.evidence if any(source in listed for listed in lists) else "not counted"


def _sources(packs: list[Pack], day: date) -> str:
    """Every list of a department that some region understands, and what it can prove there."""
    known = [pack.sources(day) for pack in packs]
    codes = dict.fromkeys(code for found in known for code in found)
    rows = []
    for one in codes:
        title = next(found[one].title for found in known if one in found)
        rows.append((code(one), title, *map(partial(_proves, one, day), packs)))
    columns = [pack.head.aliases[0] for pack in packs]
    return "\n## Lists of departments\n\n" + table(("source", "what", *columns), rows)


def _heads(packs: list[Pack]) -> str:
    rows = []
    for pack in packs:
        texts = [
            f"{head.number}（{'征求意见稿' if head.status != 'in force' else '有效'}）"
            for head in pack.documents.values()
            if head.prefix
        ]
        chain = " → ".join(files.head.code for files in pack.chain)
        rows.append(
            (pack.code, pack.name, pack.status, chain, "、".join(dict.fromkeys(texts)) or "none of its own")
        )
    return table(("code", "name", "status", "inherits", "texts with clauses"), rows)


def page() -> str:
    """The whole page."""
    packs = leaves()
    day = max(pack.head.last_verified_on for pack in packs)
    return "".join(
        (
            HEAD.format(day=day),
            "\n## The regions\n\n",
            _heads(packs),
            _settings(packs, day),
            _parameters(packs, day),
            _sources(packs, day),
            "\n## Gaps declared\n\n",
            table(("parameter", "region", "what is missing", "why"), _gaps(packs, day)),
        )
    )
