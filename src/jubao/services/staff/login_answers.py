"""What a log-in answers, and how every attempt is written down: the same words for every wrong guess.

Worked example: an unknown user name, a wrong password and a used code all give LOGIN_WRONG "用户名、密码或验证码不对"; the row
of `LoginAttempt` says which of them it was, for the auditor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jubao.kernel.text import _
from jubao.staff.models import LoginAttempt, Officer

SUCCESS = "success"
ADDRESS_FAILURES, ADDRESS_WINDOW = 60, timedelta(minutes=15)
SLOW_AFTER = 3
NOT_A_GUESS = frozenset({SUCCESS, "password_off", "no_post", "locked", "slowed", "expired", "code_sent"})


@dataclass(frozen=True)
class LoginAnswer:
    """Let in with `officer`, or not: code, message and what to do."""

    officer: Officer | None
    code: str = ""
    message: str = ""
    remedy: str = ""

    @property
    def is_in(self) -> bool:
        """Whether the officer is let in."""
        return self.officer is not None


@dataclass(frozen=True)
class Origin:
    """Where an attempt came from."""

    address: str = ""
    device: str = ""


def attempt_record(
    *, username: str, way: str, outcome: str, now: datetime, origin: Origin, officer_id: UUID | None = None
) -> None:
    """Write an attempt down; rows are never changed."""
    LoginAttempt.objects.create(
        username=username[:40],
        officer_id=officer_id,
        way=way,
        outcome=outcome,
        address=origin.address[:45],
        device=origin.device[:200],
        at=now,
    )


def refused(code: str, message: str, remedy: str = "") -> LoginAnswer:
    """Not let in."""
    return LoginAnswer(None, code, message, remedy)


def wrong() -> LoginAnswer:
    """The one answer to every wrong guess."""
    return refused(
        "LOGIN_WRONG",
        _("用户名、密码或验证码不对。"),
        _("请核对后再试；忘记密码或换了手机，请按“不能登录”办理。"),
    )


def must_wait(
    username: str, origin: Origin, now: datetime, unlocked_at: datetime | None, failures: int, minutes: int
) -> str:
    """`locked` after so many failures, `slowed` after a few, `address` for a flood from one address; else nothing.

    Counted by user name as typed, so that an unknown name answers like a known one.
    """
    since = max(filter(None, [now - timedelta(minutes=minutes), unlocked_at]))
    recent = list(
        LoginAttempt.objects.filter(username=username, at__gt=since, at__lte=now)
        .order_by("-at")
        .values_list("outcome", "at")[:100]
    )
    times = []
    for outcome, at in recent:
        if outcome == SUCCESS:
            break
        if outcome not in NOT_A_GUESS:
            times.append(at)
    if len(times) >= failures:
        return "locked"
    if len(times) >= SLOW_AFTER and now < times[0] + timedelta(seconds=2 ** (len(times) - SLOW_AFTER + 1)):
        return "slowed"
    from_here = LoginAttempt.objects.filter(
        address=origin.address, at__gt=now - ADDRESS_WINDOW, at__lte=now
    ).exclude(outcome__in=NOT_A_GUESS)
    return "address" if origin.address and from_here.count() >= ADDRESS_FAILURES else ""


def waiting(reason: str, minutes: int) -> LoginAnswer:
    """What somebody hears who has to wait."""
    if reason == "slowed":
        return refused("LOGIN_SLOWED", _("连续输错，请等几秒再试。"), _("请核对用户名、密码和验证码。"))
    message = _("输错次数太多，已暂停登录 {minutes} 分钟。").format(minutes=minutes)
    return refused("LOGIN_LOCKED", message, _("请稍后再试，或请管理人员解除锁定。"))
