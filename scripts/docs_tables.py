"""Markdown tables of the generated pages. Example: `table(("a",), [("x|y",)])` escapes the bar inside the cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """Text that cannot break its row."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its head, one line per row."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell(part) for part in row)} |\n" for row in lines)


def code(text: object) -> str:
    """Text set as an identifier."""
    return f"`{text}`"
