"""Text files and Parquet as an Input: closely read while small or dirty, scanned by the engine while large and regular.

Example: a GB18030 list of 3 000 trips is read row by row; ten million rows of clean UTF-8 are only looked over once
(``reading_lazy``) and then scanned by DuckDB, with the line of the editor as ``source_row``.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.headers import HEAD_ROWS, Header, Wanted, find_header, likely_header
from jubao.matching.reading_body import Body
from jubao.matching.reading_encoding import Encoding, sniff_encoding
from jubao.matching.reading_grid import header_notes, input_of, unique_names
from jubao.matching.reading_input import Input
from jubao.matching.reading_lazy import LAZY_FROM, lazy_from, regular_rows, tail_lines, transcoded
from jubao.matching.reading_parquet import parquet_schema
from jubao.matching.reading_refusals import missing_columns, require_mapped, require_unique
from jubao.matching.reading_text import TextSource, open_text
from jubao.matching.rejects import quoted

if TYPE_CHECKING:
    import duckdb


def open_text_file(path: Path, wanted: Wanted) -> Input:
    """Open a CSV or TSV file. Raises InputRefused COLUMN_MISSING, FILE_TRUNCATED, ENCODING_*."""
    encoding = sniff_encoding(path)
    keep: TemporaryDirectory[str] | None = None
    source = open_text(path, encoding)
    label = encoding.label
    if (
        path.stat().st_size >= LAZY_FROM
        and not encoding.has_damage
        and not encoding.codec.startswith("utf-8")
    ):
        copy, keep = transcoded(path, encoding)
        source = TextSource(copy, Encoding("utf-8", False, encoding.label), source.delimiter, path.name)
    header = _header(source, wanted)
    inp = _lazy_input(source, header) if path.stat().st_size >= LAZY_FROM else None
    if inp is None:
        inp = _closely_read(source, header)
    inp.encoding = label
    # The store or the scan reads the copy later; the folder goes when the Input does.
    inp.keep = keep
    return inp


def _header(source: TextSource, wanted: Wanted) -> Header:
    head = list(islice(source.rows(), HEAD_ROWS + 4))
    if not head:
        raise missing_columns(source.name, [], wanted)
    header = find_header(head, wanted)
    if header is None:
        raise missing_columns(source.name, [("", likely_header(head, wanted), list(head))], wanted)
    require_mapped(source.name, header, wanted)
    require_unique(source.name, header, wanted)
    return header


def _closely_read(source: TextSource, header: Header) -> Input:
    body = Body(header, source.name, is_text=True)
    rows = (row for row in source.rows() if row[0] > header.rows[-1])
    inp = input_of(body, rows, source.name, "csv", source.rejects)
    if not source.ends_with_newline:
        _require_whole_last_line(source, inp)
    return inp


def _require_whole_last_line(source: TextSource, inp: Input) -> None:
    """A last line without its end is suspicious; with cells missing it was cut."""
    if any(reject.row == source.last_line and reject.rule == "COLUMN_COUNT" for reject in inp.rejects):
        message = _("{name} 不完整：最后一行（第 {row} 行）在中间断开。").format(
            name=source.name, row=source.last_line
        )
        raise InputRefused("FILE_TRUNCATED", message, remedy=_("请重新传输或导出。"))
    inp.notes.append(
        _("最后一行（第 {row} 行）没有换行符，请核对文件是否完整。").format(row=source.last_line)
    )


def _lazy_input(source: TextSource, header: Header) -> Input | None:
    """The Input of a large regular file, or None if it must be read closely."""
    if header.rows != (1,) or source.encoding.has_damage or not source.encoding.codec.startswith("utf-8"):
        return None
    if not source.delimiter.isascii():
        return None
    with source.path.open("rb") as stream:
        first_line = stream.readline().removeprefix(b"\xef\xbb\xbf")
    rows = regular_rows(source.path, source.delimiter, len(header.texts), first_line)
    if rows is None or not _ends_with_people(source, header):
        return None
    names = unique_names(header)
    columns = [f"c{index}" for index in range(len(names))]
    scan = lazy_from(source.path, source.delimiter, columns)
    return Input(
        name=source.name,
        kind="csv",
        columns=dict.fromkeys(header.columns, "VARCHAR"),
        headers={canonical: names[index] for canonical, index in header.columns.items()},
        passthrough=names,
        extra_headers=[name for i, name in enumerate(names) if i not in header.columns.values()],
        notes=header_notes(header),
        row_count=rows,
        physical=dict(zip(names, columns, strict=True)),
        # DuckDB keeps the order of the file, so the running number is the line; +1 for the header.
        source=lambda con: f"(SELECT *, row_number() OVER () + 1 AS source_row FROM {scan}) AS lines",
    )


def _ends_with_people(source: TextSource, header: Header) -> bool:
    """Whether the last lines are all data: a totals row at the end must be recognised, so it forbids the fast way."""
    with source.path.open("rb") as stream:
        stream.seek(tail_lines(source.path))
        lines = stream.read().split(b"\n")[1:]
    body = Body(header, source.name, is_text=True)
    rows = [
        (i, line.decode("utf-8").rstrip("\r").split(source.delimiter)) for i, line in enumerate(lines) if line
    ]
    return sum(1 for _row in body.people(rows)) == len(rows)


def open_parquet(path: Path, wanted: Wanted) -> Input:
    """Open a Parquet file; it is scanned lazily and has neither titles nor totals."""
    names, types, rows = parquet_schema(path)
    head = [(1, names)]
    header = find_header(head, wanted)
    if header is None:
        raise missing_columns(path.name, [("", likely_header(head, wanted), [])], wanted)
    require_mapped(path.name, header, wanted)
    require_unique(path.name, header, wanted)
    columns = {canonical: names[index] for canonical, index in header.columns.items()}
    identifiers = {name: '"' + name.replace('"', '""') + '"' for name in names}

    def source(con: duckdb.DuckDBPyConnection) -> str:
        return (
            f"(SELECT *, file_row_number + 1 AS source_row FROM read_parquet({quoted(str(path))},"
            " file_row_number=true)) AS rows"
        )

    return Input(
        name=path.name,
        kind="parquet",
        columns={canonical: types[name] for canonical, name in columns.items()},
        headers=columns,
        passthrough=names,
        extra_headers=[name for name in names if name not in columns.values()],
        notes=[],
        row_count=rows,
        head_rows=0,
        physical=identifiers,
        source=source,
    )
