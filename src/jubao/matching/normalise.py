"""Clean tables from files: `subjects` from the roster, `feed_<i>` from each list, rejects beside them.

Worked example: a row `张 三, '500110 19500302 001X, 2024.5.2` of a train list becomes id_key 50011019500302001, the hash of
`张三`, event_day 19845; a row whose check digit is wrong goes to `rejects` and, with name and birth, to the loose records.

The cells are cleaned by the engine of the run; repeats, refusals and counts are DuckDB's. What comes out is plain integers and
short texts, which every engine joins the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.cleaning import OUTPUTS, clean_sql
from jubao.matching.engines import DuckEngine
from jubao.matching.normalise_sql import (
    LINK_KEY,
    NAME_HASH,
    REPEATED,
    SHARED,
    SUBJECTS,
    bad,
    day_of,
    loose_sql,
    records_sql,
)
from jubao.matching.plan import FeedSource, Plan
from jubao.matching.record_words import fault_and_nature, word_columns
from jubao.matching.rejects import Reject, mask_sql, quoted, rejects_sql, rejects_table_sql
from jubao.matching.words import PAYMENT_STATES, RELATIONS, SCHEMES, UNKNOWN
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb


class Readable(Protocol):
    """An opened list, or a part of one."""

    name: str
    columns: dict[str, str]
    headers: dict[str, str]
    rejects: list[Reject]

    def scan_sql(self, con: duckdb.DuckDBPyConnection) -> str:
        """A SELECT of the canonical columns and source_row."""


class Cleaner(Protocol):
    """What runs the SQL that cleans; afterwards the connection has the table, whoever made it."""

    def create(self, name: str, sql: str) -> None:
        """Store the result of a SELECT (DuckDB dialect) as a table."""


@dataclass(frozen=True)
class Cleaned:
    """How a file came out of cleaning."""

    name: str
    rows: int
    accepted: int
    rejected: int
    loose: int = 0


def clean_roster(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    inp: Readable,
    *,
    is_whole: bool = True,
    engine: Cleaner | None = None,
) -> Cleaned:
    """Leave `subjects` and add the roster's refused rows to `rejects`. Raises InputRefused if every row is refused.

    `is_whole` is False for a part of a huge roster, of which every row may well be refused. The `engine` does the cleaning,
    the connection itself if none is given.
    """
    (engine or DuckEngine(con)).create("roster_cleaned", _roster_sql(con, plan, inp))
    con.execute(f"CREATE OR REPLACE TEMP TABLE shared_keys AS {SHARED}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE repeated_rows AS {REPEATED}")
    first = rejects_from(
        con, inp, ("id_number", "name", "last_certified_on", "benefit_start_month"), "roster_cleaned"
    )
    con.execute(f"INSERT INTO rejects {_repeated_rejects(inp)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE subjects AS {SUBJECTS}")
    accepted, repeated = _counts(con, "subjects", "repeated_rows")
    rejected = first + repeated + len(inp.rejects)
    if is_whole:
        refuse_if_all_rejected(inp.name, accepted, rejected)
    return Cleaned(inp.name, accepted + rejected, accepted, rejected)


ROSTER_KINDS = {
    "id_number": "identity", "name": "name", "scheme": "text", "payment_state": "text", "benefit_kind": "text",
    "last_certified_on": "date", "benefit_start_month": "month",
}  # fmt: skip
ROSTER_WORDS = {"scheme": SCHEMES, "payment_state": PAYMENT_STATES, "benefit_kind": RELATIONS}


BY_ROW = frozenset({"identity", "name"})


def _cleaned(con: duckdb.DuckDBPyConnection, plan: Plan, inp: Readable, kinds: dict[str, str]) -> str:
    """The rows of a file with what cleaning gives. Columns that repeat few values are cleaned once per value.

    A roster of a million rows has some hundred months and three states; reading each of them a million times was nine
    tenths of the whole work.
    """
    columns = {**inp.columns, "source_row": "BIGINT"}
    present = {column: kind for column, kind in kinds.items() if column in inp.columns}
    by_value = {
        column: kind for column, kind in present.items() if kind not in BY_ROW and columns[column] != "DATE"
    }
    by_row = {column: kind for column, kind in present.items() if column not in by_value}
    selected, joins = ["r.*"], ""
    for number, (column, kind) in enumerate(by_value.items()):
        distinct = f"SELECT DISTINCT CAST({column} AS VARCHAR) AS {column} FROM ({inp.scan_sql(con)})"
        values = clean_sql(distinct, {column: "VARCHAR"}, {column: kind})
        selected += [f"v{number}.{column}_{output}" for output in OUTPUTS[kind]]
        joins += f" LEFT JOIN ({values}) AS v{number} ON CAST(r.{column} AS VARCHAR) IS NOT DISTINCT FROM v{number}.{column}"
    rows = clean_sql(inp.scan_sql(con), columns, by_row, today=plan.as_of)
    return f"SELECT {', '.join(selected)} FROM ({rows}) AS r{joins}"


def _roster_sql(con: duckdb.DuckDBPyConnection, plan: Plan, inp: Readable) -> str:
    has = inp.columns
    words = "".join(
        f", {spoken.sql(f'lower({column}_value)')} AS {column}_read"
        for column, spoken in ROSTER_WORDS.items()
        if column in has
    )
    no_text, no_code = "''", "CAST(NULL AS VARCHAR)"
    columns = {
        "source_row": "CAST(source_row AS BIGINT)",
        "id_number": "id_number",
        "name": "name",
        "id_number_text": "id_number_text",
        "id_number_code": "id_number_code",
        "name_code": "CASE WHEN name_code = 'NAME_EMPTY' THEN name_code END",
        "name_clean": "name_clean",
        "id_key": LINK_KEY,
        "name_hash": NAME_HASH,
        "scheme": "CASE WHEN scheme_read = '' THEN 'resident_pension' ELSE scheme_read END"
        if "scheme" in has
        else "'resident_pension'",
        "scheme_given": "COALESCE(scheme, '')" if "scheme" in has else no_text,
        "payment_state": "CASE WHEN payment_state_read = '' THEN 'normal' ELSE payment_state_read END"
        if "payment_state" in has
        else "'normal'",
        # A word that is no relation is a benefit of the worker himself: known, and no dependant's.
        "benefit_kind": f"CASE WHEN benefit_kind_read = '{UNKNOWN}' THEN 'other' ELSE benefit_kind_read END"
        if "benefit_kind" in has
        else no_text,
        "certified_day": day_of("last_certified_on_value")
        if "last_certified_on" in has
        else f"CAST({j.NO_DAY} AS BIGINT)",
        "start_month": f"CAST({'benefit_start_month_value' if 'benefit_start_month' in has else 'NULL'} AS BIGINT)",
    }
    for column in ("last_certified_on", "benefit_start_month"):
        columns[column] = f"CAST({column} AS VARCHAR)" if column in has else no_text
        columns[f"{column}_code"] = bad(column) if column in has else no_code
    for place in ("register_place", "township", "village"):
        columns[place] = f"COALESCE(CAST({place} AS VARCHAR), '')" if place in has else no_text
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return (
        f"SELECT {selected} FROM (SELECT *{words} FROM ({_cleaned(con, plan, inp, ROSTER_KINDS)}) AS c) AS w"
    )


def _repeated_rejects(inp: Readable) -> str:
    """The rejects of rows that stand on the roster twice."""
    remedy = _("与第 {row} 行重复，只按前一行比对。请核对后删去一行。")
    before, after = remedy.split("{row}")
    return (
        f"SELECT {quoted(inp.name)}, r.source_row, 'id_number', {mask_sql('c.id_number', 'id_number')}, 'DUPLICATE_ROW',"
        f" {quoted(before)} || r.first_row || {quoted(after)} FROM repeated_rows AS r JOIN roster_cleaned AS c"
        " ON r.source_row = c.source_row ORDER BY r.source_row"
    )


def rejects_from(con: duckdb.DuckDBPyConnection, inp: Readable, fields: Sequence[str], table: str) -> int:
    """Add the refused rows of a cleaned table to `rejects`, each row once by its first fault; answers how many."""
    (before,) = _counts(con, "rejects")
    con.execute(f"INSERT INTO rejects {rejects_table_sql(inp.rejects)}")
    known: list[str] = []
    for field in fields:
        earlier = "".join(f" AND {name}_code IS NULL" for name in known)
        sql = f"SELECT * FROM {table} WHERE {field}_code IS NOT NULL{earlier} ORDER BY source_row"
        con.execute(f"INSERT INTO rejects {rejects_sql(sql, file=inp.name, field=field)}")
        known.append(field)
    (after,) = _counts(con, "rejects")
    return after - before - len(inp.rejects)


def refuse_if_all_rejected(name: str, accepted: int, rejected: int) -> None:
    """A list of which nothing could be read is refused as a whole (exit 3)."""
    if rejected and not accepted:
        raise InputRefused(
            "EVERY_ROW_REJECTED",
            _("{name} 的 {rejected} 行全部读不出来，没有写出名单。").format(name=name, rejected=rejected),
            remedy=_("请按 rejects 里每行的说明改正后重新比对。"),
        )


def _counts(con: duckdb.DuckDBPyConnection, *tables: str) -> tuple[int, ...]:
    rows = con.execute(
        "SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in tables)
    ).fetchall()
    return tuple(int(count) for count in rows[0])


def prepare_rejects(con: duckdb.DuckDBPyConnection) -> None:
    """Create the empty table `rejects`, and the number by which names are compared (DuckDB's hash)."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE rejects AS {rejects_table_sql([])}")
    con.execute("CREATE OR REPLACE TEMP MACRO name_number(x) AS CAST(hash(x) >> 1 AS BIGINT)")


def clean_feed(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    source: FeedSource,
    inp: Readable,
    table: str,
    *,
    is_whole: bool = True,
    engine: Cleaner | None = None,
) -> Cleaned:
    """Leave `table` and `<table>_loose`, add refused rows to `rejects`. Raises InputRefused if every row is refused."""
    (engine or DuckEngine(con)).create(f"{table}_cleaned", _feed_sql(con, plan, source, inp))
    day_fields = [name for name in ("event_on", "sentence_from", "sentence_until") if name in inp.columns]
    rejected = rejects_from(con, inp, ("id_number", *day_fields), f"{table}_cleaned")
    usable = " AND ".join(f"{name}_code IS NULL" for name in day_fields) or "TRUE"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {records_sql(table, usable, source)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table}_loose AS {loose_sql(table, usable)}")
    linkable, loose, rows = _counts(con, table, f"{table}_loose", f"{table}_cleaned")
    if is_whole:
        refuse_if_all_rejected(inp.name, linkable, rejected + len(inp.rejects))
    return Cleaned(inp.name, rows + len(inp.rejects), rows - rejected, rejected + len(inp.rejects), loose)


FEED_KINDS = {
    "id_number": "identity", "name": "name", "event_on": "date", "sentence_from": "date", "sentence_until": "date",
    "birth_date": "date", "gender": "gender", "critical": "text", "reason": "text", "mark": "text", "sentence_kind": "text",
    "register_status": "text",
}  # fmt: skip


def _feed_sql(con: duckdb.DuckDBPyConnection, plan: Plan, source: FeedSource, inp: Readable) -> str:
    words = [column for column in word_columns(source) if column in inp.columns]
    columns = _feed_columns(plan, source, inp, words)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT {selected} FROM ({_cleaned(con, plan, inp, FEED_KINDS)}) AS c"


def _feed_columns(plan: Plan, source: FeedSource, inp: Readable, words: Sequence[str]) -> dict[str, str]:
    has = inp.columns
    fault, nature = fault_and_nature(plan, source, words)
    event = "event_on_value" if "event_on" in has else "CAST(NULL AS DATE)"
    begin = f"COALESCE(sentence_from_value, {event})" if "sentence_from" in has else event
    birth = "birth_date_value" if "birth_date" in has else "CAST(NULL AS DATE)"
    has_fallback = f"(name_clean IS NOT NULL AND {birth} IS NOT NULL)" if "name" in has else "FALSE"
    code = "id_number_code" if "id_number" in has else "'ID_EMPTY'"
    named = "name" in has
    columns = {
        "source_row": "CAST(source_row AS BIGINT)",
        "id_number": "id_number" if "id_number" in has else "''",
        "number_code": code,
        # An empty number with name and birth beside it is no fault of the row: it is tried by name.
        "id_number_code": f"CASE WHEN {code} = 'ID_EMPTY' AND {has_fallback} THEN NULL ELSE {code} END",
        "id_key": f"CASE WHEN {code} IS NULL THEN {LINK_KEY} ELSE 0 END"
        if "id_number" in has
        else "CAST(0 AS BIGINT)",
        "name_hash": NAME_HASH if named else "CAST(0 AS BIGINT)",
        "name_clean": "name_clean" if named else "CAST(NULL AS VARCHAR)",
        "event_value": begin,
        "sentence_until_day": f"COALESCE(CAST(sentence_until_value - DATE '1970-01-01' AS BIGINT), {j.FOREVER})"
        if "sentence_until" in has
        else f"CAST({j.FOREVER} AS BIGINT)",
        "record_fault": fault,
        "record_nature": nature,
        "has_fallback": has_fallback,
        "birth_on": f"strftime({birth}, '%Y-%m-%d')" if "birth_date" in has else "''",
        "gender": "COALESCE(gender_value, '')" if "gender" in has else "''",
        "place": "COALESCE(CAST(register_place AS VARCHAR), '')" if "register_place" in has else "''",
    }
    for name in ("event_on", "sentence_from", "sentence_until"):
        if name in has:
            columns[name] = f"CAST({name} AS VARCHAR)"
            columns[f"{name}_code"] = bad(name)
    return columns
