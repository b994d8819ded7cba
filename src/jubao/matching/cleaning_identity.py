"""SQL for identity numbers: the canonical text, the int64 key and the code of what is wrong, as ``IdNumber.parse`` gives them.

A clean number of eighteen characters takes the fast way: one cast of its first seventeen digits, no regular expression.
The checksum is integer arithmetic: with weights 2^i the sum of the digits of n is ``n - 4·Σ 2^i·(n div 10^i)``. Example:
``'500110630815002`` (apostrophe, fifteen digits) gives ``500110196308150026``, key 50011019630815002, code NULL.

One thing goes beyond the kernel: a disability certificate number is an identity number with two digits behind it (kind,
grade); twenty characters of that form are cut to eighteen first.
"""

from __future__ import annotations

import re
from datetime import date

from jubao.kernel.id_number import CHECK_CHARACTERS, PROVINCES, clean_id_text
from jubao.matching.cleaning_dates import last_day
from jubao.matching.cleaning_text import BLANKS, LOWER, UPPER, Layer, digits_only, fold_layers, number_in
from jubao.matching.rejects import quoted

_PROVINCES = sorted(int(code) for code in PROVINCES)
_DISABILITY = re.compile(r"[0-9]{17}.[1-7][1-4]")
DIGIT_SUM = "{n} - 4 * (" + " + ".join(f"{2**i} * ({{n}} // {10**i})" for i in range(1, 17)) + ")"


def cut_disability_number(text: str) -> str:
    """The identity number in a disability certificate number (18 + kind 1-7 + grade 1-4); any other text unchanged."""
    cleaned = clean_id_text(text)
    return cleaned[:18] if _DISABILITY.fullmatch(cleaned) else text


def _ruined(t: str) -> str:
    """SQL condition: Excel kept the number as a number (``5.00110E+17``, ``…000.0``, or fifteen digits and 000)."""
    mantissa, power = f"substr({t}, 1, {t}e - 1)", f"substr({t}, {t}e + 1)"
    scientific = (
        f"{t}e > 1 AND translate({mantissa}, '0123456789', '') IN ('', '.') AND substr({t}, 1, 1) <> '.'"
        f" AND ({t}e = 2 OR substr({t}, 2, 1) = '.')"
        f" AND translate({power}, '0123456789', '') IN ('', '+') AND strpos({power}, '+') <= 1"
        f" AND length(replace({power}, '+', '')) BETWEEN 1 AND 2"
    )
    decimal = f"length({t}) > 19 AND substr({t}, 19, 1) = '.' AND replace(substr({t}, 20), '0', '') = ''"
    rounded = (
        f"(length({t}) = 18 OR ({decimal})) AND substr({t}, 16, 3) = '000' AND {digits_only(f'substr({t}, 1, 18)')}"
        f" AND {t}r <> 1"
    )
    return f"(({scientific}) OR ({rounded}))"


def _impossible_birth(y: str, m: str, d: str, today: date | None) -> str:
    late = f" OR {y} * 10000 + {m} * 100 + {d} > {today:%Y%m%d}" if today is not None else ""
    return f"({y} < 1850 OR {y} > 2199 OR {m} < 1 OR {m} > 12 OR {d} < 1 OR {d} > {last_day(y, m)}{late})"


def _text_layers(column: str, t: str) -> list[Layer]:
    """Layers from the cell to its canonical text ``{t}``, its seventeen digits ``{t}n`` and whether it took the fast way."""
    is_lettered = f"translate(substr({t}, 1, 3), {quoted(UPPER)}, '') = ''"
    old_foreign = f"length({t}) = 15 AND {is_lettered} AND {digits_only(f'substr({t}, 4)')}"
    is_disability = (
        f"length({t}d) = 20 AND {digits_only(f'substr({t}d, 1, 17)')}"
        f" AND strpos('1234567', substr({t}d, 19, 1)) > 0 AND strpos('1234', substr({t}d, 20, 1)) > 0"
    )
    is_clean = f"{t}i >= 10000000000000000 AND {t}v >= 0 AND CAST({t}i AS VARCHAR) = substr({column}, 1, 17)"
    seventeen = (
        f"CASE WHEN {t}q THEN NULL WHEN {t}o THEN substr({t}, 1, 6) || '19' || substr({t}, 7)"
        f" WHEN length({t}) >= 18 AND {digits_only(f'substr({t}, 1, 17)')} THEN substr({t}, 1, 17) END"
    )
    return [
        {
            f"{t}i": f"CASE WHEN length({column}) = 18 THEN TRY_CAST(substr({column}, 1, 17) AS BIGINT) END",
            f"{t}v": f"CASE WHEN length({column}) = 18 THEN strpos('0123456789X', substr({column}, 18, 1)) - 1 END",
        },
        {f"{t}q": f"COALESCE({is_clean}, FALSE)"},
        {f"{t}s": f"CASE WHEN {t}q THEN NULL ELSE {column} END"},
        *fold_layers(f"{t}s", f"{t}g"),
        {f"{t}d": f"translate({t}g, {quoted(LOWER + BLANKS)}, {quoted(UPPER)})"},
        {t: f"CASE WHEN {t}q THEN {column} WHEN {is_disability} THEN substr({t}d, 1, 18) ELSE {t}d END"},
        {
            f"{t}o": f"CASE WHEN {t}q THEN FALSE ELSE length({t}) = 15 AND {digits_only(t)} END",
            f"{t}f": f"CASE WHEN {t}q THEN FALSE ELSE {old_foreign} END",
            f"{t}e": f"CASE WHEN {t}q THEN 0 ELSE strpos({t}, 'E') END",
        },
        {f"{t}7": seventeen},
        {f"{t}n": f"CASE WHEN {t}q THEN {t}i ELSE TRY_CAST({t}7 AS BIGINT) END"},
    ]


def _check_layers(t: str, today: date | None) -> list[Layer]:
    """Layers for the check character, the birth and the province, and ``{t}h``: the number is good beyond doubt.

    Nearly every number is; one short condition says so and spares it the search for what is wrong.
    """
    check = (
        "CASE "
        + " ".join(f"WHEN {t}r = {i} THEN {quoted(c)}" for i, c in enumerate(CHECK_CHARACTERS))
        + " END"
    )
    # A foreign card of 2023 writes 9, then the province.
    is_card = f"{t}n >= 90000000000000000 AND NOT {t}o"
    province = f"CASE WHEN {is_card} THEN ({t}n // 100000000000000) % 100 ELSE {t}n // 1000000000000000 END"
    last_year = (today or date(2200, 1, 1)).year - 1
    good = (
        f"{t}q AND ({t}r + {t}v) % 11 = 1 AND {t}y BETWEEN 1850 AND {last_year} AND {t}m BETWEEN 1 AND 12"
        f" AND {t}a BETWEEN 1 AND 28 AND {number_in(f'{t}n // 1000000000000000', _PROVINCES)}"
    )
    return [
        {f"{t}r": f"(2 * ({DIGIT_SUM.format(n=f'{t}n')})) % 11"},
        {
            f"{t}y": f"({t}n // 10000000) % 10000",
            f"{t}m": f"({t}n // 100000) % 100",
            f"{t}a": f"({t}n // 1000) % 100",
        },
        {f"{t}h": good},
        {f"{t}k": f"CASE WHEN {t}h THEN NULL ELSE {check} END"},
        {
            f"{t}c": f"CASE WHEN {t}h THEN NULL WHEN {t}o THEN {t}k ELSE substr({t}, 18, 1) END",
            f"{t}p": f"CASE WHEN {t}h THEN NULL ELSE {province} END",
        },
    ]


def identity_layers(column: str, today: date | None) -> list[Layer]:
    """Layers that give ``<column>_text``, ``<column>_key`` and ``<column>_code``; text and key are NULL where a code is set."""
    t = f"{column}__t"
    code = (
        f"CASE WHEN {t}h THEN NULL WHEN COALESCE({t}, '') = '' THEN 'ID_EMPTY'"
        f" WHEN NOT {t}q AND {_ruined(t)} THEN 'ID_SCIENTIFIC'"
        f" WHEN {t}q AND {t}n % 100 = 0 AND {t}c = '0' AND {t}r <> 1 THEN 'ID_SCIENTIFIC'"
        f" WHEN length({t}) NOT IN (15, 18) THEN 'ID_LENGTH' WHEN {t}f THEN NULL"
        f" WHEN {t}n IS NULL OR ({t}c <> 'X' AND NOT {digits_only(f'{t}c')}) THEN 'ID_CHARACTERS'"
        f" WHEN {t}k <> {t}c THEN 'ID_CHECKSUM'"
        f" WHEN {_impossible_birth(f'{t}y', f'{t}m', f'{t}a', today)} THEN 'ID_BIRTH_DATE'"
        f" WHEN NOT {number_in(f'{t}p', _PROVINCES)} THEN 'ID_REGION' END"
    )
    refused = f"{column}_code IS NOT NULL"
    text = f"CASE WHEN {t}h THEN {column} WHEN {refused} THEN NULL WHEN {t}o THEN {t}7 || {t}k ELSE {t} END"
    key = f"CASE WHEN {t}h THEN {t}n WHEN {refused} THEN NULL WHEN {t}f THEN 0 ELSE {t}n END"
    return [
        *_text_layers(column, t),
        *_check_layers(t, today),
        {f"{column}_code": code},
        {f"{column}_text": text, f"{column}_key": key},
    ]
