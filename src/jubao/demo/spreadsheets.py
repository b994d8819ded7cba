"""Small demo files as spreadsheets: the Parquet file of a finished order once more as CSV or xlsx.

converted(Path("demo/500110/roster.parquet"), "csv") writes roster.csv beside it and removes the Parquet file.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

_MADE_ON = datetime(2026, 11, 1)


def rows_of(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    """Headers and rows of a Parquet file, every cell as the text that an export shows."""
    file = pq.ParquetFile(path)
    names = file.schema_arrow.names

    def rows() -> Iterator[list[str]]:
        for batch in file.iter_batches(batch_size=65536):
            yield from ([shown(cell) for cell in row.values()] for row in batch.to_pylist())

    return names, rows()


def shown(cell: Any) -> str:
    """A cell as text: empty for nothing, dates like 2024-05-17."""
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def converted(path: Path, suffix: str) -> Path:
    """The same table in another format, in place of the Parquet file."""
    out = path.with_suffix(f".{suffix}")
    names, rows = rows_of(path)
    if suffix == "csv":
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(rows)
    else:
        _write_workbook(out, names, rows)
    path.unlink()
    return out


def _write_workbook(out: Path, names: list[str], rows: Iterator[list[str]]) -> None:
    import xlsxwriter  # slow to import, and only needed for spreadsheets

    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_numbers": False}) as book:
        # The fixed date keeps equal orders equal to the byte.
        book.set_properties({"created": _MADE_ON})
        sheet = book.add_worksheet()
        for at, row in enumerate((names, *rows)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
