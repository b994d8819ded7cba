"""What may be shown of accounts, numbers, names and telephones on paper and on a page.

Example::

    >>> masked_account("6221412345678890"), masked_name("张桂芳"), masked_number("509900196612010029")
    ('622*********8890', '张*芳', '5099**********0029')

The new system may mask more than the old one, never less (an account: first 3 and last 4).
"""

from __future__ import annotations

from jubao.kernel.text import _


def masked_account(number: str) -> str:
    """More than 7 characters: first 3 and last 4; 5 to 7: last 4; up to 4: stars; none: 未绑定银行账户."""
    if not number:
        return _("未绑定银行账户")
    shown = 3 if len(number) > 7 else 0
    tail = number[-4:] if len(number) > 4 else ""
    return number[:shown] + "*" * (len(number) - shown - len(tail)) + tail


def masked_number(number: str) -> str:
    """An identity number: first 4 and last 4, the birth date hidden; a short one shows its last 2."""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def public_number(number: str) -> str:
    """All that a public posting may show of a number: its last 2."""
    return "*" * max(len(number) - 2, 0) + number[-2:]


def masked_name(name: str) -> str:
    """Family character and last character; a name of two shows the family alone: 王*."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_phone(number: str) -> str:
    """First 3 and last 4 of a mobile number; of anything shorter the last 4, of up to 4 nothing."""
    if len(number) >= 11:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)
