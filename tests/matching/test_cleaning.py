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


GOOD = "509901196308150021"
assert id_check_char(GOOD[:17]) == GOOD[17]
CORNERS = {
    "identity": [
        "", " ", "'", "　", GOOD, f"'{GOOD}", f" {GOOD}\t", f"{GOOD[:6]} {GOOD[6:14]} {GOOD[14:]}", f"‘{GOOD}",
        GOOD.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}), GOOD[:6] + "\u200b" + GOOD[6:],
        GOOD[:6] + "\u00ad" + GOOD[6:], "\u202a" + GOOD + "\u202c", "\ufeff" + GOOD, GOOD[:-1], GOOD + "0",
        "509901630815002", "509901000229002", "50990163081500X", "11010519491231002X", "11010519491231002x",
        "１１０１０５１９４９１２３１００２ｘ", "110105194912310O2X", "5.09901E+17", "5.09901196308150e+17", "5E17", "5.E+7", "E+17",
        "5.0.1E+17", "5.09901E-17", "5.09901E+170", "50.9901E+17", "509901196308150000", "509901196308150000.0",
        "509901196308150021.0", "509901196308150021.00", "509901196308150021.01", "509901196302300021", "509901190002290024",
        "509901200002290020", "50990124000101002X", "509901184912310020", "099901196308150029", "169901196308150029",
        "810000199408230021", "830000199408230025", "911019196308150025", "990001196308150025", "ABC123456789012", "AB1234567890123",
        "abc123456789012", "+50990119630815002", "1e16", "00000000000001e16X", "5_0990119630815002", "0x5099011963081500",
        GOOD + "41", GOOD + "74", GOOD + "81", GOOD + "45", "11010519491231002X41", GOOD + " 4 1", "X" * 18, "5099011963081500２9",
        "null", "a|b", "|", "身份证", "509901196308150021" * 5,
    ],
    "date": [
        "", " ", "2024-05-17", "20240517", "2024/5/7", "2024.5.7", "2024年5月7日", "2024年5月7", "2024年05月07日 10:30", " 2024-05-17 ",
        "2024-5-7 1:02", "2024-05-17T10:02:03", "2024-05-17 10:02:03.123456789", "2024-05-17 10:02:03.1234567890", "2024-05-12:00",
        "2024-05-171:00", "2024 - 05 - 17", "2024年 5 月 7 日", "2024-05/17", "2024-13-01", "2024-02-30", "2023-02-29", "2000-02-29",
        "1900-02-29", "1849-12-31", "1850-01-01", "2199-12-31", "2200-01-01", "0202-01-01", "45429", "45429.5", "2999", "3000", "9999",
        "10000", "99999", "100000", "1963", "45429.1234567890123456", "45429.", "20240532", "20240517 10:00", "2024051710:00",
        "2024-05", "2024年5月", "二〇二四年", "２０２４－０５－１７", "２０２４年５月１７日", "'2024-05-17", "2024-05-17 上午", "17/05/2024", "2024-00-10",
        "2024-05-00", "2024-05-17 T10:00", "2024年5月7 T10:00", "2024-05-17\t10:00", "2024-05-17 1:2", "x", "|", "0:00", "2024-05-17T", "60", "61",
        "0000-00-00", "00000000", "2024--05-17", "2024-05-17-", "2024-005-17", "2024-5-017", "2024年13月1日",
    ],
    "month": [
        "", "2024-05", "202405", "2024年5月", "2024年5", "2024/5", "2024.5", "2024.05", "2024-5", "2024 年 5 月", "2024-05-17", "2024年5月17日",
        "2024-05-17 10:00", "2024-05-17T10:00:00", "2024-05-17\t10:00", "2024-05-32", "2024-13", "202413", "202400", "189912", "219912", "220001",
        "20240517", "2024", "2024-", "-05", "5月", "２０２４年５月", "2024-05-17 10", "2024-05-17 10:00:00.000000", "2024-05-17 10:00:00.0000000",
        "2024-05月", "2024年5-17", "2024-05-1日", "2024-05 月", "2024-053", "x",
    ],
    "fen": [
        "", " ", "0", "1", "13.44", "13.4", "13.", ".5", "1.234", "1.000", "1,234.50", "1,23", "12,34", "1,234,567", "1234,567", "1,2345,678",
        "￥1", "¥1", "$1", "$-1", "-¥1", "¥+¥1", "--1", "-5", "+5", "－５．０５", "5元", "5 元", "5元元", "1 234.50", "1\t2", "１２．３４", "1e3", "1E3",
        "9999999999999.99", "10000000000000", "00000000000000001", "99999999999999999999999", "0,000", ",123", "1,", "1.2.3", "元", "-", "¥",
        "abc", "1,234,", "\u00a05", "'5", "1，234", "|",
    ],
    "years": [
        "", "0", "17", "17年", "17年3月", "17年3个月", "17年03月", "3个月", "11个月", "12个月", "99个月", "100个月", "17.3", "17.3年", ".5", "17.", "17年.",
        "17年12月", "17年11个月", "100", "100年", "101", "101年", "100年11月", "17 年 3 个月", "１７年３月", "17个月3", "17年3", "17年个月", "x", "-1", "1717",
        "17..3", "17年3.5月", "年", "个月", "1年0月", "|",
    ],
    "yes_no": ["", " ", "是", "否", "有", "无", "true", "FALSE", "True", "1", "0", "Y", "n", "yes", "NO", "Ｙ", "'1", "2", "对", "是否", "是|否", "|", "y y"],
}  # fmt: skip


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
