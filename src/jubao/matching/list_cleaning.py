"""One list on its way from file to facts: cells cleaned, words read, limits kept, bad rows set aside with a remedy.

Worked example: with `Cell("account_balance", "fen")` and a `Limit` of `account_balance_value < 0` a row whose balance is `-1`
goes to `cleaned_rejects` with file, row, field, masked value, rule and remedy; the others stay in `cleaned`, every column
of the file kept beside `account_balance_value`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.cleaning import clean_sql
from jubao.matching.reading_input import Input
from jubao.matching.rejects import mask_sql, quoted, rejects_table_sql, remedies

if TYPE_CHECKING:
    import duckdb

BLANK_CODES = (
    "ID_EMPTY", "NAME_EMPTY", "DATE_EMPTY", "MONTH_EMPTY", "AMOUNT_EMPTY", "YEARS_EMPTY", "YES_NO_EMPTY",
)  # fmt: skip
WORD, NUMBER = "word", "number"
FEW_VALUES = ("years", "month", "date", "yes_no", "text", WORD)
PLAIN_CELL = "^[0-9A-Za-z一-鿿]+$"
"""A text that folding leaves as it is."""


@dataclass(frozen=True)
class Cell:
    """A column to clean: its kind and whether it may be blank.

    Kinds are those of `cleaning`, `word` for a closed list of the pack, `number` for a text that tells rows apart
    (a personal number, an account).
    """

    name: str
    kind: str
    may_be_blank: bool = False


@dataclass(frozen=True)
class Limit:
    """A condition no readable row may meet: the column it is blamed on, a code, SQL over cleaned columns, a remedy."""

    name: str
    code: str
    condition: str
    remedy: str


@dataclass(frozen=True)
class Counts:
    """How a list was split."""

    accepted: int
    rejected: int


def identifier(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def clean_list(
    con: duckdb.DuckDBPyConnection,
    inp: Input,
    cells: Sequence[Cell],
    limits: Sequence[Limit] = (),
    *,
    words: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    today: date | None = None,
    name: str = "cleaned",
) -> Counts:
    """Leave the tables `name` (rows to work with) and `name_rejects`.

    Columns: all of the file, `source_row`, for each cell that the file has `<cell>_value` (identity: `_text`, `_key`;
    name: `_clean`). A cell that may be blank and is gives NULL. Several bad cells of a row give several rejects.
    """
    present = [cell for cell in cells if cell.name in inp.columns]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_raw AS {inp.scan_sql(con, extras=True)}")
    joins, outputs = "", ["r.*"]
    for cell in (cell for cell in present if cell.kind in FEW_VALUES):
        _clean_values(con, inp, cell, name, words or {})
        joins += f" LEFT JOIN {name}_{cell.name} AS of_{cell.name} ON r.{cell.name} IS NOT DISTINCT FROM of_{cell.name}.cell"
        parts = ("value", "code") if _has_code(cell) else ("value",)
        outputs += [f"of_{cell.name}.{cell.name}_{part}" for part in parts]
    rows = _clean_rows(inp, [cell for cell in present if cell.kind not in FEW_VALUES], name, today)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_read AS SELECT {', '.join(outputs)} FROM ({rows}) AS r{joins}"
    )
    con.execute(f"DROP TABLE {name}_raw")
    usable = [limit for limit in limits if limit.name in inp.columns]
    rejects = _rejects_sql(inp, present, usable, name)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_rejects AS SELECT * FROM ({rejects}) AS r ORDER BY row, field"
    )
    rejected = count_rows(con, f"(SELECT DISTINCT row FROM {name}_rejects) AS r")
    kept = f" WHERE source_row NOT IN (SELECT row FROM {name}_rejects)" if rejected else ""
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {name}_read{kept}")
    return Counts(count_rows(con, name), rejected)


def _clean_values(
    con: duckdb.DuckDBPyConnection,
    inp: Input,
    cell: Cell,
    name: str,
    words: Mapping[str, Mapping[str, Sequence[str]]],
) -> None:
    """Clean each different content of a column once: a table of `cell`, value and code, to be joined to the rows.

    Folding a text costs ten times what joining it does, and a column of years, words, months or days repeats itself.
    """
    is_native = cell.kind == "date" and inp.columns[cell.name] == "DATE"
    text = "cell" if is_native else "CAST(cell AS VARCHAR)"
    source = f"SELECT cell, {text} AS {cell.name} FROM (SELECT DISTINCT {cell.name} AS cell FROM {name}_raw)"
    columns = {"cell": "ANY", cell.name: "DATE" if is_native else "VARCHAR"}
    sql = clean_sql(source, columns, {cell.name: "text" if cell.kind == WORD else cell.kind})
    sql = _with_words(sql, [cell.name] if cell.kind == WORD else [], words)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_{cell.name} AS SELECT * FROM ({_without_blanks(sql, [cell])}) AS v"
    )


def _clean_rows(inp: Input, cells: Sequence[Cell], name: str, today: date | None) -> str:
    """SELECT of all columns with what the columns of many contents give; a plain text is taken as it stands."""
    columns = {
        **inp.columns,
        **{identifier(extra): "VARCHAR" for extra in _extras(inp)},
        "source_row": "BIGINT",
    }
    texts = [cell.name for cell in cells if cell.kind == NUMBER]
    plain = {text: f"regexp_matches(CAST({text} AS VARCHAR), {quoted(PLAIN_CELL)})" for text in texts}
    odd = "".join(f", CASE WHEN {plain[t]} THEN NULL ELSE CAST({t} AS VARCHAR) END AS {t}_odd" for t in texts)
    kinds = {cell.name: cell.kind for cell in cells if cell.kind != NUMBER} | {
        f"{text}_odd": "text" for text in texts
    }
    every = columns | {f"{text}_odd": "VARCHAR" for text in texts}
    sql = _without_blanks(clean_sql(f"SELECT *{odd} FROM {name}_raw", every, kinds, today=today), cells)
    if not texts:
        return sql
    dropped = ", ".join(f"{text}_odd, {text}_odd_value" for text in texts)
    values = ", ".join(
        f"COALESCE({t}_odd_value, CASE WHEN {plain[t]} THEN CAST({t} AS VARCHAR) END) AS {t}_value"
        for t in texts
    )
    return f"SELECT * EXCLUDE ({dropped}), {values} FROM ({sql}) AS odds"


def _extras(inp: Input) -> list[str]:
    taken = {*inp.columns, "source_row"}
    return [header for header in inp.extra_headers if header not in taken]


def _has_code(cell: Cell) -> bool:
    return cell.kind not in ("text", NUMBER)


def _with_words(sql: str, columns: Sequence[str], words: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Replace the folded text of a word column by the canonical word; an unknown word gets the code WORD_UNKNOWN."""
    if not columns:
        return sql
    found = ", ".join(f"{_word_case(name, words.get(name, {}))} AS {name}_word" for name in columns)
    replaced = ", ".join(f"{name}_word AS {name}_value" for name in columns)
    codes = ", ".join(
        f"CASE WHEN COALESCE({name}_value, '') <> '' AND {name}_word IS NULL THEN 'WORD_UNKNOWN' END AS {name}_code"
        for name in columns
    )
    dropped = ", ".join(f"{name}_word" for name in columns)
    return f"SELECT * EXCLUDE ({dropped}) REPLACE ({replaced}), {codes} FROM (SELECT *, {found} FROM ({sql}) AS folded) AS worded"


def _word_case(name: str, values: Mapping[str, Sequence[str]]) -> str:
    text = f"lower({name}_value)"
    arms = " ".join(
        f"WHEN {text} IN ({', '.join(quoted(word.lower()) for word in dict.fromkeys((value, *spellings)))}) THEN {quoted(value)}"
        for value, spellings in values.items()
    )
    return f"CASE {arms} END" if arms else "CAST(NULL AS VARCHAR)"


def _without_blanks(sql: str, cells: Sequence[Cell]) -> str:
    blank = ", ".join(quoted(code) for code in BLANK_CODES)
    optional = [cell.name for cell in cells if cell.may_be_blank and _has_code(cell) and cell.kind != WORD]
    if not optional:
        return sql
    replaced = ", ".join(
        f"CASE WHEN {n}_code NOT IN ({blank}) THEN {n}_code END AS {n}_code" for n in optional
    )
    return f"SELECT * REPLACE ({replaced}) FROM ({sql}) AS blanks"


def _rejects_sql(inp: Input, cells: Sequence[Cell], limits: Sequence[Limit], name: str) -> str:
    texts = {
        **remedies(),
        "WORD_UNKNOWN": _("这一格的词认不出来。请改成表中说明的词，或请政策包负责人在 values.yaml 中补充。"),
    }
    cases = " ".join(f"WHEN {quoted(code)} THEN {quoted(text)}" for code, text in texts.items())
    parts = [rejects_table_sql(inp.rejects)]
    for cell in cells:
        if _has_code(cell):
            rule = f"{cell.name}_code"
            parts.append(
                _part(inp, cell.name, rule, f"CASE {rule} {cases} ELSE '' END", f"{rule} IS NOT NULL", name)
            )
    for limit in limits:
        unread = (
            f"{limit.name}_code IS NULL AND "
            if any(c.name == limit.name and _has_code(c) for c in cells)
            else ""
        )
        parts.append(
            _part(
                inp,
                limit.name,
                quoted(limit.code),
                quoted(limit.remedy),
                f"{unread}({limit.condition})",
                name,
            )
        )
    return " UNION ALL ".join(parts)


def _part(inp: Input, field: str, rule: str, remedy: str, condition: str, name: str) -> str:
    value = f"CAST({field} AS VARCHAR)"
    return (
        f"SELECT {quoted(inp.name)} AS file, CAST(source_row AS BIGINT) AS row, {quoted(field)} AS field,"
        f" COALESCE({mask_sql(value, field)}, '') AS value_masked, {rule} AS rule, {remedy} AS remedy"
        f" FROM {name}_read WHERE {condition}"
    )


def count_rows(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """How many rows a table or query in parentheses has."""
    # All rows are fetched: DuckDB allows nothing else on the connection while a result is half read.
    return int(con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def kept_columns(inp: Input, computed: Sequence[str]) -> list[tuple[str, str]]:
    """The columns of the file in their order, as (SQL, name): canonical names where known; computed ones left out."""
    canonical = {header: name for name, header in inp.headers.items()}
    named = [canonical.get(header, header) for header in inp.passthrough]
    available = {*inp.columns, *_extras(inp)}
    return [
        (identifier(name), name)
        for name in dict.fromkeys(named)
        if name in available and name not in computed
    ]


def require_rows(counts: Counts, inp: Input) -> None:
    """Raises InputRefused when a file has rows and every one of them was rejected; an empty list is no error."""
    if counts.rejected and not counts.accepted:
        message = _("{name} 的 {count} 行全部不能读取。").format(name=inp.name, count=counts.rejected)
        raise InputRefused("ALL_ROWS_REJECTED", message, remedy=_("请看 rejects 文件中每一行的处理办法。"))
