"""Days, spans of years and yes/no: the forms docs/operating/files.md names, boundaries, and totality."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel.dates import add_months, parse_date, parse_years_months, parse_yes_no
from jubao.kernel.errors import ValueRefused


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-17", "20240517", "2024/5/17", "2024.5.17", "2024年5月17日", "2024年5月17", "２０２４－０５－１７", "'2024-05-17",
        "2024-05-17 08:30:00",
        "2024-05-17T08:30", "2024/5/17 8:30:00.000", "20240517 08:30:00", "45429", "45429.0", "45429.354167",
    ],
)  # fmt: skip
def test_day_is_read(text: str) -> None:
    assert parse_date(text) == date(2024, 5, 17)


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("3000", date(1908, 3, 18)),
        ("9999", date(1927, 5, 17)),
        ("10000", date(1927, 5, 18)),
        ("99999", date(2173, 10, 13)),
    ],
)
def test_excel_serials_at_their_limits(serial: str, day: date) -> None:
    assert parse_date(serial) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "DATE_EMPTY"),
        ("　", "DATE_EMPTY"),
        ("2999", "DATE_UNREADABLE"),
        ("1963", "DATE_UNREADABLE"),
        ("202405", "DATE_UNREADABLE"),
        ("100000", "DATE_UNREADABLE"),
        ("2024-05", "DATE_UNREADABLE"),
        ("2024-05/17", "DATE_UNREADABLE"),
        ("17.05.2024", "DATE_UNREADABLE"),
        ("昨天", "DATE_UNREADABLE"),
        ("2024-05-17T08:30:00Z", "DATE_UNREADABLE"),
        ("20240230", "DATE_IMPOSSIBLE"),
        ("2023-02-29", "DATE_IMPOSSIBLE"),
        ("2024-13-01", "DATE_IMPOSSIBLE"),
        ("2024-04-31", "DATE_IMPOSSIBLE"),
        ("1849-12-31", "DATE_IMPOSSIBLE"),
        ("2200-01-01", "DATE_IMPOSSIBLE"),
        ("00000000", "DATE_IMPOSSIBLE"),
    ],
)
def test_day_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        parse_date(text)

    assert refused.value.code == code


@pytest.mark.parametrize("text", ["2024-02-28", "2024-02-29", "2024-03-01", "1850-01-01", "2199-12-31"])
def test_days_at_the_edges_are_read(text: str) -> None:
    assert parse_date(text).isoformat() == text


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 5, 30), -3, date(2024, 2, 29)),
        (date(2024, 5, 31), -3, date(2024, 2, 29)),
        (date(2023, 5, 31), -3, date(2023, 2, 28)),
        (date(2024, 5, 29), -3, date(2024, 2, 29)),
        (date(2024, 5, 28), -3, date(2024, 2, 28)),
        (date(2023, 12, 31), 1, date(2024, 1, 31)),
        (date(2024, 1, 31), -1, date(2023, 12, 31)),
        (date(1964, 2, 29), 720, date(2024, 2, 29)),
    ],
)
def test_months_are_added_clipped_to_the_end_of_the_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("17", 204), ("17年", 204), ("17年3月", 207), ("17年3个月", 207), ("１７年３个月", 207), ("0", 0), ("15年0个月", 180),
        ("14年11月", 179), ("15", 180), ("15年1月", 181), ("3个月", 3), ("100年11个月", 1211),
    ],
)  # fmt: skip
def test_years_and_months_are_read(text: str, months: int) -> None:
    assert parse_years_months(text) == months


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "YEARS_EMPTY"),
        ("17.5", "YEARS_DECIMAL"),
        ("17.0", "YEARS_DECIMAL"),
        ("17.3年", "YEARS_DECIMAL"),
        ("17年12月", "YEARS_IMPOSSIBLE"),
        ("101", "YEARS_IMPOSSIBLE"),
        ("-3", "YEARS_UNREADABLE"),
        ("十七年", "YEARS_UNREADABLE"),
        ("17年3", "YEARS_UNREADABLE"),
        ("17月", "YEARS_UNREADABLE"),
    ],
)
def test_years_and_months_are_refused(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        parse_years_months(text)

    assert refused.value.code == code


@pytest.mark.parametrize("text", ["是", "有", "true", "TRUE", "1", "Y", "y", "yes", "ＹＥＳ", " 是 "])
def test_yes(text: str) -> None:
    assert parse_yes_no(text) is True


@pytest.mark.parametrize("text", ["否", "无", "false", "False", "0", "N", "no", "'0"])
def test_no(text: str) -> None:
    assert parse_yes_no(text) is False


@pytest.mark.parametrize(
    ("text", "code"), [("", "YES_NO_EMPTY"), ("2", "YES_NO_UNREADABLE"), ("不详", "YES_NO_UNREADABLE")]
)
def test_neither_yes_nor_no(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        parse_yes_no(text)

    assert refused.value.code == code


DIRTY = st.text() | st.text(alphabet="0123456789-/.年月日个 T:０'是否yn\u200b\u3000")


@given(DIRTY)
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        assert date(1850, 1, 1) <= parse_date(text) <= date(2199, 12, 31)
    except ValueRefused as refused:
        assert refused.code.startswith("DATE_")


@given(DIRTY)
def test_any_text_is_a_span_or_refused(text: str) -> None:
    try:
        assert 0 <= parse_years_months(text) <= 1211
    except ValueRefused as refused:
        assert refused.code.startswith("YEARS_")


@given(DIRTY)
def test_any_text_is_yes_or_no_or_refused(text: str) -> None:
    try:
        assert parse_yes_no(text) in (True, False)
    except ValueRefused as refused:
        assert refused.code.startswith("YES_NO_")
