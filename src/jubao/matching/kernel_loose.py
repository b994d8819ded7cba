"""The compiled search for persons whom a record without a number may mean: same birthday and sound, or one figure wrong.

Worked example: `Loose(births, names, name_at, sounds).pairs(keys, hashes, texts, text_at)` meets 50 000 records with a
piece of the roster and answers (record, row) for 张三 and 章三 born on one day; what it finds is weighed by `fuzzy`.
"""

# mypy: disable-error-code="arg-type, return-value, no-untyped-def, no-untyped-call, unused-ignore"
from __future__ import annotations

import numpy as np
from numba import njit

from jubao.matching.kernel import FNV_START, FNV_STEP, hash_names


@njit(cache=True, nogil=True, inline="always")
def _one_figure_apart(left: int, right: int) -> bool:
    """Whether two dates yyyymmdd differ in exactly one figure: then their difference is one figure and noughts."""
    apart = abs(left - right)
    if apart == 0:
        return False
    scale = 1
    while apart % 10 == 0:
        apart //= 10
        scale *= 10
    return apart < 10 and left // scale // 10 == right // scale // 10


@njit(cache=True, nogil=True, inline="always")
def _day_place(date: int) -> int:
    """A small number for a date yyyymmdd, so that the table of days stays in the cache."""
    return (date // 10000 - 1850) * 372 + (date // 100 % 100) * 31 + date % 100


DAY_PLACES = 352 * 372


@njit(cache=True, nogil=True, inline="always")
def _sound_of(sounds, text, start, end):
    """A hash of how a name of three-byte characters sounds; 0 for any other name."""
    if end == start or (end - start) % 3 != 0:
        return np.int64(0)
    hashed = FNV_START
    for at in range(start, end, 3):
        character = (
            ((np.int64(text[at]) & 15) << 12)
            | ((np.int64(text[at + 1]) & 63) << 6)
            | (np.int64(text[at + 2]) & 63)
        )
        place = character - 0x4E00
        if place < 0 or place >= sounds.size:
            return np.int64(0)
        hashed = (hashed ^ np.uint64(sounds[place] + 1)) * FNV_STEP
    return np.int64(hashed >> np.uint64(1))


@njit(cache=True, nogil=True)
def sound_hashes(sounds, texts, text_at, out):
    """How each name sounds."""
    for i in range(out.size):
        out[i] = _sound_of(sounds, texts, text_at[i], text_at[i + 1])


@njit(cache=True, nogil=True)
def _loose_pairs(
    keys,
    hashes,
    texts,
    text_at,
    sounds,
    births,
    heard,
    names,
    by_birth,
    next_birth,
    by_name,
    next_name,
    seen,
    out,
):
    found = 0
    for row in range(keys.size):
        key = keys[row]
        if key <= 0:
            continue
        birth = key // 1000 % 100_000_000
        hashed = hashes[row]
        record = by_birth[_day_place(birth)]
        if record >= 0:
            sound = _sound_of(sounds, texts, text_at[row], text_at[row + 1])
            while record >= 0:
                if names[record] == hashed or (sound != 0 and heard[record] == sound):
                    if found < out.shape[0]:
                        out[found, 0], out[found, 1] = record, row
                    found += 1
                record = next_birth[record]
        if hashed > 0 and seen[hashed & (seen.size - 1)]:
            record = by_name[hashed & (by_name.size - 1)]
            while record >= 0:
                if names[record] == hashed and _one_figure_apart(births[record], birth):
                    if found < out.shape[0]:
                        out[found, 0], out[found, 1] = record, row
                    found += 1
                record = next_name[record]
    return found


class Loose:
    """Records without a number, ready to be met: by day of birth, by name, by sound."""

    def __init__(self, births, names, name_at, sounds):
        self.births, self.sounds = births, sounds
        self.names, self.heard = np.empty(births.size, np.int64), np.empty(births.size, np.int64)
        hash_names(names, name_at, self.names)
        sound_hashes(sounds, names, name_at, self.heard)
        places = (births // 10000 - 1850) * 372 + births // 100 % 100 * 31 + births % 100
        self.by_birth, self.next_birth = _chains(places, DAY_PLACES)
        self.by_name, self.next_name = _chains(self.names, 1 << 20)
        self.seen = np.zeros(1 << 20, np.bool_)
        self.seen[self.names & (self.seen.size - 1)] = True

    def pairs(self, keys, hashes, texts, text_at):
        """Pairs (record, row): one birthday and names that sound alike, or one name and one figure of the day wrong."""
        size = 1 << 16
        while True:
            out = np.empty((size, 2), np.int32)
            found = _loose_pairs(
                keys, hashes, texts, text_at, self.sounds, self.births, self.heard, self.names, self.by_birth,
                self.next_birth, self.by_name, self.next_name, self.seen, out,
            )  # fmt: skip
            if found <= size:
                return out[:found]
            size = found


@njit(cache=True, nogil=True)
def _chains(values, buckets):
    """Heads of the lists of records by value, and the next record in each list."""
    first, following = np.full(buckets, -1, np.int32), np.full(values.size, -1, np.int32)
    for record in range(values.size - 1, -1, -1):
        at = values[record] % buckets
        following[record] = first[at]
        first[at] = record
    return first, following
