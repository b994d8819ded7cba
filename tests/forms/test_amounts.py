"""Capital amounts as vouchers write them, and masks that never show more than the old system did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.forms.amounts import capital_amount
from jubao.forms.masks import masked_account, masked_name, masked_number, masked_phone, public_number
from jubao.kernel.errors import ValueRefused

DIGITS = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (5, "伍分"),
        (50, "伍角整"),
        (0, "零元整"),
        (10000000100, "壹亿零壹元整"),
        (100000000, "壹佰万元整"),
        (10001000000, "壹亿零壹万元整"),
        (1001000, "壹万零壹拾元整"),
        (1000000000000, "壹佰亿元整"),
        (100000000000000, "壹万亿元整"),
        (100010000000000, "壹万零壹亿元整"),
        (100001, "壹仟元零壹分"),
        (1680032, "壹万陆仟捌佰元零叁角贰分"),
    ],
)
def test_capital_amount(fen: int, text: str) -> None:
    assert capital_amount(fen) == text


def test_negative_amount_is_refused() -> None:
    with pytest.raises(ValueRefused) as refusal:
        capital_amount(-1)

    assert refusal.value.code == "AMOUNT_NEGATIVE"


def read_back(text: str) -> int:
    """The amount a person reads in capital characters."""
    yuan, _, rest = text.partition("元") if "元" in text else ("", "", text)
    fen, digit = 0, 0
    for c in rest:
        digit = DIGITS.get(c, digit)
        fen += digit * {"角": 10, "分": 1}.get(c, 0)
    total = section = digit = 0
    for c in yuan:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in UNITS:
            section, digit = section + digit * UNITS[c], 0
        elif c == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return (total + section + digit) * 100 + fen


@given(st.integers(0, 10**15))
def test_capital_amount_reads_back(fen: int) -> None:
    text = capital_amount(fen)

    assert read_back(text) == fen
    assert "零零" not in text and "亿万" not in text and not text.startswith("元")


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("6221412345678890", "622*********8890"),
        ("12345678", "123*5678"),
        ("1234567", "***4567"),
        ("12345", "*2345"),
        ("1234", "****"),
        ("", "未绑定银行账户"),
    ],
)
def test_masked_account(account: str, shown: str) -> None:
    assert masked_account(account) == shown


def test_other_masks() -> None:
    assert masked_number("50990019661201002X") == "5099**********002X"
    assert public_number("50990019661201002X") == "****************2X"
    assert [masked_name(name) for name in ("王明", "王小明", "欧阳翠兰", "王")] == [
        "王*",
        "王*明",
        "欧**兰",
        "王",
    ]
    assert masked_phone("13812345678") == "138****5678"
