"""The fixed SQL of cleaned lists: the key people are joined by, who is on the roster twice, what a subject and a record is.

Worked example: the key of 50011019630815002X is 50011019630815002; the old foreign card FRA110012345678 gets a negative one.
"""

from __future__ import annotations

from jubao.matching.plan import FeedSource
from jubao.rules import judgement as j

UNREADABLE = "('DATE_UNREADABLE', 'DATE_IMPOSSIBLE', 'MONTH_UNREADABLE', 'MONTH_IMPOSSIBLE')"


def day_of(column: str) -> str:
    """SQL for the day number of a DATE, NO_DAY for none."""
    return f"COALESCE(CAST({column} - DATE '1970-01-01' AS BIGINT), {j.NO_DAY})"


LINK_KEY = (
    "CASE WHEN id_number_key <> 0 THEN id_number_key WHEN id_number_text IS NULL THEN 0 ELSE"
    " -(((ascii(substr(id_number_text, 1, 1)) - 65) * 676 + (ascii(substr(id_number_text, 2, 1)) - 65) * 26"
    " + ascii(substr(id_number_text, 3, 1)) - 65) * 1000000000000 + CAST(substr(id_number_text, 4) AS BIGINT) + 1) END"
)
"""The integer people are joined by; the old foreign card has no digits to begin with and gets a negative one."""

NAME_HASH = "CASE WHEN name_clean IS NULL THEN CAST(0 AS BIGINT) ELSE name_number(name_clean) END"
"""Names are compared by 63 bits: carrying the text through a join of 60 million rows costs three times as much."""


def bad(column: str) -> str:
    """The code of a cell that holds something unreadable; an empty cell is no fault."""
    return f"CASE WHEN {column}_code IN {UNREADABLE} THEN {column}_code END"


ACCEPTED = "id_number_code IS NULL AND name_code IS NULL AND last_certified_on_code IS NULL AND benefit_start_month_code IS NULL"
SHARED = f"SELECT id_key FROM roster_cleaned WHERE {ACCEPTED} GROUP BY id_key HAVING COUNT(*) > 1"
REPEATED = (
    "SELECT source_row, first_row FROM (SELECT source_row, MIN(source_row) OVER"
    " (PARTITION BY id_key, name_hash, scheme, benefit_kind) AS first_row"
    f" FROM roster_cleaned WHERE {ACCEPTED} AND id_key IN (SELECT id_key FROM shared_keys)) WHERE source_row > first_row"
)
BIRTH = "CAST(id_key // 1000 % 100000000 AS BIGINT)"
BIRTH_DAY = (
    "make_date(CAST(birth_date // 10000 AS INTEGER), CAST(birth_date // 100 % 100 AS INTEGER),"
    " CAST(birth_date % 100 AS INTEGER))"
)
SUBJECTS = (
    f"WITH kept AS (SELECT *, CASE WHEN id_key > 0 THEN {BIRTH} ELSE 19000101 END AS birth_date FROM roster_cleaned"
    f" WHERE {ACCEPTED} AND source_row NOT IN (SELECT source_row FROM repeated_rows)),"
    " named_twice AS (SELECT id_key FROM kept WHERE id_key IN (SELECT id_key FROM shared_keys)"
    " GROUP BY id_key HAVING COUNT(DISTINCT name_hash) > 1)"
    " SELECT source_row AS subject, source_row, id_key, name_hash, id_number_text AS id_number, COALESCE(name, '') AS name,"
    " name_clean AS match_name, scheme, CASE WHEN scheme = '?' THEN scheme_given ELSE scheme END AS scheme_text,"
    " payment_state, benefit_kind, birth_date, CAST("
    f"{BIRTH_DAY} - DATE '1970-01-01' AS BIGINT) AS birth_day, certified_day,"
    " start_month IS NOT NULL AS has_benefit_start_month,"
    " COALESCE(start_month, 0) AS benefit_start_month, CASE WHEN start_month IS NULL THEN"
    f" {j.NO_DAY} ELSE CAST(make_date(CAST(start_month // 12 AS INTEGER), CAST(start_month % 12 + 1 AS INTEGER), 1)"
    " - DATE '1970-01-01' AS BIGINT) END AS benefit_start_day, id_key IN (SELECT id_key FROM named_twice) AS is_number_shared,"
    " register_place, township, village FROM kept ORDER BY source_row"
)


def records_sql(table: str, usable: str, source: FeedSource) -> str:
    """The records that can be linked, by number or by name."""
    dated = (
        ", CAST(COALESCE(year(event_value) * 10000 + month(event_value) * 100 + day(event_value), 0) AS BIGINT) AS event_date"
        if source.counts_when.min_age_years is not None
        else ""
    )
    return (
        f"SELECT source_row, id_key, name_hash, {day_of('event_value')} AS event_day, event_value IS NOT NULL AS has_event_day,"
        f" sentence_until_day, record_fault, record_nature{dated} FROM {table}_cleaned"
        f" WHERE {usable} AND (id_key <> 0 OR has_fallback)"
    )


def loose_sql(table: str, usable: str) -> str:
    """The records without a usable number that name a person and a day of birth."""
    return (
        f"SELECT source_row, name_clean AS name, birth_on, gender, place FROM {table}_cleaned"
        f" WHERE {usable} AND id_key = 0 AND has_fallback"
    )
