"""Log-in by user name, password and one-time code, where the pack of the officer's place allows it.

Worked example: `password_login(username="li", password=…, code="287082", origin=…, now=…, today=…)` lets 李静 in once with that
code; the second time, and everybody in a region whose pack has only `e_card_scan`, is refused, and each attempt is a row.

Unknown user names go the same way with a dummy hash and a dummy secret, so that answer and time tell nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.services.staff.login_answers import (
    SUCCESS,
    LoginAnswer,
    Origin,
    attempt_record,
    must_wait,
    refused,
    waiting,
    wrong,
)
from jubao.staff.keys import unseal
from jubao.staff.models import Officer
from jubao.staff.one_time_codes import matching_step, new_secret
from jubao.staff.regions import NATION, pack_of
from jubao.staff.standings import officer_behind, standings

NOBODY = UUID(int=0)
PASSWORD, SCAN, CONFIRM = "password_and_code", "scan", "confirm"


def password_login(
    *, username: str, password: str, code: str, origin: Origin, now: datetime, today: date
) -> LoginAnswer:
    """Check the three; every attempt is written down, whatever comes of it."""
    username = username.strip().lower()
    officer = Officer.objects.select_related("natural_person").filter(username=username).first()
    outcome, answer = _judge(username, officer, password, code, origin, now, today)
    attempt_record(
        username=username,
        way=PASSWORD,
        outcome=outcome,
        now=now,
        origin=origin,
        officer_id=officer.id if officer else None,
    )
    return answer


def _judge(
    username: str,
    officer: Officer | None,
    password: str,
    code: str,
    origin: Origin,
    now: datetime,
    today: date,
) -> tuple[str, LoginAnswer]:
    lockout = setting_of(officer, "login.lockout", today)
    unlocked_at = officer.unlocked_at if officer else None
    wait = must_wait(username, origin, now, unlocked_at, lockout["failures"], lockout["minutes"])
    if wait:
        return wait, waiting(wait, lockout["minutes"])
    fits = check_password(password, officer.password if officer else _dummy_hash())
    step = _code_step(officer, code, now)
    if officer is None or not officer.is_active:
        return "unknown" if officer is None else "disabled", wrong()
    if not fits:
        return "wrong_password", wrong()
    if PASSWORD not in ways_of(officer, today):
        return "password_off", refused(
            "PASSWORD_OFF", _("本地区停用密码登录。"), _("请用本人的电子社保卡扫码登录。")
        )
    if step is None or not _code_is_used_now(officer, step):
        return "wrong_code", wrong()
    return admitted(officer, today)


def admitted(officer: Officer, today: date) -> tuple[str, LoginAnswer]:
    """The last question: does the officer hold a post today?"""
    if not standings(officer.id, today):
        return "no_post", refused(
            "NO_POST", _("您今天没有有效的岗位权限，不能办理业务。"), _("请所在单位按程序申请岗位权限。")
        )
    return SUCCESS, LoginAnswer(officer)


def identity_confirm(
    *, actor: Actor, password: str, code: str, origin: Origin, now: datetime, today: date
) -> LoginAnswer:
    """Ask again who sits there, before a high-risk command: password and a fresh code of the officer logged in."""
    return password_login(
        username=officer_behind(actor).username,
        password=password,
        code=code,
        origin=origin,
        now=now,
        today=today,
    )


def ways_of(officer: Officer, today: date) -> frozenset[str]:
    """The log-in ways that the packs of all places of the officer allow (those every one of them allows)."""
    paths = [standing.division_path for standing in standings(officer.id, today)] or [NATION]
    allowed = [frozenset(pack_of(path).setting("login.ways", today).value) for path in paths]
    return frozenset.intersection(*allowed)


def setting_of(officer: Officer | None, key: str, today: date) -> Any:
    """A setting of the pack of the officer's first place; the national one for somebody unknown."""
    held = standings(officer.id if officer else NOBODY, today)
    return pack_of(held[0].division_path if held else NATION).setting(key, today).value


def _code_step(officer: Officer | None, code: str, now: datetime) -> int | None:
    secret = _dummy_secret()
    if officer is not None and officer.one_time_code_secret:
        try:
            secret = unseal(officer.one_time_code_secret, about=officer.id)
        except DomainError:
            secret = _dummy_secret()
    last = officer.one_time_code_last_step if officer else 0
    return matching_step(secret, code.strip(), at=int(now.timestamp()), last_step=last)


def _code_is_used_now(officer: Officer, step: int) -> bool:
    """A conditional update: of two log-ins with one code at one instant, one wins."""
    with unit_of_work(Actor.system("login", scope=""), "login"):
        return bool(
            Officer.objects.filter(Q(one_time_code_last_step__lt=step), id=officer.id).update(
                one_time_code_last_step=step
            )
        )


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return make_password(new_secret())


@lru_cache(maxsize=1)
def _dummy_secret() -> str:
    return new_secret()
