"""Cleaning in SQL gives what the kernel gives, cell by cell: on a corpus of corners and on what Hypothesis invents.

The kernel is the definition; whatever differs here is an error of the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jubao.kernel.dates import parse_date, parse_years_months, parse_yes_no
from jubao.kernel.errors import ValueRefused
from jubao.kernel.fen import Fen
from jubao.kernel.id_number import IdNumber, id_check_char
from jubao.kernel.month import Month
from jubao.matching.cleaning import OUTPUTS, clean_sql, for_dialect
from jubao.matching.cleaning_identity import cut_disability_number
from tests.matching.corners import CORNERS, GOOD

TODAY = date(2024, 5, 31)
Answer = tuple[Any, ...]


def _identity(text: str) -> Answer:
    number = IdNumber.parse(cut_disability_number(text), today=TODAY)
    return number.text, number.key


KERNEL: dict[str, Callable[[str], Answer]] = {
    "identity": _identity,
    "date": lambda text: (parse_date(text),),
    "month": lambda text: (Month.parse(text).index,),
    "fen": lambda text: (int(Fen.from_yuan(text)),),
    "years": lambda text: (parse_years_months(text),),
    "yes_no": lambda text: (parse_yes_no(text),),
}


def by_kernel(kind: str, text: str) -> Answer:
    width = len(OUTPUTS[kind]) - 1
    try:
        return (*KERNEL[kind](text), None)
    except ValueRefused as refused:
        return (*[None] * width, refused.code)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells (x VARCHAR, i INTEGER)")
        yield connection


def by_sql(con: duckdb.DuckDBPyConnection, kind: str, texts: Sequence[str]) -> list[Answer]:
    con.execute("DELETE FROM cells")
    con.executemany("INSERT INTO cells VALUES (?, ?)", [(text, i) for i, text in enumerate(texts)])
    outputs = ", ".join(f"x_{output}" for output in OUTPUTS[kind])
    return con.execute(f"SELECT {outputs} FROM ({query(kind)}) ORDER BY i").fetchall()


def query(kind: str) -> str:
    return clean_sql("SELECT * FROM cells", {"x": "VARCHAR", "i": "INTEGER"}, {"x": kind}, today=TODAY)


def assert_agree(con: duckdb.DuckDBPyConnection, kind: str, texts: Sequence[str]) -> None:
    expected = [by_kernel(kind, text) for text in texts]

    found = by_sql(con, kind, texts)

    differences = [
        (text, kernel, sql) for text, kernel, sql in zip(texts, expected, found, strict=True) if kernel != sql
    ]
    assert differences == []


@pytest.mark.parametrize("kind", CORNERS)
def test_corners_agree_with_kernel(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert_agree(con, kind, CORNERS[kind])


# Upper-casing ß or ﬁ makes two letters of one in Python and none in SQL; both refuse, one by length, one by character.
_ODD = "'‘　\u00a0 \t\n\u200b\ufeff\u00ad０５９ＸｘXxEe+-./:年月日个元¥￥,，|T是否有无"
_characters = st.one_of(st.sampled_from("0123456789"), st.sampled_from(_ODD))
_noise = st.text(_characters, max_size=24)


@st.composite
def _numbers(draw: st.DrawFn) -> str:
    first = draw(
        st.from_regex(
            r"(50|11|81|91|99|16)[0-9]{4}(19|20|18|22)[0-9]{2}(0[0-9]|1[0-3])([0-2][0-9]|3[0-2])[0-9]{3}",
            fullmatch=True,
        )
    )
    last = draw(st.one_of(st.just(id_check_char(first)), st.sampled_from("0123456789Xx")))
    return first + last + draw(st.sampled_from(["", "", "", "41", ".0", " "]))


@st.composite
def _days(draw: st.DrawFn) -> str:
    mark, second = draw(st.sampled_from(["--", "//", "..", "年月", "-/", ""]).map(lambda m: (m[:1], m[1:])))
    space = draw(st.sampled_from(["", "", " ", "\t", "　"]))
    time = draw(st.sampled_from(["", "", " 10:30", "T1:02:03", "9:00", " 10:30:00.5", "日", "日 8:00"]))
    year, month, day = draw(st.integers(1840, 2210)), draw(st.integers(0, 14)), draw(st.integers(0, 33))
    width = draw(st.sampled_from(["d", "02d"]))
    return f"{year}{mark}{space}{month:{width}}{space}{second}{day:{width}}{time}"


_amounts = st.from_regex(
    r"[¥$￥]?[-+]?[0-9]{0,3}(,[0-9]{3}){0,3}[0-9]{0,14}(\.[0-9]{0,4})?元?", fullmatch=True
)
_spans = st.from_regex(r"[0-9]{0,3}\.?[0-9]{0,2}年?[0-9]{0,2}个?月?", fullmatch=True)
INVENTED = {
    "identity": st.one_of(
        _noise, _numbers(), st.from_regex(r"[0-9](\.[0-9]*)?[Ee]\+?[0-9]{1,3}", fullmatch=True)
    ),
    "date": st.one_of(_noise, _days(), st.from_regex(r"[0-9]{3,6}(\.[0-9]{0,4})?", fullmatch=True)),
    "month": st.one_of(_noise, _days(), st.from_regex(r"[0-9]{4}[-/.年 ]?[0-9]{1,2}月?", fullmatch=True)),
    "fen": st.one_of(_noise, _amounts),
    "years": st.one_of(_noise, _spans),
    "yes_no": st.one_of(_noise, st.sampled_from(CORNERS["yes_no"])),
}


@pytest.mark.parametrize("kind", INVENTED)
def test_invented_cells_agree_with_kernel(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    @settings(max_examples=40)
    @example(CORNERS[kind])
    @given(st.lists(INVENTED[kind], min_size=20, max_size=60))
    def check(texts: list[str]) -> None:
        assert_agree(con, kind, texts)

    check()


@pytest.mark.parametrize(
    ("text", "clean", "code"),
    [
        ("张三", "张三", None),
        ("张　三", "张三", None),
        (" 张 三\u200b", "张三", None),
        ("王", "王", None),
        ("𠮷野䶮", "𠮷野䶮", None),
        ("买买提•艾山", "买买提·艾山", None),
        ("买买提・艾山", "买买提·艾山", None),
        ("买买提．艾山", "买买提·艾山", None),
        ("买买提‧艾山", "买买提·艾山", None),
        ("买买提·艾山", "买买提·艾山", None),
        ("\ue81e", "龴", None),
        ("li   Ming", "LI MING", None),
        ("John　Q. Smith", "JOHN Q. SMITH", None),
        ("", None, "NAME_EMPTY"),
        ("　\u200b", None, "NAME_EMPTY"),
        ("张?", "张?", "NAME_DAMAGED"),
        ("张？", "张?", "NAME_DAMAGED"),
    ],
)
def test_names_follow_the_published_rules(
    con: duckdb.DuckDBPyConnection, text: str, clean: str | None, code: str | None
) -> None:
    assert by_sql(con, "name", [text]) == [(clean, code)]


@pytest.mark.parametrize(("text", "gender"), [("男", "male"), ("２", "female"), ("F", "female"), ("", None)])
def test_gender_is_read_from_exports_and_forms(
    con: duckdb.DuckDBPyConnection, text: str, gender: str | None
) -> None:
    assert by_sql(con, "gender", [text]) == [(gender, None)]


def test_unknown_gender_is_named(con: duckdb.DuckDBPyConnection) -> None:
    assert by_sql(con, "gender", ["不详"]) == [(None, "GENDER_UNREADABLE")]


def test_null_cells_are_empty(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM cells")
    con.execute("INSERT INTO cells VALUES (NULL, 0)")

    codes = [con.execute(f"SELECT x_code FROM ({query(kind)})").fetchone() for kind in KERNEL]

    expected = ["ID_EMPTY", "DATE_EMPTY", "MONTH_EMPTY", "AMOUNT_EMPTY", "YEARS_EMPTY", "YES_NO_EMPTY"]
    assert codes == [(code,) for code in expected]


def test_native_days_and_integers_of_parquet_are_kept(con: duckdb.DuckDBPyConnection) -> None:
    source = f"SELECT CAST({GOOD} AS BIGINT) AS id_number, DATE '2024-05-17' AS event_on, 12.5 AS amount"
    columns = {"id_number": "BIGINT", "event_on": "DATE", "amount": "DECIMAL(3,1)"}

    sql = clean_sql(source, columns, {"id_number": "identity", "event_on": "date", "amount": "fen"})

    row = con.execute(f"SELECT id_number_text, event_on_value, amount_value FROM ({sql})").fetchone()
    assert row == (GOOD, date(2024, 5, 17), 1250)


def test_a_ruined_number_of_parquet_is_refused_by_name(con: duckdb.DuckDBPyConnection) -> None:
    sql = clean_sql(f"SELECT CAST({GOOD} AS DOUBLE) AS x", {"x": "DOUBLE"}, {"x": "identity"})

    assert con.execute(f"SELECT x_code FROM ({sql})").fetchone() == ("ID_SCIENTIFIC",)


@pytest.mark.parametrize("kind", KERNEL)
def test_postgresql_gives_the_same(postgres: Any, kind: str) -> None:
    texts = CORNERS[kind]
    outputs = ", ".join(f"x_{output}" for output in OUTPUTS[kind])
    with postgres.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS cells (x text, i integer)")
        cursor.execute("DELETE FROM cells")
        cursor.executemany("INSERT INTO cells VALUES (%s, %s)", [(text, i) for i, text in enumerate(texts)])
        cursor.execute(for_dialect(f"SELECT {outputs} FROM ({query(kind)}) AS c ORDER BY i", "postgres"))
        found = cursor.fetchall()

    expected = [by_kernel(kind, text) for text in texts]
    assert [(t, e, f) for t, e, f in zip(texts, expected, found, strict=True) if e != f] == []


@pytest.mark.spark
@pytest.mark.parametrize("kind", KERNEL)
def test_spark_gives_the_same(spark: Any, kind: str) -> None:
    texts = CORNERS[kind]
    spark.createDataFrame(list(enumerate(texts)), "i int, x string").createOrReplaceTempView("cells")
    outputs = ", ".join(f"x_{output}" for output in OUTPUTS[kind])

    rows = spark.sql(for_dialect(f"SELECT {outputs} FROM ({query(kind)}) AS c ORDER BY i", "spark")).collect()

    expected = [by_kernel(kind, text) for text in texts]
    assert [(t, e, tuple(f)) for t, e, f in zip(texts, expected, rows, strict=True) if e != tuple(f)] == []
