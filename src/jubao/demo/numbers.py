"""Identity numbers as bytes: built for a whole column at once, and spoiled in the ways in which departments spoil them.

The check character is the sum of three looked-up parts (area, birth day, sequence), so a clean column costs a few
table lookups; only the rows whose length changes (15 digits, full width, spaces) are written one by one.

    >>> from jubao.kernel.id_number import IdNumber
    >>> table = NumberTable("5099")
    >>> rows = table.digits(np.array([3]), np.array([-2330]), np.array([26]))
    >>> IdNumber.parse(bytes(rows[0]).decode()).birth_date.isoformat()
    '1963-08-15'
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.demo.counter import Integers
from jubao.demo.rates import NUMBER_DIRT

Bytes = NDArray[np.uint8]

_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_FIRST_DAY, _DAYS = -25567, 55000  # 1900-01-01 and about 150 years
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CLEAN, FIFTEEN, FULL_WIDTH, SPACED, WRONG_CHECK, SWAPPED, MISSING, LOWER_X = range(len(NUMBER_DIRT) + 1)
UNUSABLE = (WRONG_CHECK, SWAPPED, MISSING)
# Areas 100 and up stand for people with other papers; their codes are assigned to nobody.
PERMIT_AREA = 100


_FOUR = np.frombuffer("".join(f"{i:04d}" for i in range(10000)).encode(), np.uint8).reshape(-1, 4)


def sixteen_digits(values: NDArray[np.int64]) -> Bytes:
    """Each value as a row of sixteen digits, four at a time from a table."""
    rows = np.empty((len(values), 16), np.uint8)
    for start in (12, 8, 4, 0):
        values, group = np.divmod(values, 10000)
        rows[:, start : start + 4] = _FOUR[group]
    return rows


def decimal_digits(values: NDArray[np.int64], width: int) -> Bytes:
    """Each value as a row of so many digits."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers % 10 + 48).astype(np.uint8)


class NumberTable:
    """Lookup tables of one district: digits and weighted sums of areas, birth days and sequences."""

    def __init__(self, never_assigned: str) -> None:
        codes = [f"{never_assigned}{i:02d}" for i in range(100)] + [
            "819900",
            "839900",
            f"9{never_assigned[:2]}990",
        ]
        self._areas = np.frombuffer("".join(codes).encode(), np.uint8).reshape(-1, 6)
        days = np.datetime64("1970-01-01") + np.arange(_FIRST_DAY, _FIRST_DAY + _DAYS)
        months = days.astype("datetime64[M]").astype(int)
        in_month = (days - days.astype("datetime64[M]")).astype(int) + 1
        self._days = decimal_digits((months // 12 + 1970) * 10000 + (months % 12 + 1) * 100 + in_month, 8)
        self._sequences = decimal_digits(np.arange(1000), 3)
        parts = ((self._areas, _WEIGHTS[:6]), (self._days, _WEIGHTS[6:14]), (self._sequences, _WEIGHTS[14:]))
        self._sums = [
            ((digits - 48).astype(np.int64) @ weights).astype(np.int16) for digits, weights in parts
        ]

    def digits(self, area: Integers, birth_day: Integers, sequence: Integers) -> Bytes:
        """The 18 characters of each number, one row per person."""
        day = birth_day - _FIRST_DAY
        rows = np.empty((len(area), 18), np.uint8)
        rows[:, :6] = self._areas[area]
        rows[:, 6:14] = self._days[day]
        rows[:, 14:17] = self._sequences[sequence]
        rows[:, 17] = _CHECK[(self._sums[0][area] + self._sums[1][day] + self._sums[2][sequence]) % 11]
        return rows


def _swap_neighbours(rows: Bytes, where: Integers, start: Integers) -> None:
    """Exchange one pair of unequal neighbours between the birth year and the sequence."""
    for row, first in zip(where.tolist(), start.tolist(), strict=True):
        for step in range(10):
            at = 6 + (first + step) % 10
            if rows[row, at] != rows[row, at + 1]:
                rows[row, [at, at + 1]] = rows[row, [at + 1, at]]
                break


def _other_forms(rows: Bytes, kinds: NDArray[np.uint8], variant: Integers) -> list[str]:
    written = []
    for raw, kind, choice in zip(rows, kinds.tolist(), variant.tolist(), strict=True):
        text = raw.tobytes().decode("ascii")
        if kind == FIFTEEN:
            written.append(text[:6] + text[8:17])
        elif kind == FULL_WIDTH:
            written.append(text.translate(_FULL_WIDTH))
        else:
            written.append((" " + text, text + " ", text[:6] + " " + text[6:], text + "\u3000")[choice % 4])
    return written


def spoiled(rows: Bytes, kinds: NDArray[np.uint8], variant: Integers) -> pa.Array:
    """The column of numbers as the department sends it. `rows` is changed in place; `variant` picks among the ways."""
    wrong = np.nonzero(kinds == WRONG_CHECK)[0]
    value = np.where(rows[wrong, 17] == ord("X"), 10, rows[wrong, 17].astype(np.int64) - 48)
    rows[wrong, 17] = ((value + 1 + variant[wrong] % 8) % 10 + 48).astype(np.uint8)
    swapped = np.nonzero(kinds == SWAPPED)[0]
    _swap_neighbours(rows, swapped, variant[swapped])
    small = (kinds == LOWER_X) & (rows[:, 17] == ord("X"))
    rows[small, 17] = ord("x")
    column = as_strings(rows)
    special = (kinds >= FIFTEEN) & (kinds <= SPACED)
    if special.any():
        forms = _other_forms(rows[special], kinds[special], variant[special])
        column = pc.replace_with_mask(column, pa.array(special), pa.array(forms, pa.string()))
    missing = kinds == MISSING
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), column) if missing.any() else column


def as_strings(rows: Bytes) -> pa.StringArray:
    """A matrix of characters, one row per string, without copying the bytes."""
    count, width = rows.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows)))
