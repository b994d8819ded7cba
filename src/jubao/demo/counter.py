"""Counter-based random numbers: the draw for (seed, stream, index) never depends on what was drawn before.

A generator with a state would force one order of work. Here the draw for person 17 in stream 3 is a hash of those
numbers, so chunks run in parallel and a repeated run gives the same bytes.

    >>> import numpy as np
    >>> bool((draw(7, 3, np.array([17])) == draw(7, 3, np.array([16, 17]))[1:]).all())
    True
"""

from collections.abc import Sequence
from math import gcd
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Words: TypeAlias = NDArray[np.uint64]
Integers: TypeAlias = NDArray[np.int64]

FIELD_VALUES = 65536
_GOLDEN = 0x9E3779B97F4A7C15
_STREAM = 0xD1B54A32D192ED03
_MASK = (1 << 64) - 1


def _finish(x: Words) -> Words:
    """The finaliser of splitmix64, in place: every input bit changes about half of the output bits."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def draw(seed: int, stream: int, index: Integers) -> Words:
    """64 random bits for every index of one stream."""
    start = (seed * _STREAM + stream * 0x8CB92BA72F3D8DD7 + 0x632BE59BD9B4E019) & _MASK
    x: Words = index.astype(np.uint64)
    x += np.uint64(1)
    x *= np.uint64(_GOLDEN)
    x += np.uint64(start)
    return _finish(x)


def field(words: Words, number: int) -> NDArray[np.uint16]:
    """Sixteen of the 64 bits (number 0 to 3): four small draws for the price of one."""
    return (words >> np.uint64(16 * number)).astype(np.uint16)


def below(words: Words, limit: int) -> Integers:
    """A number from 0 up to, not including, the limit. The bias is below limit / 2**40."""
    return ((words >> np.uint64(24)) % np.uint64(limit)).astype(np.int64)


def threshold(parts_per_million: int) -> int:
    """How many of the 65,536 values of a field stand for this rate."""
    return round(parts_per_million * FIELD_VALUES / 1_000_000)


def choice_table(rates_ppm: Sequence[int], *, scale: int = 1) -> NDArray[np.uint8]:
    """Lookup from a field to a code: code i+1 at rate i, code 0 for the rest.

    Raises ValueError when the rates add up to more than one.
    """
    if sum(rates_ppm) > 1_000_000 * scale:
        raise ValueError("rates above one")
    edges = np.cumsum([0, *rates_ppm]) * FIELD_VALUES / (1_000_000 * scale)
    table = np.zeros(FIELD_VALUES, np.uint8)
    for code, (low, high) in enumerate(zip(np.rint(edges[:-1]), np.rint(edges[1:]), strict=True), start=1):
        table[int(low) : int(high)] = code
    return table


def scattered(index: Integers, size: int, salt: int) -> Integers:
    """A bijection of 0..size-1 onto itself, so that a feed is not in the order of the roster."""
    if size < 3:
        return index
    step = int(size * 0.6180339887) + salt * 2 + 1
    step %= size
    while step < 2 or gcd(step, size) != 1:
        step = step % size + 1
        if step == size - 1:
            break
    return (index * step + salt) % size


def mixed(index: Integers, bits: int, seed: int) -> Integers:
    """A bijection of the numbers of so many bits: xor-shifts and odd multiplications, nothing lost."""
    mask = np.uint64((1 << bits) - 1)
    first = np.uint64(((seed * 2 + 1) * 0x9E3779B1 & _MASK) | 1)
    x: Words = index.astype(np.uint64)
    for factor in (first, np.uint64(0x85EBCA6B), np.uint64(0xC2B2AE35)):
        x = (x * factor + np.uint64(seed % 65521 + 77)) & mask
        x ^= x >> np.uint64(bits // 2)
    return x.astype(np.int64)
