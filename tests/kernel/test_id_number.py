"""Numbers of persons: the samples of the standards, every refusal, masking, and totality."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel.errors import ValueRefused
from jubao.kernel.id_number import PROVINCES, IdNumber, id_check_char, is_excel_ruined, mask_id

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def with_check(first17: str) -> str:
    """The number with the check character by the weights of GB 11643, not by the base-13 trick."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return first17 + "10X98765432"[total % 11]


ENDING_X = next(
    number for number in (with_check(f"50991119630815{i:03d}") for i in range(1, 99)) if number[-1] == "X"
)
ENDING_ZEROS = next(
    number
    for number in (with_check(f"5099111963{m:02d}{d:02d}100") for m in range(1, 13) for d in range(1, 29))
    if number[-1] == "0"
)


@pytest.mark.parametrize(
    "text",
    [
        "500110196308150026", "500110630815002", " 500110196308150026 ", "'500110196308150026",
        "５００１１０１９６３０８１５００２６",
        "500110 19630815 0026", "\u200b500110196308150026\ufeff", "\u3000500110196308150026",
    ],
)  # fmt: skip
def test_sample_of_the_law_notes_is_read_however_it_is_written(text: str) -> None:
    number = IdNumber.parse(text)

    assert number.text == "500110196308150026"
    assert number.key == 50011019630815002
    assert number.birth_date == date(1963, 8, 15)
    assert number.gender == "female"
    assert number.kind == "citizen"
    assert number.has_birth_date


def test_lower_case_x_is_folded() -> None:
    assert IdNumber.parse(ENDING_X.lower()).text == ENDING_X
    assert IdNumber.parse(ENDING_X.replace("X", "ｘ")).text == ENDING_X


@pytest.mark.parametrize("address", ["810000", "820000", "830000"])
def test_residence_permits_of_hmt(address: str) -> None:
    number = IdNumber.parse(with_check(f"{address}19600101001"))

    assert number.kind == "hmt_residence"
    assert number.gender == "male"


def test_foreign_card_of_2023() -> None:
    number = IdNumber.parse("931105196001010010")

    assert number.kind == "foreign_card"
    assert number.birth_date == date(1960, 1, 1)


def test_old_foreign_card_tells_neither_birth_nor_gender() -> None:
    number = IdNumber.parse("usa310067122006")

    assert (number.text, number.kind, number.key) == ("USA310067122006", "foreign_card_old", 0)
    assert not number.has_birth_date
    for read in (lambda: number.birth_date, lambda: number.gender):
        with pytest.raises(ValueRefused) as refused:
            read()
        assert refused.value.code == "ID_BIRTH_DATE"


@pytest.mark.parametrize("area", ["500222", "510223", "510228", "509911"])
def test_retired_and_unknown_counties_are_accepted(area: str) -> None:
    assert IdNumber.parse(with_check(f"{area}19630815002")).text.startswith(area)


@pytest.mark.parametrize("province", sorted(PROVINCES))
def test_every_province_is_known(province: str) -> None:
    assert IdNumber.parse(with_check(f"{province}010119630815002")).text[:2] == province


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ID_EMPTY"),
        (" \u200b'", "ID_EMPTY"),
        ("5.00110E+17", "ID_SCIENTIFIC"),
        ("5.0011019630815E+17", "ID_SCIENTIFIC"),
        ("5E17", "ID_SCIENTIFIC"),
        ("500110196308150000", "ID_SCIENTIFIC"),
        ("500110196308150000.0", "ID_SCIENTIFIC"),
        ("50011063081500", "ID_LENGTH"),
        ("5001106308150021", "ID_LENGTH"),
        ("50011019630815002", "ID_LENGTH"),
        ("5001101963081500261", "ID_LENGTH"),
        ("不详", "ID_LENGTH"),
        ("50011019630815002A", "ID_CHARACTERS"),
        ("5001101963081500X6", "ID_CHARACTERS"),
        ("50011063081500X", "ID_CHARACTERS"),
        ("USA31006712200X", "ID_CHARACTERS"),
        ("٥٠٠١١٠١٩٦٣٠٨١٥٠٠٢٦", "ID_CHARACTERS"),
        ("500110196308150025", "ID_CHECKSUM"),
        ("500110196308150027", "ID_CHECKSUM"),
        ("500110196308510026", "ID_CHECKSUM"),
        (with_check("50011019630230002"), "ID_BIRTH_DATE"),
        (with_check("50011018490815002"), "ID_BIRTH_DATE"),
        ("500110631315002", "ID_BIRTH_DATE"),
        (with_check("16011019630815002"), "ID_REGION"),
        (with_check("84000019630815002"), "ID_REGION"),
        (with_check("91684019630815002"), "ID_REGION"),
        ("931105630815002", "ID_REGION"),
    ],
)
def test_refused_with_its_code_and_without_showing_the_number(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        IdNumber.parse(text)

    assert refused.value.code == code
    assert refused.value.remedy
    assert text[-4:] not in str(refused.value) or len(text) < 4


def test_ruined_number_says_to_set_the_column_to_text() -> None:
    with pytest.raises(ValueRefused) as refused:
        IdNumber.parse("5.00110E+17")

    assert "文本" in refused.value.remedy
    assert refused.value.exit_code == 3


def test_a_true_number_that_ends_in_zeros_is_not_ruined() -> None:
    assert ENDING_ZEROS.endswith("000")
    assert not is_excel_ruined(ENDING_ZEROS)
    assert IdNumber.parse(ENDING_ZEROS).text == ENDING_ZEROS


@pytest.mark.parametrize(
    ("today", "is_born"), [(date(1963, 8, 14), False), (date(1963, 8, 15), True), (date(1963, 8, 16), True)]
)
def test_birth_after_today_is_refused(today: date, is_born: bool) -> None:
    if is_born:
        assert IdNumber.parse("500110196308150026", today=today).birth_date == date(1963, 8, 15)
        return
    with pytest.raises(ValueRefused, match="ID_BIRTH_DATE"):
        IdNumber.parse("500110196308150026", today=today)


def test_number_is_masked_wherever_it_is_printed() -> None:
    number = IdNumber.parse("500110196308150026")

    assert number.masked == "500110********0026"
    assert str(number) == f"{number}" == number.masked
    assert repr(number) == "IdNumber('500110********0026')"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("500110196308150026", "500110********0026"),
        ("500110630815002", "500********5002"),
        ("50011019630815002", "500**********5002"),
        ("5.00110E+17", "5.0****E+17"),
        ("1234567", "12*****"),
        ("12345678", "123*5678"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_reject_lists_show_a_masked_value(text: str, shown: str) -> None:
    assert mask_id(text) == shown


def test_fifteen_and_eighteen_digits_of_one_person_are_equal() -> None:
    old, new = IdNumber.parse("500110630815002"), IdNumber.parse("500110196308150026")

    assert old == new
    assert len({old, new}) == 1
    assert pickle.loads(pickle.dumps(new)) == new


@given(st.from_regex(r"[0-9]{17}", fullmatch=True))
def test_check_character_agrees_with_the_weights_of_the_standard(first17: str) -> None:
    assert first17 + id_check_char(first17) == with_check(first17)


@given(
    st.sampled_from(sorted(PROVINCES)), st.dates(date(1850, 1, 1), date(2199, 12, 31)), st.integers(0, 999)
)
def test_every_well_formed_number_is_read(province: str, born: date, sequence: int) -> None:
    number = IdNumber.parse(with_check(f"{province}9911{born:%Y%m%d}{sequence:03d}"))

    assert number.birth_date == born
    assert number.gender == ("male" if sequence % 2 else "female")
    assert not is_excel_ruined(number.text)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(position: int, offset: int) -> None:
    digits = list("500110196308150026")
    digits[position] = str((int(digits[position]) + offset) % 10)

    with pytest.raises(ValueRefused):
        IdNumber.parse("".join(digits))


@given(st.text() | st.text(alphabet="0123456789Xxｘ０９ .E+'ABC\u200b", min_size=10, max_size=22))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert isinstance(IdNumber.parse(text), IdNumber)
    except ValueRefused as refused:
        assert refused.code.startswith("ID_")
    assert len(mask_id(text)) <= max(len(text) * 3, 18)
