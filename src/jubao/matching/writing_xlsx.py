"""Tables as xlsx: numbers of persons as text, widths to fit, header frozen and filtered, printed on A4 across.

Example: 20 000 rows with ``id_number, name, amount`` become a sheet whose first row is bold, whose amounts are numbers with
two decimals, and whose identity numbers keep all eighteen digits. Large tables are written row by row in constant memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.matching.writing_limits import XLSX_ROWS

if TYPE_CHECKING:
    import duckdb

# A fixed day, so that the same rows give the same bytes on every run.
MADE_ON = datetime(2020, 1, 1)
_SAMPLE = 200
_LARGE = 50_000
_LONGEST_CELL = 32_767
FORMULA_MARKS = frozenset("=+-@\t＝＋－＠")


def write_xlsx(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    target: Path,
    shown_as: Path,
    texts: Sequence[str],
    types: Mapping[str, str],
    title: str | None,
) -> int:
    """Write a query as one sheet and return the number of rows. Raises WrongUsage above 1 048 575 rows."""
    import xlsxwriter

    counted = con.execute(f"SELECT count(*) FROM ({sql})").fetchone()
    rows = int(counted[0]) if counted else 0
    limit = XLSX_ROWS - (1 if title else 0)
    if rows > limit:
        message = _("{name} 有 {rows} 行，超过 Excel 的 {limit} 行。").format(
            name=shown_as.name, rows=rows, limit=limit
        )
        raise WrongUsage("XLSX_TOO_LONG", message, remedy=_("请改用 csv 或 parquet 格式输出。"))
    book = xlsxwriter.Workbook(
        str(target),
        {
            "constant_memory": rows > _LARGE,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "in_memory": False,
        },
    )
    book.set_properties({"created": MADE_ON})
    sheet = book.add_worksheet("Sheet1")
    try:
        cursor = con.execute(sql)
        first = cursor.fetchmany(_SAMPLE)
        _lay_out(book, sheet, texts, first, rows, title)
        head = 2 if title else 1
        writers = [_writer(book, sheet, kind) for kind in types.values()]
        batch, row = first, head
        while batch:
            for values in batch:
                for column, value in enumerate(values):
                    if value is not None:
                        writers[column](row, column, value)
                row += 1
            batch = cursor.fetchmany(10_000)
    finally:
        book.close()
    return rows


def _writer(book: Any, sheet: Any, sql_type: str) -> Any:
    """How to write a cell of this SQL type; text always as text, so that no number of eighteen digits is rounded."""
    if sql_type == "DATE":
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        return lambda r, c, v: (
            sheet.write_datetime(r, c, v, day) if v.year >= 1900 else sheet.write_string(r, c, v.isoformat())
        )
    if sql_type.startswith("DECIMAL"):
        amount = book.add_format({"num_format": "0.00"})
        return lambda r, c, v: (
            sheet.write_number(r, c, float(v), amount)
            if abs(v) < Decimal(10**13)
            else sheet.write_string(r, c, str(v))
        )
    if sql_type in ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER"):
        return lambda r, c, v: (
            sheet.write_number(r, c, v) if abs(v) < 10**15 else sheet.write_string(r, c, str(v))
        )
    if sql_type == "BOOLEAN":
        return lambda r, c, v: sheet.write_string(r, c, "是" if v else "否")
    # What Excel itself sets for a text typed with an apostrophe: it stays text whatever is done with the file later.
    as_text = book.add_format({"quote_prefix": True})

    def write_text(row: int, column: int, value: object) -> None:
        text = clean_cell(str(value))
        sheet.write_string(row, column, text, as_text if text[:1] in FORMULA_MARKS else None)

    return write_text


def clean_cell(text: str) -> str:
    """A text as a cell can hold it: without control characters that make Excel call the file broken, and not too long."""
    if not text.isprintable():
        text = "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
    return text[:_LONGEST_CELL]


def display_width(text: str) -> int:
    """Width in characters of the default font; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _lay_out(
    book: Any,
    sheet: Any,
    texts: Sequence[str],
    sample: Sequence[Sequence[object]],
    rows: int,
    title: str | None,
) -> None:
    head = book.add_format(
        {"bold": True, "bg_color": "#DDE8F3", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    for column, text in enumerate(texts):
        widths = [display_width(_shown(values[column])) for values in sample]
        sheet.set_column(column, column, min(max([display_width(text), 6, *widths]) + 2, 60))
    if title:
        sheet.write_string(0, 0, clean_cell(title), book.add_format({"bold": True, "font_size": 14}))
    top = 1 if title else 0
    for column, text in enumerate(texts):
        sheet.write_string(top, column, clean_cell(text), head)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + max(rows, 1), max(len(texts) - 1, 0))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer("&C&P / &N")


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
