"""Names compared by the kernel's hash inside DuckDB, so that SQL and the compiled kernel meet.

Worked example: after `use_fnv(con)`, `name_number('王芳')` in SQL is the number the kernel gives the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jubao.matching import kernel
from jubao.matching.bulk_input import text_buffers

if TYPE_CHECKING:
    import duckdb


def use_fnv(con: duckdb.DuckDBPyConnection) -> None:
    """Make the SQL compare names by the kernel's hash, so that records and persons of both ways meet."""

    def hashed(column: pa.ChunkedArray) -> pa.Array:
        names, name_at = text_buffers(column)
        numbers = np.empty(len(column), np.int64)
        kernel.hash_names(names, name_at, numbers)
        return pa.array(numbers)

    con.execute("DROP MACRO name_number")
    from duckdb.func import FunctionNullHandling, PythonUDFType

    native, special = PythonUDFType.ARROW, FunctionNullHandling.SPECIAL
    con.create_function("name_number", hashed, ["VARCHAR"], "BIGINT", type=native, null_handling=special)
