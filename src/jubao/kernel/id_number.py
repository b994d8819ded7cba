"""Numbers of persons: the citizen's number of GB 11643, residence permits of 港澳台, both foreign permanent residence cards.

A number is printed masked everywhere (``repr`` and ``str``); only ``.text`` gives it in full. Example::

    >>> number = IdNumber.parse("500110630815002")            # fifteen digits of the first generation
    >>> number, number.text[-4:], number.birth_date, number.gender
    (IdNumber('500110********0026'), '0026', datetime.date(1963, 8, 15), 'female')

Checks run in this order and the first that fails names the refusal: ID_EMPTY, ID_SCIENTIFIC, ID_LENGTH, ID_CHARACTERS,
ID_CHECKSUM, ID_BIRTH_DATE, ID_REGION. Only the province of an address code is checked: the code is that of the place of
first registration and may have been retired long ago (500222, 510223).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from jubao.kernel.characters import fold
from jubao.kernel.dates import is_possible_day
from jubao.kernel.errors import ValueRefused
from jubao.kernel.text import _

Gender = Literal["male", "female"]
Kind = Literal["citizen", "hmt_residence", "foreign_card", "foreign_card_old"]

# 71 is in the code table of GB/T 2260; 81, 82, 83 are the address codes of the residence permits of 港澳台.
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
CHECK_CHARACTERS = "10X98765432"
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]*)?[Ee]\+?[0-9]{1,2}")
_OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


def id_check_char(first17: str) -> str:
    """The check character of ISO 7064 MOD 11-2 for seventeen digits.

    The weights are powers of two modulo 11 and 13 is 2 modulo 11, so the number read in base 13 is the weighted sum:
    ``500110196308150026`` has ``id_check_char("50011019630815002") == "6"``.
    """
    return CHECK_CHARACTERS[int(first17, 13) * 2 % 11]


def clean_id_text(text: str) -> str:
    """The cell without what is not the number: spaces, full-width and invisible characters, apostrophe, lower case x."""
    return "".join(fold(text).split()).upper()


def is_excel_ruined(text: str) -> bool:
    """Whether a spreadsheet kept the number as a number and lost its last three digits: ``5.00110E+17``, or ...000."""
    cleaned = clean_id_text(text)
    if _SCIENTIFIC.fullmatch(cleaned):
        return True
    digits = cleaned.split(".")[0] if re.fullmatch(r"[0-9]{18}\.0+", cleaned) else cleaned
    return re.fullmatch(r"[0-9]{15}000", digits) is not None and id_check_char(digits[:17]) != "0"


def mask_id(text: str) -> str:
    """What a reject list may show of a number, readable or not: ``500110********0026``; of a short text the first two."""
    cleaned = clean_id_text(text)
    if len(cleaned) == 18:
        return f"{cleaned[:6]}********{cleaned[-4:]}"
    if len(cleaned) > 7:
        return f"{cleaned[:3]}{'*' * (len(cleaned) - 7)}{cleaned[-4:]}"
    return cleaned[:2] + "*" * max(len(cleaned) - 2, 0)


def _refused(code: str, message: str, remedy: str) -> ValueRefused:
    return ValueRefused(code, message, remedy)


def _require_shape(cleaned: str) -> None:
    if not cleaned:
        raise _refused("ID_EMPTY", _("证件号码是空的。"), _("请填写公民身份号码。"))
    if is_excel_ruined(cleaned):
        raise _refused(
            "ID_SCIENTIFIC",
            _("证件号码的后三位已被 Excel 破坏（按数字保存只留 15 位）。"),
            _("请先把这一列的单元格格式设为“文本”，再重新录入号码；改格式不能找回已丢的数字。"),
        )
    if len(cleaned) not in (15, 18):
        message = _("证件号码有 {length} 位，应为 18 位（或旧的 15 位）。").format(length=len(cleaned))
        raise _refused("ID_LENGTH", message, _("请对照证件补全或改正。"))


def _require_birth_and_region(text: str, *, is_old_length: bool, today: date | None) -> None:
    year, month, day = int(text[6:10]), int(text[10:12]), int(text[12:14])
    possible = is_possible_day(year, month, day)
    if not possible or (today is not None and date(year, month, day) > today):
        message = _("证件号码中的出生日期 {birth} 不可能。").format(birth=text[6:14])
        raise _refused("ID_BIRTH_DATE", message, _("请对照证件改正。"))
    # A foreign card of 2023 writes 9, then the province; it never had fifteen digits.
    province = text[1:3] if text[0] == "9" and not is_old_length else text[:2]
    if province not in PROVINCES:
        message = _("证件号码的地区码 {code} 不存在。").format(code=province)
        raise _refused("ID_REGION", message, _("请对照证件改正。"))


def _kind(text: str) -> Kind:
    if text[0] == "9":
        return "foreign_card"
    return "hmt_residence" if text[0] == "8" else "citizen"


@dataclass(frozen=True, order=True, slots=True, repr=False)
class IdNumber:
    """A checked number in its canonical form. Equal numbers of one person in 15 and 18 digits are equal."""

    text: str
    kind: Kind = field(compare=False)

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> IdNumber:
        """Read a number as it stands in a cell; with ``today`` a birth after it is refused.

        Raises ValueRefused with one of the codes named at the head of this module; the message never shows the number.
        """
        cleaned = clean_id_text(text)
        _require_shape(cleaned)
        if _OLD_FOREIGN.fullmatch(cleaned):
            return cls(cleaned, "foreign_card_old")
        is_old_length = re.fullmatch(r"[0-9]{15}", cleaned) is not None
        if is_old_length:
            first17 = f"{cleaned[:6]}19{cleaned[6:]}"
            cleaned = first17 + id_check_char(first17)
        if not _SHAPE.fullmatch(cleaned):
            message = _("证件号码里有不该有的字符。")
            raise _refused("ID_CHARACTERS", message, _("号码只含数字，末位可以是 X；请对照证件改正。"))
        if cleaned[17] != id_check_char(cleaned[:17]):
            raise _refused(
                "ID_CHECKSUM", _("证件号码的校验位不符，至少有一位写错。"), _("请对照证件逐位核对。")
            )
        _require_birth_and_region(cleaned, is_old_length=is_old_length, today=today)
        return cls(cleaned, _kind(cleaned))

    @property
    def key(self) -> int:
        """The first seventeen digits as an int64, what lists are joined by; 0 for the old foreign card."""
        return 0 if self.kind == "foreign_card_old" else int(self.text[:17])

    @property
    def has_birth_date(self) -> bool:
        """Whether the number tells birth and gender; the old foreign card writes the year with two digits only."""
        return self.kind != "foreign_card_old"

    @property
    def birth_date(self) -> date:
        """The day of birth in the number. Raises ValueRefused ID_BIRTH_DATE for the old foreign card."""
        self._require_birth_date()
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def gender(self) -> Gender:
        """Male if the seventeenth digit is odd. Raises ValueRefused ID_BIRTH_DATE for the old foreign card."""
        self._require_birth_date()
        return "male" if int(self.text[16]) % 2 else "female"

    @property
    def masked(self) -> str:
        """The number as pages and logs may show it: ``500110********0026``."""
        return mask_id(self.text)

    def _require_birth_date(self) -> None:
        if not self.has_birth_date:
            message = _("旧版外国人永久居留证号码不含完整的出生日期和性别。")
            raise _refused("ID_BIRTH_DATE", message, _("请另填出生日期和性别两栏。"))

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"IdNumber('{self.masked}')"
