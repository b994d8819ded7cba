"""Months: forms that are read, arithmetic across years, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel.errors import ValueRefused
from jubao.kernel.month import Month


@pytest.mark.parametrize(
    "text",
    [
        "2024-05", "202405", "2024年5月", "2024/5", "2024.5", "2024-5", "2024.05", "２０２４年０５月", "'202405",
        " 2024 年 5 月 ",
        "2024-05-01", "2024/5/31", "2024-05-01 00:00:00", "2024年5月17日",
    ],
)  # fmt: skip
def test_month_is_read(text: str) -> None:
    assert Month.parse(text) == Month(2024, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MONTH_EMPTY"),
        ("\u3000", "MONTH_EMPTY"),
        ("2024", "MONTH_UNREADABLE"),
        ("五月", "MONTH_UNREADABLE"),
        ("24-05", "MONTH_UNREADABLE"),
        ("2024-005", "MONTH_UNREADABLE"),
        ("202400", "MONTH_IMPOSSIBLE"),
        ("2024-13", "MONTH_IMPOSSIBLE"),
        ("1899-12", "MONTH_IMPOSSIBLE"),
        ("2200-01", "MONTH_IMPOSSIBLE"),
        ("2023-02-29", "MONTH_IMPOSSIBLE"),
        ("0000-01", "MONTH_IMPOSSIBLE"),
    ],
)
def test_month_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        Month.parse(text)

    assert refused.value.code == code
    assert "2024-05" in refused.value.remedy


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [
        ("2023-11", 1, "2023-12"),
        ("2023-12", 1, "2024-01"),
        ("2024-01", -1, "2023-12"),
        ("2023-09", 0, "2023-09"),
    ],
)
def test_adding_months_crosses_the_year(first: str, months: int, then: str) -> None:
    assert str(Month.parse(first) + months) == then
    assert Month.parse(then) - months == Month.parse(first)


def test_difference_index_and_days() -> None:
    month = Month(2024, 2)

    assert month - Month(2023, 1) == 13
    assert month.index == 2024 * 12 + 1
    assert Month.from_index(month.index) == month
    assert (month.first_day, month.last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert Month.containing(date(2024, 2, 29)) == month
    assert Month(2023, 12) < month < Month(2024, 3)


@pytest.mark.parametrize(("year", "month"), [(2024, 0), (2024, 13), (0, 1), (10000, 1)])
def test_an_impossible_month_cannot_be_made(year: int, month: int) -> None:
    with pytest.raises(ValueError, match="no such month"):
        Month(year, month)


@given(st.integers(min_value=1900, max_value=2199), st.integers(min_value=1, max_value=12))
def test_what_is_written_is_read_back(year: int, month: int) -> None:
    assert Month.parse(str(Month(year, month))) == Month(year, month)


@given(st.text() | st.text(alphabet="0123456789-/.年月日 T:０'"))
def test_any_text_is_a_month_or_refused(text: str) -> None:
    try:
        assert isinstance(Month.parse(text), Month)
    except ValueRefused as refused:
        assert refused.code.startswith("MONTH_")
