"""SQL for days and months as they stand in cells, as ``kernel.dates.parse_date`` and ``Month.parse`` read them.

``2024-05-17`` and ``20240517`` take the fast way. Everything else is taken apart from left to right: year, mark, month, mark,
day, time. Example: ``2024年5月17日 10:30`` and ``45429`` give DATE 2024-05-17; ``2024-02-30`` gives DATE_IMPOSSIBLE.
"""

from __future__ import annotations

from jubao.matching.cleaning_text import Layer, digits_only, fold_layers, left_trimmed, one_of, shape

_TIMES = ["0:00", "00:00", "0:00:00", "00:00:00"]
_TIMES += [f"{start}.{'0' * count}" for start in _TIMES[2:] for count in range(1, 10)]
_SERIALS = [
    f"{whole}{part}" for whole in ("0000", "00000") for part in ("", *(f".{'0' * n}" for n in range(1, 16)))
]


def last_day(y: str, m: str) -> str:
    """SQL for the number of days of a month."""
    leap = f"({y} % 4 = 0 AND ({y} % 100 <> 0 OR {y} % 400 = 0))"
    return f"CASE WHEN {m} IN (4, 6, 9, 11) THEN 30 WHEN {m} = 2 AND {leap} THEN 29 WHEN {m} = 2 THEN 28 ELSE 31 END"


def _leading_digits(text: str) -> str:
    """SQL for how many digits, at most two, a text begins with."""
    start = shape(f"substr({text}, 1, 2)")
    return f"CASE WHEN {start} = '00' THEN 2 WHEN substr({start}, 1, 1) = '0' THEN 1 ELSE 0 END"


def _parts_layers(t: str, *, month_only: bool) -> list[Layer]:
    """Layers from the folded text ``{t}f``: year text, month text, day text, what follows, and whether marks agree."""
    day_digits = (
        # The hour may stand right behind the day: 2024-05-12:00 is the first of May at two o'clock.
        f"CASE WHEN {shape(f'substr({t}3, 1, 3)')} = '00:' THEN 1 ELSE {_leading_digits(f'{t}3')} END"
        if not month_only
        else _leading_digits(f"{t}3")
    )
    return [
        {f"{t}p": f"{shape(f'substr({t}f, 1, 8)')} = '00000000'", f"{t}r": left_trimmed(f"substr({t}f, 5)")},
        {f"{t}a": f"substr({t}r, 1, 1)", f"{t}1": left_trimmed(f"substr({t}r, 2)")},
        {f"{t}k": _leading_digits(f"{t}1")},
        {f"{t}m": f"substr({t}1, 1, {t}k)", f"{t}2": left_trimmed(f"substr({t}1, {t}k + 1)")},
        {f"{t}b": f"substr({t}2, 1, 1)", f"{t}3": left_trimmed(f"substr({t}2, 2)")},
        {f"{t}l": day_digits},
        {f"{t}d": f"substr({t}3, 1, {t}l)", f"{t}4": f"substr({t}3, {t}l + 1)"},
    ]


def _civil_layers(t: str) -> list[Layer]:
    """Layers that turn the serial day ``{t}z`` into year, month, day with integers only (era, year, day of year)."""
    return [
        {f"{t}z0": f"{t}z + 693899"},
        {f"{t}ze": f"{t}z0 // 146097"},
        {f"{t}zd": f"{t}z0 - {t}ze * 146097"},
        {f"{t}zy": f"({t}zd - {t}zd // 1460 + {t}zd // 36524 - {t}zd // 146096) // 365"},
        {f"{t}zo": f"{t}zd - (365 * {t}zy + {t}zy // 4 - {t}zy // 100)"},
        {f"{t}zm": f"(5 * {t}zo + 2) // 153"},
        {
            f"{t}za": f"{t}zo - (153 * {t}zm + 2) // 5 + 1",
            f"{t}zn": f"CASE WHEN {t}zm < 10 THEN {t}zm + 3 ELSE {t}zm - 9 END",
        },
        {f"{t}zx": f"{t}zy + {t}ze * 400 + CASE WHEN {t}zn <= 2 THEN 1 ELSE 0 END"},
    ]


def _number_layer(t: str, column: str, place: tuple[int, int], parsed: str, civil: str, name: str) -> Layer:
    """One of year, month, day as a number: cut from the fast forms, from the packed form, from the parts, or civil.

    ``place`` is where it stands in 2024-05-17 and in 20240517; the year stands first in both.
    """
    length = 4 if name == "yy" else 2
    dashed, packed = place
    text = (
        f"CASE WHEN {t}q = 1 THEN substr({column}, {dashed}, {length}) WHEN {t}q = 2 THEN substr({column}, {packed}, {length})"
        f" WHEN {t}w AND {t}p THEN substr({t}f, {packed}, {length}) WHEN {t}w THEN {parsed} END"
    )
    return {f"{t}{name}": f"CASE WHEN {t}z IS NOT NULL THEN {civil} ELSE CAST({text} AS INTEGER) END"}


def _possible(t: str, first_year: int) -> str:
    """SQL condition: the calendar has this day."""
    days = last_day(f"{t}yy", f"{t}mm")
    return f"{t}yy BETWEEN {first_year} AND 2199 AND {t}mm BETWEEN 1 AND 12 AND {t}dd BETWEEN 1 AND {days}"


def _day_layers(t: str) -> list[Layer]:
    """Layers that say whether the parts make a day with an optional time, and which serial number the text may be."""
    serial = (
        f"{one_of(shape(f'{t}f'), _SERIALS)} AND substr({t}f, 1, 1) <> '0'"
        f" AND (strpos('3456789', substr({t}f, 1, 1)) > 0 OR {digits_only(f'substr({t}f, 5, 1)')} AND length({t}f) >= 5)"
    )
    five = f"CASE WHEN {shape(f'substr({t}f, 5, 1)')} = '0' THEN 5 ELSE 4 END"
    behind = left_trimmed(f"{t}4")
    rest = (
        f"CASE WHEN {t}p THEN substr({t}f, 9) WHEN {t}a <> '年' THEN {t}4"
        f" WHEN substr({behind}, 1, 1) = '日' THEN substr({behind}, 2) ELSE {behind} END"
    )
    marks = f"({t}a IN ('-', '/', '.') AND {t}b = {t}a OR {t}a = '年' AND {t}b = '月')"
    time = f"CASE WHEN substr({t}5, 1, 1) = 'T' THEN substr({t}5, 2) ELSE {t}5 END"
    well_formed = (
        f"{shape(f'substr({t}f, 1, 4)')} = '0000' AND ({t}p OR {marks} AND {t}k > 0 AND {t}l > 0)"
        f" AND ({t}5 = '' OR {one_of(shape(f'{t}6'), _TIMES)})"
    )
    return [
        {f"{t}5": rest},
        {f"{t}6": left_trimmed(time)},
        {
            f"{t}w": well_formed,
            f"{t}z": f"CASE WHEN {serial} THEN CAST(substr({t}f, 1, {five}) AS INTEGER) END",
        },
    ]


def date_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (DATE) and ``<column>_code`` (DATE_EMPTY, DATE_UNREADABLE, DATE_IMPOSSIBLE)."""
    t = f"{column}__d"
    dashed, packed = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "^[0-9]{8}$"
    fast = f"CASE WHEN regexp_matches({column}, '{dashed}') THEN 1 WHEN regexp_matches({column}, '{packed}') THEN 2 ELSE 0 END"
    code = (
        f"CASE WHEN {t}q = 0 AND COALESCE({t}f, '') = '' THEN 'DATE_EMPTY' WHEN {t}yy IS NULL THEN 'DATE_UNREADABLE'"
        f" WHEN NOT ({_possible(t, 1850)}) THEN 'DATE_IMPOSSIBLE' END"
    )
    day = f"make_date(CAST({t}yy AS INTEGER), CAST({t}mm AS INTEGER), CAST({t}dd AS INTEGER))"
    return [
        {f"{t}q": fast},
        {f"{t}s": f"CASE WHEN {t}q > 0 THEN NULL ELSE {column} END"},
        *fold_layers(f"{t}s", f"{t}f"),
        *_parts_layers(t, month_only=False),
        *_day_layers(t),
        *_civil_layers(t),
        {
            **_number_layer(t, column, (1, 1), f"substr({t}f, 1, 4)", f"{t}zx", "yy"),
            **_number_layer(t, column, (6, 5), f"{t}m", f"{t}zn", "mm"),
            **_number_layer(t, column, (9, 7), f"{t}d", f"{t}za", "dd"),
        },
        {f"{column}_code": code},
        {f"{column}_value": f"CASE WHEN {column}_code IS NULL THEN {day} END"},
    ]


def month_layers(column: str) -> list[Layer]:
    """Layers that give ``<column>_value`` (INTEGER, year * 12 + month - 1) and ``<column>_code`` (MONTH_EMPTY, …)."""
    t = f"{column}__m"
    opening = f"{t}a IN ('-', '/', '.', '年') AND {t}k > 0 AND {shape(f'substr({t}f, 1, 4)')} = '0000'"
    day_rest = f"CASE WHEN substr({t}4, 1, 1) = '日' THEN substr({t}4, 2) ELSE {t}4 END"
    is_time = (
        f"substr({t}5, 1, 1) IN (' ', 'T') AND length({t}5) BETWEEN 5 AND 16"
        f" AND translate(substr({t}5, 2), '0123456789:.', '') = ''"
    )
    has_day = f"{t}b IN ('-', '/', '.', '月') AND {t}l > 0 AND ({t}5 = '' OR {is_time})"
    way = f"CASE WHEN {t}6 THEN 1 WHEN NOT ({opening}) THEN 0 WHEN {t}2 IN ('', '月') THEN 1 WHEN {has_day} THEN 2 ELSE 0 END"
    month = f"CASE WHEN {t}6 THEN substr({t}f, 5, 2) WHEN {t}w > 0 THEN {t}m END"
    code = (
        f"CASE WHEN COALESCE({t}f, '') = '' THEN 'MONTH_EMPTY' WHEN {t}w = 0 THEN 'MONTH_UNREADABLE'"
        f" WHEN NOT ({_possible(t, 1900)}) THEN 'MONTH_IMPOSSIBLE' END"
    )
    return [
        *fold_layers(column, f"{t}f"),
        *_parts_layers(t, month_only=True),
        {f"{t}5": day_rest, f"{t}6": f"{shape(f'{t}f')} = '000000'"},
        {f"{t}w": way},
        {
            f"{t}yy": f"CAST(CASE WHEN {t}w > 0 THEN substr({t}f, 1, 4) END AS INTEGER)",
            f"{t}mm": f"CAST({month} AS INTEGER)",
            f"{t}dd": f"CAST(CASE WHEN {t}w = 2 THEN {t}d ELSE '1' END AS INTEGER)",
        },
        {f"{column}_code": code},
        {f"{column}_value": f"CASE WHEN {column}_code IS NULL THEN {t}yy * 12 + {t}mm - 1 END"},
    ]
