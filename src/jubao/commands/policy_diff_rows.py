"""Rows of a comparison of two packs: the two sides, who a row is about, the first ones in full and the rest counted.

Worked example: `shown_row({'row': 7, 'name': '张桂芳'})` begins with 第 7 行; the identity number is masked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jubao.kernel.id_number import mask_id
from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.matching.reading_input import Input


SHOWN = 50


SIDES = ("a", "b")


def person_columns(inp: Input) -> list[str]:
    """The columns of a file that say who somebody is."""
    return [name for name in ("personal_number", "id_number", "name") if name in inp.columns]


def shown_person(columns: Sequence[str], values: Sequence[object]) -> dict[str, Any]:
    """Who a row is about, the identity number masked."""
    texts = {name: "" if value is None else str(value) for name, value in zip(columns, values, strict=True)}
    return {name: mask_id(text) if name == "id_number" else text for name, text in texts.items()}


def shown_row(row: dict[str, Any]) -> str:
    """Row number, numbers and name of one change."""
    who = "  ".join(row[name] for name in ("personal_number", "id_number", "name") if row.get(name))
    return _("第 {row} 行").format(row=row["row"]) + f"  {who}"


def listed(changes: list[dict[str, Any]], line: Callable[[dict[str, Any]], str]) -> list[str]:
    """One line per change, the first ones in full and the rest counted."""
    lines = [f"  {line(row)}" for row in changes[:SHOWN]]
    if len(changes) > SHOWN:
        lines.append(_("其余 {count} 人见 --json。").format(count=len(changes) - SHOWN))
    return lines
