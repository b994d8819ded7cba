"""SQL for folding the text of a cell and for cleaning names; the folding is that of ``kernel.characters.fold``.

Every step is a column of its own in a nested subquery (a ``Layer``), because engines evaluate an expression as often as it is
written. Example: the name ``张　三`` becomes ``张三``, ``買買提•艾山`` becomes ``買買提·艾山``, ``li  ming`` becomes ``LI MING``.
"""

from __future__ import annotations

from collections.abc import Iterable

from jubao.kernel.characters import INVISIBLE
from jubao.matching.reading_encoding import PRIVATE_USE
from jubao.matching.rejects import quoted

Layer = dict[str, str]

# What Python takes for white space besides the space, the tab and the two that are folded to a space.
SPACES = "\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029\u202f\u205f" + "".join(
    map(chr, range(0x2000, 0x200B))
)
BLANKS = " \t"
CLEAN = "^[0-9A-Za-z.:/一-鿿-]+$"
LOWER, UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DOTS = "•・‧∙⋅･∘●。｡"
VARIATION = "".join(chr(c) for c in range(0xFE00, 0xFE10))
# Two blanks stay apart, a space and any other, because the kernel takes only the space out of amounts.
_FROM = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0\uffe5" + SPACES + INVISIBLE
_TO = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  ¥" + "\t" * len(SPACES)


def digits_only(expression: str) -> str:
    """SQL condition: nothing but ASCII digits (also true for an empty text)."""
    return f"translate({expression}, '0123456789', '') = ''"


def shape(expression: str) -> str:
    """SQL for the text with every digit written as 0, so that a finite list of shapes can be compared."""
    return f"translate({expression}, '123456789', '000000000')"


def one_of(expression: str, texts: Iterable[str]) -> str:
    """SQL condition: the text is one of a list. A long IN becomes a join in DuckDB, which then computes every branch."""
    listed = "|" + "|".join(texts) + "|"
    return f"(strpos({quoted(listed)}, '|' || {expression} || '|') > 0 AND strpos({expression}, '|') = 0)"


def number_in(expression: str, numbers: Iterable[int]) -> str:
    """SQL condition: the number is one of a list, written as ranges for the same reason."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "(" + " OR ".join(f"{expression} BETWEEN {low} AND {high}" for low, high in ranges) + ")"


def trimmed(expression: str) -> str:
    """SQL for the text without blanks at both ends, after folding."""
    return f"trim({expression}, {quoted(BLANKS)})"


def left_trimmed(expression: str) -> str:
    """SQL for the text without blanks at its beginning, after folding."""
    return f"ltrim({expression}, {quoted(BLANKS)})"


def fold_layers(source: str, name: str) -> list[Layer]:
    """Layers that end with the column ``name``: the folded text of ``source``; NULL stays NULL.

    A cell of characters that folding leaves alone is taken as it stands: the long translation costs forty times as
    much, so only the other cells go through it.
    """
    folded = trimmed(f"translate({name}_s, {quoted(_FROM)}, {quoted(_TO)})")
    apostrophes = f"substr({name}_0, 1, 1) IN ('''', '‘', '’', '`')"
    opened = f"CASE WHEN {apostrophes} THEN {trimmed(f'substr({name}_0, 2)')} ELSE {name}_0 END"
    return [
        {f"{name}_q": f"COALESCE(regexp_matches({source}, {quoted(CLEAN)}), FALSE)"},
        {f"{name}_s": f"CASE WHEN {name}_q THEN NULL ELSE {source} END"},
        {f"{name}_0": folded},
        {name: f"CASE WHEN {name}_q THEN {source} ELSE {opened} END"},
    ]


def name_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_clean`` and ``<column>_code`` (NAME_EMPTY, NAME_DAMAGED or NULL).

    A name of common characters only is taken as it stands. Otherwise: folded, dots made one, blanks taken out between Chinese
    characters and reduced to one space in Latin script, letters in upper case.
    """
    n = f"{column}__n"
    private = "".join(chr(c) for c in PRIVATE_USE)
    public = private.translate(PRIVATE_USE)
    dotted = f"translate({n}f, {quoted(DOTS + private + LOWER + VARIATION)}, {quoted('·' * len(DOTS) + public + UPPER)})"
    one_space = f"replace({n}u, {quoted(chr(9))}, ' ')"
    for _round in range(4):
        one_space = f"replace({one_space}, '  ', ' ')"
    closed = f"translate({n}u, {quoted('.' + BLANKS)}, '·')"
    is_latin = f"length(translate({n}u, {quoted(UPPER)}, '')) < length({n}u)"
    return [
        {f"{n}q": f"regexp_matches({column}, '^[一-鿿]+$')"},
        {f"{n}s": f"CASE WHEN {n}q THEN NULL ELSE {column} END"},
        *fold_layers(f"{n}s", f"{n}f"),
        {f"{n}u": dotted},
        {f"{n}c": f"CASE WHEN {is_latin} THEN {one_space} ELSE {closed} END"},
        {
            f"{column}_clean": f"CASE WHEN {n}q THEN {column} WHEN {n}c <> '' THEN {n}c END",
            f"{column}_code": f"CASE WHEN {n}q THEN NULL WHEN COALESCE({n}c, '') = '' THEN 'NAME_EMPTY'"
            f" WHEN strpos({n}c, '?') > 0 OR strpos({n}c, '\ufffd') > 0 THEN 'NAME_DAMAGED' END",
        },
    ]
