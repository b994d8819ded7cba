"""Arrow columns from numpy arrays: few different words, dates, months, amounts, mobile numbers.

>>> yuan(np.array([1344])).to_pylist()
[Decimal('13.44')]
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.demo.counter import Integers, below
from jubao.demo.evidence import NO_DAY
from jubao.kernel.month import Month


def coded(codes: NDArray[np.generic], words: tuple[str | None, ...]) -> pa.Array:
    """A column of few different words; a word None leaves the cell empty."""
    codes = codes.astype(np.int8)
    empty = (
        np.isin(codes, [place for place, word in enumerate(words) if word is None]) if None in words else None
    )
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=empty), pa.array([word or "" for word in words])
    )


def dates(days: Integers) -> pa.Array:
    """A column of dates; NO_DAY becomes empty."""
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())


def yuan(fen: Integers) -> pa.Array:
    """Whole fen as a column of yuan with two decimals."""
    words = np.zeros((len(fen), 2), np.int64)
    words[:, 0] = fen
    words[:, 1] = fen >> 63
    return pa.Array.from_buffers(pa.decimal128(16, 2), len(fen), [None, pa.py_buffer(words)])


def months(index: Integers) -> pa.Array:
    """A column of months written like 2019-05."""
    first = int(index.min()) if len(index) else 0
    words = [str(Month.from_index(i)) for i in range(first, int(index.max()) + 1)] if len(index) else [""]
    return pa.DictionaryArray.from_arrays(pa.array((index - first).astype(np.int32)), pa.array(words))


def mobiles(words: NDArray[np.uint64]) -> pa.Array:
    """Made-up mobile numbers in a block that no operator gives out."""
    return pc.binary_join_element_wise(
        "1990000", pc.utf8_lpad(pc.cast(pa.array(below(words, 10000)), pa.string()), 4, "0"), ""
    )
