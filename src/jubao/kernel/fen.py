"""Money: whole fen inside, yuan with two decimals outside. No float and no Decimal ever touches an amount.

Example::

    >>> Fen.from_yuan("￥1,234.50")
    Fen(123450)
    >>> Fen(1344).yuan
    '13.44'
"""

from __future__ import annotations

import re

from jubao.kernel.characters import fold, shown
from jubao.kernel.errors import ValueRefused
from jubao.kernel.text import _

_AMOUNT = re.compile(
    r"[¥$]?(?P<sign>[+-]?)[¥]?(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]*))?元?"
)
# Ten thousand billion yuan: above any real amount, far below the end of int64.
LARGEST = 10**15


class Fen(int):
    """An amount in fen. Arithmetic gives plain ints, so that a product of amounts cannot pass for an amount."""

    __slots__ = ()

    @classmethod
    def from_yuan(cls, text: str) -> Fen:
        """Read an amount in yuan.

        Raises ValueRefused: AMOUNT_EMPTY, AMOUNT_UNREADABLE, AMOUNT_DECIMALS (more than two), AMOUNT_TOO_LARGE.
        """
        folded = fold(text).replace(" ", "")
        if not folded:
            raise ValueRefused("AMOUNT_EMPTY", _("金额是空的。"), _("请填写以元为单位的金额，没有则填 0。"))
        match = _AMOUNT.fullmatch(folded)
        if match is None:
            message = _("金额“{text}”读不出来。").format(text=shown(folded))
            raise ValueRefused("AMOUNT_UNREADABLE", message, _("请填写以元为单位的数字，如 1234.50。"))
        decimals = match["part"] or ""
        if len(decimals) > 2:
            message = _("金额“{text}”超过两位小数。").format(text=shown(folded))
            raise ValueRefused("AMOUNT_DECIMALS", message, _("请按实际到账金额填写到分。"))
        whole = match["whole"].replace(",", "")
        if len(whole.lstrip("0")) > 13:
            raise ValueRefused("AMOUNT_TOO_LARGE", _("金额大得不合情理。"), _("请核对单位是不是元。"))
        value = int(whole.lstrip("0") or "0") * 100 + int(decimals.ljust(2, "0"))
        return cls(-value if match["sign"] == "-" else value)

    @property
    def yuan(self) -> str:
        """The amount as people write it: ``1344`` fen is ``13.44``."""
        whole, part = divmod(abs(int(self)), 100)
        return f"{'-' if self < 0 else ''}{whole}.{part:02d}"

    def __repr__(self) -> str:
        return f"Fen({int(self)})"
