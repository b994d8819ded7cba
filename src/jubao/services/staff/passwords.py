"""What a good password is: long, not one of those everybody tries, not made of the own name; never rotated by force.

Worked example: `jubao123456` is short and refused; `春天的第一列火车2026` is good. The least length is the pack's setting
`login.least_length`; composition rules and forced change are left out on purpose (OWASP ASVS 5.0, 6.2).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.staff.models import Officer

COMMON = Path(__file__).resolve().parent / "data" / "common_passwords.txt"
LEAST_LENGTH, MOST_LENGTH = 12, 128


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    return tuple(line for line in COMMON.read_text(encoding="utf-8").split() if line)


def require_good_password(password: str, officer: Officer, *, least_length: int = LEAST_LENGTH) -> None:
    """Raises InputRefused PASSWORD_WEAK saying which of the conditions fails."""
    said = _fault(password, officer, least_length)
    if said:
        raise InputRefused(
            "PASSWORD_WEAK", said, remedy=_("请换一个更长、不常见的密码，几个词连起来就好记。")
        )


def _fault(password: str, officer: Officer, least_length: int) -> str:
    plain = password.lower()
    own = [officer.username.lower(), officer.phone, officer.natural_person.name.lower()]
    if len(password) < least_length:
        return _("密码至少 {n} 个字符。").format(n=least_length)
    if len(password) > MOST_LENGTH:
        return _("密码最多 {n} 个字符。").format(n=MOST_LENGTH)
    if len(set(plain)) < 5:
        return _("密码里不同的字符太少。")
    if any(len(word) >= 3 and plain.startswith(word) for word in own):
        return _("密码不要以自己的用户名、姓名或电话开头。")
    if any(word in plain and len(plain) - len(word) < 4 for word in _common()):
        return _("这个密码常被人猜中。")
    return ""
