"""SQL for amounts, spans of years, yes/no and gender, as ``Fen.from_yuan``, ``parse_years_months``, ``parse_yes_no`` read them.

Example: ``￥1,234.50`` gives 123450 fen; ``17年3个月`` gives 207 months; ``17.3`` is refused as YEARS_DECIMAL; ``有`` gives TRUE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jubao.matching.cleaning_text import LOWER, UPPER, Layer, digits_only, fold_layers, one_of, shape
from jubao.matching.rejects import quoted


def fen_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (BIGINT, fen) and ``<column>_code`` (AMOUNT_EMPTY, AMOUNT_UNREADABLE, …)."""
    t = f"{column}__a"
    first = "substr({0}, 1, 1)".format
    grouped = (
        f"strpos({t}w, ',') BETWEEN 2 AND 4 AND {digits_only(f'''substr({t}w, 1, strpos({t}w, ',') - 1)''')}"
        f" AND replace({shape(f'''substr({t}w, strpos({t}w, ','))''')}, ',000', '') = ''"
    )
    readable = f"{t}w <> '' AND ({digits_only(f'{t}w')} OR ({grouped})) AND {digits_only(f'{t}p')}"
    return [
        {f"{t}q": f"regexp_matches({column}, '^[0-9]{{1,13}}([.][0-9]{{2}})?$')"},
        {f"{t}s": f"CASE WHEN {t}q THEN NULL ELSE {column} END"},
        *fold_layers(f"{t}s", f"{t}f"),
        {f"{t}1": f"CASE WHEN {t}q THEN {column} ELSE replace({t}f, ' ', '') END"},
        {f"{t}2": f"CASE WHEN {first(f'{t}1')} IN ('¥', '$') THEN substr({t}1, 2) ELSE {t}1 END"},
        {f"{t}3": f"CASE WHEN {first(f'{t}2')} IN ('+', '-') THEN substr({t}2, 2) ELSE {t}2 END"},
        {f"{t}4": f"CASE WHEN {first(f'{t}3')} = '¥' THEN substr({t}3, 2) ELSE {t}3 END"},
        {
            f"{t}5": f"CASE WHEN substr({t}4, length({t}4), 1) = '元' THEN substr({t}4, 1, length({t}4) - 1) ELSE {t}4 END"
        },
        {f"{t}d": f"strpos({t}5, '.')"},
        {
            f"{t}w": f"CASE WHEN {t}d > 0 THEN substr({t}5, 1, {t}d - 1) ELSE {t}5 END",
            f"{t}p": f"CASE WHEN {t}d > 0 THEN substr({t}5, {t}d + 1) ELSE '' END",
        },
        {f"{t}n": f"ltrim(replace({t}w, ',', ''), '0')", f"{t}r": readable},
        {
            f"{column}_code": f"CASE WHEN COALESCE({t}1, '') = '' THEN 'AMOUNT_EMPTY' WHEN NOT {t}r THEN 'AMOUNT_UNREADABLE'"
            f" WHEN length({t}p) > 2 THEN 'AMOUNT_DECIMALS' WHEN length({t}n) > 13 THEN 'AMOUNT_TOO_LARGE' END"
        },
        {
            f"{t}v": f"CASE WHEN {column}_code IS NULL THEN TRY_CAST('0' || {t}n || substr({t}p || '00', 1, 2) AS BIGINT) END"
        },
        {f"{column}_value": f"CASE WHEN {first(f'{t}2')} = '-' THEN -{t}v ELSE {t}v END"},
    ]


def years_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (INTEGER, months) and ``<column>_code`` (YEARS_EMPTY, YEARS_DECIMAL, …)."""
    t = f"{column}__y"
    only = ("0个月", "00个月")
    spans = [
        y + rest for y in ("0", "00", "000") for rest in ("", "年", "年0月", "年00月", "年0个月", "年00个月")
    ]
    whole = f"replace({t}1, '年', '')"
    is_decimal = (
        f"strpos({whole}, '.') > 0 AND translate({whole}, '0123456789', '') = '.'"
        f" AND strpos({t}1, '年') IN (0, length({t}1))"
    )
    year = f"CASE WHEN {t}p > 0 THEN substr({t}1, 1, {t}p - 1) ELSE {t}1 END"
    month = f"replace(replace(substr({t}1, {t}p + 1), '个', ''), '月', '')"
    return [
        *fold_layers(column, f"{t}f"),
        {f"{t}1": f"replace({t}f, ' ', '')"},
        {
            f"{t}h": shape(f"{t}1"),
            f"{t}p": f"strpos({t}1, '年')",
        },
        {
            f"{t}o": f"{t}h IN ({', '.join(map(quoted, only))})",
            f"{t}k": f"{one_of(f'{t}h', [*spans, *only])}",
        },
        {
            f"{t}y": f"CASE WHEN {t}k AND NOT {t}o THEN CAST({year} AS INTEGER) WHEN {t}k THEN 0 END",
            f"{t}m": f"CASE WHEN {t}k AND ({t}o OR {t}p > 0 AND {t}p < length({t}1)) THEN CAST({month} AS INTEGER)"
            f" WHEN {t}k THEN 0 END",
        },
        {
            f"{column}_code": f"CASE WHEN COALESCE({t}1, '') = '' THEN 'YEARS_EMPTY' WHEN {is_decimal} THEN 'YEARS_DECIMAL'"
            f" WHEN NOT {t}k THEN 'YEARS_UNREADABLE' WHEN {t}y > 100 OR {t}m > 11 AND NOT {t}o THEN 'YEARS_IMPOSSIBLE' END"
        },
        {f"{column}_value": f"CASE WHEN {column}_code IS NULL THEN {t}y * 12 + {t}m END"},
    ]


def _words_layers(
    column: str, words: Mapping[str, Sequence[str]], empty: str | None, unreadable: str
) -> list[Layer]:
    """Layers for a column with a closed list of words: SQL value -> words that mean it."""
    t = f"{column}__w"
    cases = " ".join(f"WHEN {one_of(f'{t}l', texts)} THEN {value}" for value, texts in words.items())
    known = one_of(f"{t}l", [text for texts in words.values() for text in texts])
    nothing = quoted(empty) if empty else "NULL"
    return [
        *fold_layers(column, f"{t}f"),
        {f"{t}l": f"translate({t}f, {quoted(UPPER)}, {quoted(LOWER)})"},
        {
            f"{column}_value": f"CASE {cases} END",
            f"{column}_code": f"CASE WHEN COALESCE({t}l, '') = '' THEN {nothing} WHEN NOT {known} THEN {quoted(unreadable)} END",
        },
    ]


def yes_no_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (BOOLEAN) and ``<column>_code`` (YES_NO_EMPTY, YES_NO_UNREADABLE)."""
    words = {"TRUE": ("是", "有", "true", "1", "y", "yes"), "FALSE": ("否", "无", "false", "0", "n", "no")}
    return _words_layers(column, words, "YES_NO_EMPTY", "YES_NO_UNREADABLE")


def gender_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (male, female or NULL) and ``<column>_code`` (GENDER_UNREADABLE); blank is no error.

    Exports of the provincial system write 1 and 2, forms write 男 and 女.
    """
    words = {"'male'": ("男", "男性", "1", "m", "male"), "'female'": ("女", "女性", "2", "f", "female")}
    return _words_layers(column, words, None, "GENDER_UNREADABLE")
