"""Parquet files: the columns by alias, native days and integers kept, scanned by DuckDB with its own row number.

Example: a feed with columns ``身份证号, 死亡日期`` (a DATE) gives ``id_number VARCHAR, event_on DATE``; ``source_row`` is the
number of the row in the file, from 1. A number column of 18 digits is an exact BIGINT here, not a ruined one.
"""

from __future__ import annotations

from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _


def parquet_schema(path: Path) -> tuple[list[str], dict[str, str], int]:
    """Column names in order, name -> DuckDB type for days and integers (else VARCHAR), and the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        message = _("{name} 已损坏，读不出 Parquet 的文件尾（{error}）。").format(
            name=path.name, error=str(error)[:80]
        )
        raise InputRefused("FILE_DAMAGED", message, remedy=_("请重新传输或导出。")) from error
    types: dict[str, str] = {}
    for field in schema:
        if pa.types.is_date(field.type):
            types[field.name] = "DATE"
        elif pa.types.is_integer(field.type):
            types[field.name] = "BIGINT"
        else:
            types[field.name] = "VARCHAR"
    return list(schema.names), types, rows
