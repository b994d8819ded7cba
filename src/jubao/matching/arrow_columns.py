"""Arrow columns from Python lists, built from buffers.

``pyarrow.array`` imports pandas to ask whether it was given a series, which costs a clerk more than half a second before
the first row. Example: ``text_column(["张三", None])`` is a string array of two, the second NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def text_column(values: Sequence[str | None], *, is_blank_null: bool = False) -> pa.Array:
    """A string array; None is NULL, and with ``is_blank_null`` the empty text is, too."""
    import numpy as np
    import pyarrow as pa

    encoded = [value.encode() if value else b"" for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    if is_blank_null:
        is_known = offsets[1:] > offsets[:-1]
    else:
        is_known = np.fromiter((value is not None for value in values), np.bool_, len(encoded))
    bits = np.packbits(is_known, bitorder="little")
    buffers = [pa.py_buffer(bits), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def integer_column(values: Sequence[int]) -> pa.Array:
    """An int64 array without NULL."""
    import numpy as np
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.array(values, np.int64))])
