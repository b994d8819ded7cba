"""Amounts as Chinese vouchers write them: 大写金额, so that no digit can be added later.

Example::

    >>> capital_amount(140950)
    '壹仟肆佰零玖元伍角整'
    >>> capital_amount(10700053)        # of the two forms the rules for bills allow, the one without 零 after 万
    '壹拾万柒仟元零伍角叁分'
"""

from __future__ import annotations

from jubao.kernel.errors import ValueRefused
from jubao.kernel.fen import LARGEST
from jubao.kernel.text import _

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))


def capital_amount(fen: int) -> str:
    """The amount in capital characters; nothing is one 零元整.

    Raises ValueRefused: AMOUNT_NEGATIVE, AMOUNT_TOO_LARGE.
    """
    if fen < 0:
        raise ValueRefused(
            "AMOUNT_NEGATIVE", _("负数没有大写金额。"), _("冲减的金额请另列一行并注明“红字”。")
        )
    if fen > LARGEST:
        raise ValueRefused("AMOUNT_TOO_LARGE", _("金额大得不合情理。"), _("请核对单位是不是元。"))
    yuan, part = divmod(fen, 100)
    if not fen:
        return "零元整"
    return (f"{_whole(yuan)}元" if yuan else "") + _part(yuan, part)


def _part(yuan: int, part: int) -> str:
    """角 and 分. A nought in the place of the yuan or the jiao is said where a digit follows it."""
    jiao, fen = divmod(part, 10)
    if not part:
        return "整"
    if not jiao:
        return ("零" if yuan else "") + f"{_DIGITS[fen]}分"
    before = "零" if yuan and yuan % 10 == 0 else ""
    return f"{before}{_DIGITS[jiao]}角" + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """A whole number above nought: 亿 closes everything above it, so that 亿万 cannot arise."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if low and low < unit // 10 else ""
            return _whole(high) + name + (gap + _whole(low) if low else "")
    return _section(number)


def _section(number: int) -> str:
    """One to 9999, a run of noughts inside said once."""
    text, gap = "", False
    for value, name in _PLACES:
        digit = number // value % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
        gap = not digit
    return text
