"""The compiled kernels for more than a million rows: read a number, hash a name, find the person, collect the facts.

Worked example: the eighteen bytes `500110195003020011` whose check digit holds give the key 50011019500302001; the same number
with a space in it gives 0 and goes the slow way through the SQL of `cleaning`, which knows every form. So the kernel can
only be stricter than the cleaning, never differ from it.

Compiled by numba (extra `[fast]`) and kept on disk; nothing below a million rows imports this module.
"""

# numba types these functions by what they are called with; numpy scalars stand where Python would have ints.
# mypy: disable-error-code="arg-type, return-value, no-untyped-def, no-untyped-call, unused-ignore"
from __future__ import annotations

import numpy as np
from numba import njit

from jubao.kernel.id_number import PROVINCES

MIX, FNV_START, FNV_STEP = map(np.uint64, (0x9E3779B97F4A7C15, 1469598103934665603, 1099511628211))
MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
PROVINCE = np.zeros(100, np.bool_)
PROVINCE[[int(code) for code in PROVINCES]] = True


@njit(cache=True, nogil=True, inline="always")
def _is_birth(number: int) -> bool:
    """Whether digits 7-14 of the seventeen are a day of the calendar between 1850 and 2199."""
    date = (number // 1000) % 100_000_000
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if year < 1850 or year > 2199 or month < 1 or month > 12 or day < 1 or day > MONTH_DAYS[month]:
        return False
    return month != 2 or day != 29 or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


@njit(cache=True, nogil=True, inline="always")
def _checked(number: int, weighted: int, check: int) -> int:
    """The seventeen digits as key if check digit, birth and province hold, else 0.

    ISO 7064 MOD 11-2: with p the digits read in base 2, the number is valid iff (2p + check) mod 11 is 1.
    """
    if (2 * weighted + check) % 11 != 1 or not _is_birth(number):
        return np.int64(0)
    first = number // 10_000_000_000_000_000
    province = number // 100_000_000_000_000 % 100 if first == 9 else number // 1_000_000_000_000_000
    return number if PROVINCE[province] else np.int64(0)


BAD_CHECK, EMPTY = -1, -2
"""Why a number has no key, where the kernel can tell: a figure wrong in a number otherwise well formed, an empty cell."""


@njit(cache=True, nogil=True, inline="always")
def key_of(data: np.ndarray, start: int, end: int) -> int:
    """The key of a number written in exactly eighteen plain characters and valid in every respect, else 0 or why not."""
    if end - start != 18:
        return np.int64(EMPTY if end == start else 0)
    number, weighted = np.int64(0), np.int64(0)
    for i in range(17):
        digit = np.int64(data[start + i]) - 48
        if digit < 0 or digit > 9:
            return np.int64(0)
        number = number * 10 + digit
        weighted = weighted * 2 + digit
    last = np.int64(data[start + 17])
    check = np.int64(10) if last in (88, 120) else last - 48
    if check < 0 or (check > 9 and last not in (88, 120)):
        return np.int64(0)
    if (2 * weighted + check) % 11 != 1:
        # A number that ends in 000 may have been ruined by Excel: the cleaning tells the two apart.
        return np.int64(0 if check == 0 and number % 100 == 0 else BAD_CHECK)
    return _checked(number, weighted, check)


@njit(cache=True, nogil=True)
def loose_key_of(data: np.ndarray, start: int, end: int) -> int:
    """The same for a number with blanks, full-width digits or fifteen digits; 0 leaves it to the SQL of `cleaning`."""
    digits = np.zeros(18, np.int64)
    count, i = 0, start
    while i < end:
        byte = np.int64(data[i])
        if byte in (32, 9):
            i += 1
            continue
        if byte == 0xEF and i + 2 < end:
            byte = (
                ((byte & 15) << 12) | ((np.int64(data[i + 1]) & 63) << 6) | (np.int64(data[i + 2]) & 63)
            ) - 0xFEE0
            i += 3
        elif byte == 0xE3 and i + 2 < end and data[i + 1] == 0x80 and data[i + 2] == 0x80:
            i += 3
            continue
        else:
            i += 1
        if count >= 18:
            return np.int64(0)
        if 48 <= byte <= 57:
            digits[count] = byte - 48
        elif byte in (88, 120) and count == 17:
            digits[count] = 10
        else:
            return np.int64(0)
        count += 1
    number, weighted = np.int64(0), np.int64(0)
    if count == 18:
        for k in range(17):
            number = number * 10 + digits[k]
            weighted = weighted * 2 + digits[k]
        return _checked(number, weighted, digits[17])
    if count != 15:
        return np.int64(0)
    for k in range(15):
        if k == 6:
            number = number * 100 + 19
        number = number * 10 + digits[k]
    first = number // 1_000_000_000_000_000
    return number if _is_birth(number) and PROVINCE[first] else np.int64(0)


DIRTY = -1


@njit(cache=True, nogil=True, inline="always")
def name_hash_of(data: np.ndarray, start: int, end: int) -> int:
    """A 64-bit hash of a name of plain Chinese characters; 0 for none, DIRTY for anything that has to be cleaned first."""
    if end == start:
        return np.int64(0)
    if (end - start) % 3 != 0:
        return np.int64(DIRTY)
    hashed = FNV_START
    for i in range(start, end, 3):
        if data[i] < 0xE4 or data[i] > 0xE9:
            return np.int64(DIRTY)
        for k in range(3):
            hashed = (hashed ^ np.uint64(data[i + k])) * FNV_STEP
    return np.int64(hashed >> np.uint64(1))


@njit(cache=True, nogil=True)
def hash_names(names, name_at, hashes):
    """The same hash of names already cleaned, whatever their characters; 0 for none."""
    for i in range(hashes.size):
        hashed = FNV_START
        for k in range(name_at[i], name_at[i + 1]):
            hashed = (hashed ^ np.uint64(names[k])) * FNV_STEP
        hashes[i] = np.int64(0) if name_at[i + 1] == name_at[i] else np.int64(hashed >> np.uint64(1))


@njit(cache=True, nogil=True)
def read_rows(ids, id_at, names, name_at, last_birth, keys, hashes, is_rewritten):
    """Keys and hashes of a batch, in every form the kernel can read; marks numbers that are not written canonically."""
    for i in range(keys.size):
        key = key_of(ids, id_at[i], id_at[i + 1])
        is_rewritten[i] = key > 0 and ids[id_at[i + 1] - 1] == 120
        if key == 0:
            key = loose_key_of(ids, id_at[i], id_at[i + 1])
            is_rewritten[i] = key > 0
        keys[i] = key if key // 1000 % 100_000_000 <= last_birth else np.int64(0)
        hashes[i] = name_hash_of(names, name_at[i], name_at[i + 1])


@njit(cache=True, nogil=True, inline="always")
def _slot(key: int, mask: int) -> int:
    mixed = np.uint64(key)
    mixed ^= mixed >> np.uint64(32)
    mixed *= MIX
    mixed ^= mixed >> np.uint64(29)
    return np.int64(mixed & np.uint64(mask))


ROW_BITS = 26
ROW_MASK = (1 << ROW_BITS) - 1
"""A slot is one cache line's business: the key, and in one word the row (26 bits) and 37 bits of the name's hash."""


@njit(cache=True, nogil=True)
def build(keys, hashes, slots, is_shared):
    """The hash table of the roster: key, then row and name hash in one word.

    A number that stands on several rows is marked in `is_shared` for each of them; the first row keeps the slot.
    """
    mask = slots.shape[0] - 1
    for i in range(keys.size):
        key = keys[i]
        if EMPTY <= key <= 0:
            continue
        at = _slot(key, mask)
        while slots[at, 0] != 0 and slots[at, 0] != key:
            at = (at + 1) & mask
        if slots[at, 0] == key:
            is_shared[i] = True
            is_shared[slots[at, 1] & ROW_MASK] = True
            continue
        slots[at, 0], slots[at, 1] = key, (hashes[i] >> ROW_BITS << ROW_BITS) | i


EXACT, NAME_MISMATCH, NAME_MISSING = 0, 1, 2
UNDER_AGE, NO_DAY = 15, -1_000_000
SLOW = 9
"""A record that the SQL has to clean and link: no key, a name not plain, or a number that several rows share."""


@njit(cache=True, nogil=True)
def match(keys, hashes, slots, is_shared, at_record, at_row, link):
    """Records of a batch that concern somebody: position, roster row (-1 unknown), link. Answers how many."""
    mask = slots.shape[0] - 1
    found = 0
    for i in range(keys.size):
        key = keys[i]
        row = np.int32(-1)
        how = SLOW
        if key < EMPTY or key > 0:
            at = _slot(key, mask)
            while slots[at, 0] != 0 and slots[at, 0] != key:
                at = (at + 1) & mask
            if slots[at, 0] == 0:
                continue
            person = slots[at, 1]
            row = np.int32(person & ROW_MASK)
            if not is_shared[row] and hashes[i] != DIRTY:
                is_same = person >> ROW_BITS == hashes[i] >> ROW_BITS
                how = NAME_MISSING if hashes[i] == 0 else EXACT if is_same else NAME_MISMATCH
        at_record[found] = i
        at_row[found] = row
        link[found] = how
        found += 1
    return found


@njit(cache=True, nogil=True)
def find_rows(keys, slots, found):
    """The first roster row of each key, -1 for none."""
    mask = slots.shape[0] - 1
    for i in range(keys.size):
        at = _slot(keys[i], mask)
        while slots[at, 0] != 0 and slots[at, 0] != keys[i]:
            at = (at + 1) & mask
        found[i] = slots[at, 1] & ROW_MASK if keys[i] != 0 and slots[at, 0] == keys[i] else -1


@njit(cache=True, nogil=True)
def collect(at_record, at_row, link, keys, days, faults, uses, first_day, cutoff, facts, feed, uses_out):
    """Put life records into the facts of their persons; answers persons met for the first time, and repeated records.

    `facts` has four columns per roster row: mask of feeds that prove life, latest day, mask of feeds met, day met first in
    this feed. `uses` answers for each fault and day (offset by `first_day`) whether the record counts; `cutoff` gives the
    latest birth old enough for the day.
    """
    bit = np.int32(1 << feed)
    met = repeated = 0
    last = uses.shape[1] - 1
    for j in range(at_record.size):
        i, row = at_record[j], at_row[j]
        day = days[i]
        # The first place stands for a day that no column gives; what is older than the table shares the second.
        offset = 0 if day <= NO_DAY else min(max(day - first_day, 1), last)
        use = uses[faults[i], offset]
        if use == 0 and keys[i] // 1000 % 100_000_000 > cutoff[offset]:
            use = np.uint8(UNDER_AGE)
        uses_out[j] = use
        if facts[row, 2] & bit == 0:
            facts[row, 2] |= bit
            facts[row, 3] = day
            met += 1
        elif facts[row, 3] == day:
            repeated += 1
        if link[j] == EXACT and use == 0:
            facts[row, 0] |= bit
            if day > facts[row, 1]:
                facts[row, 1] = day
    return met, repeated


@njit(cache=True, nogil=True)
def write_numbers(keys, out):
    """Eighteen characters per key into `out`, check digit included."""
    checks = (49, 48, 88, 57, 56, 55, 54, 53, 52, 51, 50)
    for i in range(keys.size):
        # Two halves fit into 32 bits, whose divisions are cheap.
        high, low = np.uint32(keys[i] // 1_000_000_000), np.uint32(keys[i] % 1_000_000_000)
        at = i * 18
        weighted = np.uint32(0)
        for k in range(8):
            digit = low % np.uint32(10)
            low //= np.uint32(10)
            out[at + 16 - k] = np.uint8(48 + digit)
            weighted += digit * np.uint32(1 << (k + 1))
        digit = low % np.uint32(10)
        out[at + 8] = np.uint8(48 + digit)
        weighted += digit * np.uint32(512)
        for k in range(8):
            digit = high % np.uint32(10)
            high //= np.uint32(10)
            out[at + 7 - k] = np.uint8(48 + digit)
            weighted += digit * np.uint32(1 << (k + 10))
        out[at + 17] = checks[weighted % np.uint32(11)]


def table_size(rows: int) -> int:
    """A power of two that leaves the table at most 60 % full."""
    return 1 << max(4, int(np.ceil(np.log2(rows * 1.7 + 1))))
