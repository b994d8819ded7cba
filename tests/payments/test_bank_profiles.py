"""Bank files by profile: same rows, same bytes; names that would break a line; fields too long for their place."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from jubao.kernel.errors import DomainError
from jubao.services.payments.bank_answers import read_answer
from jubao.services.payments.bank_profiles import FileHead, PayRow, profile, profiles

ROWS = [
    PayRow(1, "6217003760000000017", "张桂芳", 18302, "2025年6月养老金"),
    PayRow(2, "6217003760000000025", "䶮|小龘\r\n", 5, "2025年6月养老金"),
]
HEAD = FileHead("509900-2025-000001", 1, 2, 18307, "示范区社会保险经办机构", "2025-06-10")


@pytest.mark.parametrize("code", sorted(profiles()))
def test_same_rows_give_same_bytes(code: str) -> None:
    assert profile(code).write(HEAD, iter(ROWS)) == profile(code).write(HEAD, iter(ROWS))


def test_delimited_text_keeps_one_line_per_person() -> None:
    text = profile("text_delimited").write(HEAD, ROWS).decode("gb18030")

    assert text.splitlines() == [
        "代发批次|509900-2025-000001|1|2|183.07",
        "序号|账号|户名|金额|附言",
        "1|6217003760000000017|张桂芳|183.02|2025年6月养老金",
        "2|6217003760000000025|䶮｜小龘|0.05|2025年6月养老金",
    ]


def test_fixed_text_pads_by_bytes_and_refuses_what_does_not_fit() -> None:
    fixed = profile("text_fixed")

    first = fixed.write(HEAD, ROWS[:1]).split(b"\r\n")[1]

    assert len(first) == 8 + 32 + 60 + 12 + 30
    assert first.startswith(b"000000016217003760000000017 ") and b"000000018302" in first
    with pytest.raises(DomainError, match="FIELD_TOO_LONG"):
        fixed.write(HEAD, [ROWS[0]._replace(holder_name="长" * 40)])


def test_workbook_keeps_numbers_as_text() -> None:
    book = zipfile.ZipFile(BytesIO(profile("xlsx").write(HEAD, ROWS)))

    assert "6217003760000000017" in book.read("xl/sharedStrings.xml").decode()


def test_pain_message_counts_and_sums_its_payments() -> None:
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.03}"
    root = ElementTree.fromstring(profile("pain001").write(HEAD, ROWS))

    amounts = [one.text for one in root.iter(f"{space}InstdAmt")]
    assert amounts == ["183.02", "0.05"]
    assert {one.text for one in root.iter(f"{space}CtrlSum")} == {"183.07"}
    assert {one.text for one in root.iter(f"{space}NbOfTxs")} == {"2"}


def test_fixed_answer_is_read_by_its_widths() -> None:
    how = profile("text_fixed")
    cells = ("00000007", "6217003760000000017", "张桂芳", "18302", "F", "户名不符")
    line = b"".join(
        text.encode("gb18030").ljust(column["width"])
        for text, column in zip(cells, how.more["answer"], strict=True)
    )

    (answer,) = read_answer(b"head\r\n" + line + b"\r\n", "r.dat", how)

    assert answer[1:] == (7, "6217003760000000017", 18302, "returned", "户名不符", "")
