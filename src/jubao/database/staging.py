"""Arrow tables into temporary tables of the open transaction, by COPY: what a mass insert reads from.

Worked example: `stage("demo_person", table, {"person_id": "uuid DEFAULT uuidv7()"})` makes the temporary table with the
columns of the Arrow table and a fresh key per row; `INSERT INTO people_person (id, …) SELECT person_id, … FROM demo_person`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
from django.db import connection

_TYPES = {
    pa.string(): "text",
    pa.bool_(): "boolean",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.date32(): "date",
}


def stage(name: str, table: pa.Table, keys: Mapping[str, str] | None = None) -> None:
    """Leave `table` as the temporary table `name`; `keys` are further columns with a type and a default."""
    columns = [f"{field.name} {_TYPES[field.type]}" for field in table.schema]
    columns += [f"{key} {kind}" for key, kind in (keys or {}).items()]
    given = ", ".join(table.column_names)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({', '.join(columns)})")
        with cursor.copy(f"COPY {name} ({given}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(_as_csv(table))
        cursor.execute(f"ANALYZE {name}")


def _as_csv(table: pa.Table) -> memoryview:
    out = io.BytesIO()
    # An empty chunk before others comes out as zero bytes: a district in which nobody is on the first list.
    arrow_csv.write_csv(table.combine_chunks(), out, arrow_csv.WriteOptions(include_header=False))
    return out.getbuffer()


def run_sql(sql: str, values: Mapping[str, Any] | None = None) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values) if values else None)
        return int(cursor.rowcount)


def unstage(*names: str) -> None:
    """Drop temporary tables."""
    for name in names:
        run_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")
