"""The compiled kernels for more than a million rows: read a number, hash a name, find the person, collect the facts.

Worked example: the eighteen bytes `500110195003020011` whose check digit holds give the key 50011019500302001; the same number
with a space in it gives 0 and goes the slow way through the SQL of `cleaning`, which knows every form. So the kernel can
only be stricter than the cleaning, never differ from it.

Compiled by numba (extra `[fast]`) and kept on disk; nothing below a million rows imports this module.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from jubao.kernel.id_number import PROVINCES

MIX = np.uint64(0x9E3779B97F4A7C15)
FNV_START = np.uint64(1469598103934665603)
FNV_STEP = np.uint64(1099511628211)
MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
PROVINCE = np.zeros(100, np.bool_)
for _code in PROVINCES:
    PROVINCE[int(_code)] = True


@njit(cache=True, nogil=True, inline="always")
def _is_birth(number: int) -> bool:
    """Whether digits 7-14 of the seventeen are a day of the calendar between 1850 and 2199."""
    date = (number // 1000) % 100_000_000
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if year < 1850 or year > 2199 or month < 1 or month > 12 or day < 1 or day > MONTH_DAYS[month]:
        return False
    if month == 2 and day == 29:
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return True


@njit(cache=True, nogil=True, inline="always")
def key_of(data: np.ndarray, start: int, end: int) -> int:
    """The key of a number written in exactly eighteen plain characters and valid in every respect, else 0.

    ISO 7064 MOD 11-2: with p the digits read in base 2, the number is valid iff (2p + check) mod 11 is 1.
    """
    if end - start != 18:
        return np.int64(0)
    number, weighted = np.int64(0), np.int64(0)
    for i in range(17):
        digit = np.int64(data[start + i]) - 48
        if digit < 0 or digit > 9:
            return np.int64(0)
        number = number * 10 + digit
        weighted = weighted * 2 + digit
    last = np.int64(data[start + 17])
    check = np.int64(10) if last in (88, 120) else last - 48
    if check < 0 or check > 10 or (check == 10 and last not in (88, 120)):
        return np.int64(0)
    if (2 * weighted + check) % 11 != 1 or not _is_birth(number):
        return np.int64(0)
    first = number // 10_000_000_000_000_000
    province = number // 100_000_000_000_000 % 100 if first == 9 else number // 1_000_000_000_000_000
    return number if PROVINCE[province] else np.int64(0)


@njit(cache=True, nogil=True, inline="always")
def name_hash_of(data: np.ndarray, start: int, end: int) -> int:
    """A 64-bit hash of a name of plain Chinese characters; 0 for anything that has to be cleaned first."""
    if end <= start or (end - start) % 3 != 0:
        return np.int64(0)
    hashed = FNV_START
    for i in range(start, end, 3):
        if data[i] < 0xE4 or data[i] > 0xE9:
            return np.int64(0)
        for k in range(3):
            hashed = (hashed ^ np.uint64(data[i + k])) * FNV_STEP
    return np.int64(hashed)


@njit(cache=True, nogil=True, inline="always")
def any_hash_of(data: np.ndarray, start: int, end: int) -> int:
    """The same hash of a name already cleaned, whatever its characters; 0 for none."""
    if end <= start:
        return np.int64(0)
    hashed = FNV_START
    for i in range(start, end):
        hashed = (hashed ^ np.uint64(data[i])) * FNV_STEP
    return np.int64(hashed)


@njit(cache=True, nogil=True, parallel=True)
def keys_and_hashes(ids, id_at, names, name_at, keys, hashes):  # type: ignore[no-untyped-def]
    """Fill keys and hashes of a batch; a 0 in either sends the row the slow way."""
    for i in prange(keys.size):
        keys[i] = key_of(ids, id_at[i], id_at[i + 1])
        hashes[i] = name_hash_of(names, name_at[i], name_at[i + 1])


@njit(cache=True, nogil=True)
def hash_cleaned(names, name_at, hashes):  # type: ignore[no-untyped-def]
    """Hashes of cleaned names."""
    for i in range(hashes.size):
        hashes[i] = any_hash_of(names, name_at[i], name_at[i + 1])


@njit(cache=True, nogil=True, inline="always")
def _slot(key: int, mask: int) -> int:
    mixed = np.uint64(key)
    mixed ^= mixed >> np.uint64(32)
    mixed *= MIX
    mixed ^= mixed >> np.uint64(29)
    return np.int64(mixed & np.uint64(mask))


@njit(cache=True, nogil=True)
def build(keys, table_keys, table_rows, following):  # type: ignore[no-untyped-def]
    """The hash table of the roster. Rows of one number hang in a chain through `following`, in roster order."""
    mask = table_keys.size - 1
    for i in range(keys.size - 1, -1, -1):
        key = keys[i]
        following[i] = -1
        if key == 0:
            continue
        at = _slot(key, mask)
        while table_keys[at] != 0 and table_keys[at] != key:
            at = (at + 1) & mask
        if table_keys[at] == key:
            following[i] = table_rows[at]
        table_keys[at] = key
        table_rows[at] = i


@njit(cache=True, nogil=True, parallel=True)
def probe(keys, table_keys, table_rows, found):  # type: ignore[no-untyped-def]
    """The first roster row of each key, -1 for none."""
    mask = table_keys.size - 1
    for i in prange(keys.size):
        key = keys[i]
        row = np.int32(-1)
        if key != 0:
            at = _slot(key, mask)
            while table_keys[at] != 0:
                if table_keys[at] == key:
                    row = table_rows[at]
                    break
                at = (at + 1) & mask
        found[i] = row


def table_size(rows: int) -> int:
    """A power of two that leaves the table at most 60 % full."""
    return 1 << max(4, int(np.ceil(np.log2(rows * 1.7 + 1))))
