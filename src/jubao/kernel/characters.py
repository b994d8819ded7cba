"""Folding of the characters that Chinese spreadsheets hide in a cell: full-width forms, zero-width marks, apostrophes.

Only forms that mean the same are folded, and only those an engine can fold with TRANSLATE; NFKC would also turn ``②``
into a digit. Example: ``fold("\\u200b＇５００１１０　")`` is ``500110``.
"""

from __future__ import annotations

# Marks that print nothing: zero-width space and joiners, direction marks, word joiner, soft hyphen, BOM.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
APOSTROPHES = "'‘’`"

_FOLD: dict[int, int | str | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= {ord(mark): None for mark in INVISIBLE}
_FOLD |= {0x3000: " ", 0x00A0: " ", 0xFFE5: "¥"}


def fold(text: str) -> str:
    """The text with full-width forms narrowed, invisible marks removed, trimmed, and one leading apostrophe taken off.

    The apostrophe is what Excel shows when a number was entered as text.
    """
    folded = text.translate(_FOLD).strip()
    return folded[1:].strip() if folded[:1] and folded[0] in APOSTROPHES else folded


def shown(text: str) -> str:
    """The text as an error message may quote it: one line, at most 30 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 30 else line[:29] + "…"
