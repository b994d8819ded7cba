"""Writing lists: CSV that Excel opens with its Chinese intact, xlsx ready to print, Parquet; whole files or none.

Example::

    written = write_table(con, "SELECT id_number, name, amount FROM result", Path("out/名单.xlsx"), headers="zh", aliases=aliases)
    written.rows, written.path          # 4512, out/名单.xlsx

A file is written under a temporary name beside its place and moved there when it is whole, so that a run that is stopped leaves
the former file. Text that a spreadsheet would take for a formula gets an apostrophe in CSV and is a plain string in xlsx.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.matching.arrow_columns import integer_column, text_column
from jubao.matching.rejects import REJECT_COLUMNS, Reject, quoted

if TYPE_CHECKING:
    import duckdb

FORMATS = ("csv", "xlsx", "parquet")
REJECT_HEADERS = {
    "file": "文件",
    "row": "行号",
    "field": "列",
    "value_masked": "内容（已遮盖）",
    "rule": "规则",
    "remedy": "处理办法",
}


@dataclass(frozen=True)
class Written:
    """A file that was written: where, and how many rows below the header."""

    path: Path
    rows: int


def output_format(path: Path, chosen: str | None = None) -> str:
    """csv, xlsx or parquet: the extension of the file decides, else ``--format``, else csv. Raises WrongUsage."""
    extension = path.suffix.lower().lstrip(".")
    if extension in FORMATS:
        return extension
    if chosen is not None and chosen not in FORMATS:
        message = _("不认识的格式 {format}。").format(format=chosen)
        raise WrongUsage("FORMAT_UNKNOWN", message, remedy=_("可用：csv、xlsx、parquet。"))
    return chosen or "csv"


def rejects_path(out: Path, format: str) -> Path:
    """Where the rejects of a single OUT lie: ``<stem>.rejects.<format>`` beside it."""
    return out.with_name(f"{out.stem}.rejects.{format}")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``; moved into place when the block ends well, removed when it does not."""
    if not path.parent.is_dir():
        message = _("没有文件夹 {folder}。").format(folder=path.parent)
        raise WrongUsage("FOLDER_MISSING", message, remedy=_("请先建好文件夹，或改写 -o 的路径。"))
    if path.is_dir():
        message = _("{path} 是文件夹，不是文件。").format(path=path)
        raise WrongUsage("OUT_IS_FOLDER", message, remedy=_("请写明文件名，例如 -o 结果.xlsx。"))
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}.part")
    try:
        yield temporary
        temporary.replace(path)
    except PermissionError as error:
        message = _("写不了 {path}。").format(path=path)
        raise WrongUsage(
            "OUT_NOT_WRITABLE", message, remedy=_("文件可能正在 Excel 中打开，或没有权限；请关闭后重试。")
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def header_texts(
    columns: Sequence[str], headers: str, aliases: Mapping[str, Sequence[str]] | None
) -> list[str]:
    """The header row: identifiers (``en``) or the first Chinese alias of each column (``zh``); no text twice."""
    if headers not in ("en", "zh"):
        message = _("--headers 只能是 en 或 zh。")
        raise WrongUsage("HEADERS_UNKNOWN", message)
    if headers == "en" or aliases is None:
        return list(columns)
    texts: list[str] = []
    for column in columns:
        text = next(iter(aliases.get(column, ())), REJECT_HEADERS.get(column, column))
        texts.append(column if text in texts else text)
    return texts


def write_table(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    out_path: Path,
    format: str | None = None,
    headers: str = "en",
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
    title: str | None = None,
) -> Written:
    """Write the rows of a query. Money columns must already be yuan as text or DECIMAL; days are DATE columns.

    Raises WrongUsage if an xlsx would need more than 1 048 575 rows, or the place cannot be written.
    """
    kind = output_format(out_path, format)
    described = con.execute(f"DESCRIBE {sql}").fetchall()
    columns = [row[0] for row in described]
    texts = header_texts(columns, headers, aliases)
    types = {row[0]: str(row[1]) for row in described}
    with whole_file(out_path) as temporary:
        if kind == "xlsx":
            from jubao.matching.writing_xlsx import write_xlsx

            rows = write_xlsx(con, sql, temporary, out_path, texts, types, title)
        else:
            rows = _copy(con, sql, temporary, kind, dict(zip(columns, texts, strict=True)), types)
    return Written(out_path, rows)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _copy(con: duckdb.DuckDBPyConnection, sql: str, target: Path, kind: str, texts: Mapping[str, str],
          types: Mapping[str, str]) -> int:  # fmt: skip
    if kind == "parquet":
        names = ", ".join(f"{_identifier(c)} AS {_identifier(t)}" for c, t in texts.items())
        query = (
            f"COPY (SELECT {names} FROM ({sql})) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return _count(con.execute(query).fetchone())
    names = ", ".join(
        f"{neutral_sql(_identifier(c)) if types[c] == 'VARCHAR' else _identifier(c)} AS {_identifier(t)}"
        for c, t in texts.items()
    )
    query = f"COPY (SELECT {names} FROM ({sql})) TO {quoted(str(target))} (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"')"
    body = target.with_name(target.name + "-body")
    try:
        rows = _count(con.execute(query.replace(quoted(str(target)), quoted(str(body)), 1)).fetchone())
        with body.open("rb") as source, target.open("wb") as marked:
            # Without the mark Excel reads UTF-8 as the code page of the machine and shows garbage.
            marked.write(b"\xef\xbb\xbf")
            while piece := source.read(1 << 22):
                marked.write(piece)
    finally:
        body.unlink(missing_ok=True)
    return rows


def _count(row: tuple[Any, ...] | None) -> int:
    return int(row[0]) if row else 0


def neutral_sql(expression: str) -> str:
    """SQL for a text that no spreadsheet takes for a formula: an apostrophe before = + - @, tab and carriage return.

    A negative number and a dash stay as they are: -12.50 is an amount, no formula.
    """
    first = f"substr({expression}, 1, 1)"
    return (
        f"CASE WHEN {first} IN ('=', '+', '-', '@', chr(9), chr(13), chr(10), '＝', '＋', '－', '＠')"
        f" AND NOT regexp_matches({expression}, '^(-[0-9]+([.][0-9]+)?|-+)$')"
        f" THEN '''' || {expression} ELSE {expression} END"
    )


def write_rejects(
    con: duckdb.DuckDBPyConnection,
    out_path: Path,
    rejects: Sequence[Reject] = (),
    sql: str | None = None,
    format: str | None = None,
    headers: str = "en",
) -> Written:
    """Write rejects: those found in reading and, with ``sql``, those of ``rejects_sql``; ordered by file and row."""
    parts = [rejects_relation(con, rejects)] + ([sql] if sql else [])
    union = " UNION ALL ".join(
        f"SELECT {', '.join(map(_identifier, REJECT_COLUMNS))} FROM ({part})" for part in parts
    )
    query = f"SELECT * FROM ({union}) ORDER BY file, row, field, rule"
    aliases = {name: (text,) for name, text in REJECT_HEADERS.items()}
    return write_table(con, query, out_path, format, headers, aliases=aliases)


def rejects_relation(
    con: duckdb.DuckDBPyConnection, rejects: Sequence[Reject], name: str = "jubao_rejects"
) -> str:
    """A SELECT of these rejects, registered with the connection as one table."""
    import pyarrow as pa

    columns = [
        integer_column([reject.row for reject in rejects])
        if column == "row"
        else text_column([getattr(reject, column) for reject in rejects])
        for column in REJECT_COLUMNS
    ]
    con.register(name, pa.Table.from_arrays(columns, names=list(REJECT_COLUMNS)))
    return f"SELECT * FROM {name}"
