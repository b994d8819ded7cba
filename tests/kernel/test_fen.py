"""Money: what is read, what is refused, and how it is written back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel.errors import ValueRefused
from jubao.kernel.fen import Fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("13.44", 1344),
        ("163.02", 16302),
        ("1,234.50", 123450),
        ("12,345,678.9", 1234567890),
        ("￥1,234.50", 123450),
        ("¥ 5", 500),
        ("１２．３４", 1234),
        ("１，２３４．５０元", 123450),
        ("'0.01", 1),
        ("0", 0),
        ("0" * 5000 + "1", 100),
        ("7.", 700),
        ("-13.44", -1344),
        ("+0.5", 50),
        ("9999999999999.99", 999999999999999),
    ],
)
def test_amount_is_read(text: str, fen: int) -> None:
    assert Fen.from_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "AMOUNT_EMPTY"),
        (" \u200b　", "AMOUNT_EMPTY"),
        ("'", "AMOUNT_EMPTY"),
        ("1.234", "AMOUNT_DECIMALS"),
        ("13.440", "AMOUNT_DECIMALS"),
        ("0.30000000000000004", "AMOUNT_DECIMALS"),
        ("1,23", "AMOUNT_UNREADABLE"),
        ("1.2E+3", "AMOUNT_UNREADABLE"),
        ("一百元", "AMOUNT_UNREADABLE"),
        (".", "AMOUNT_UNREADABLE"),
        ("1.5.2", "AMOUNT_UNREADABLE"),
        ("١٢", "AMOUNT_UNREADABLE"),
        ("10000000000000.00", "AMOUNT_TOO_LARGE"),
        ("9" * 5000, "AMOUNT_TOO_LARGE"),
    ],
)
def test_amount_is_refused_with_a_code_and_a_remedy(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        Fen.from_yuan(text)

    assert refused.value.code == code
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("fen", "yuan"), [(-1, "-0.01"), (0, "0.00"), (1, "0.01"), (99, "0.99"), (100, "1.00"), (-1344, "-13.44")]
)
def test_amount_is_written_with_two_decimals(fen: int, yuan: str) -> None:
    assert Fen(fen).yuan == yuan


def test_a_product_of_amounts_is_a_plain_number() -> None:
    assert type(Fen(100) * 2) is int
    assert repr(Fen(1344)) == "Fen(1344)"


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert Fen.from_yuan(Fen(fen).yuan) == fen


@given(st.text() | st.text(alphabet="0123456789０９.,，-+¥￥元'E \u200b"))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        assert isinstance(Fen.from_yuan(text), Fen)
    except ValueRefused as refused:
        assert refused.code.startswith("AMOUNT_")
