"""One-time codes for the portal: sent by SMS through the outbox, and the same answer whoever asks.

Worked example: 张桂芳 gives name, number and a telephone; the code goes to 138****5521, which the register holds, and not to
the telephone she typed. Her daughter, in no register, gets hers on the telephone she typed, and from then on always there.
Somebody who mixes up name and number reads the same words, and no message leaves.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.crypto import constant_time_compare

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _
from jubao.notices.models import OutboxMessage
from jubao.people.mobile_numbers import cleaned, mobile_rule
from jubao.people.models import Person, Phone
from jubao.people.numbers import person_by_number
from jubao.residents.models import Account, LoginCode
from jubao.services.staff.login_answers import Origin, attempt_record
from jubao.staff.keys import number_digest, seal, text_digest, unseal
from jubao.staff.models import LoginAttempt
from jubao.staff.regions import NATION, pack_of

LIFE, AGAIN_AFTER = timedelta(minutes=5), timedelta(seconds=60)
LARGEST_PER_HOUR, LARGEST_PER_ADDRESS = 5, 30
LARGEST_TRIES = 5
WAY = "portal_code"
SENT = "code_sent"
_ABOUT = "portal-log-in"


@dataclass(frozen=True)
class Asking:
    """Who wants to come in: kept sealed in the session between the two pages, never in an address or a log."""

    name: str
    number: str
    phone: str

    @property
    def digest(self) -> str:
        """The keyed digest of the number."""
        return number_digest(self.number)


def known_as(digest: str) -> str:
    """The name under which attempts of a number are counted; it tells nothing."""
    return f"r-{digest[:38]}"


def asking(*, name: str, number: str, phone: str, today: date) -> Asking:
    """What was typed, checked. Raises InputRefused NAME_EMPTY, PHONE_NOT_MOBILE, ValueRefused of the number."""
    if not name.strip():
        raise InputRefused("NAME_EMPTY", _("姓名是空的。"), remedy=_("请填写身份证上的姓名。"))
    checked = IdNumber.parse(number)
    mobile = cleaned(phone)
    if not mobile_rule(pack_of(NATION), today).fits(mobile):
        raise InputRefused(
            "PHONE_NOT_MOBILE", _("手机号码不是能收短信的 11 位号码。"), remedy=_("请核对手机号码。")
        )
    return Asking("".join(name.split()), checked.text, mobile)


def code_request(*, ask: Asking, origin: Origin, now: datetime, today: date) -> str:
    """Send a code and give back what the session keeps. Raises InputRefused CODE_TOO_SOON, CODE_TOO_OFTEN."""
    system = Actor.system("portal_code", scope="")
    with unit_of_work(system, "portal_code"):
        _check_limits(ask.digest, origin, now)
        LoginCode.objects.filter(number_digest=ask.digest, expires_at__lt=now - timedelta(days=1)).delete()
        phone, person = _goes_to(ask, today)
        code = f"{secrets.randbelow(1_000_000):06d}"
        row = LoginCode.objects.create(
            number_digest=ask.digest, phone=phone, code_digest=text_digest(ask.digest + code),
            expires_at=now + LIFE, sent_at=now,
        )  # fmt: skip
        if phone:
            _send(row, code, person)
    attempt_record(username=known_as(ask.digest), way=WAY, outcome=SENT, now=now, origin=origin)
    return seal(json.dumps([ask.name, ask.number, ask.phone]), about=_ABOUT)


def opened(sealed: str) -> Asking:
    """What the session kept."""
    name, number, phone = json.loads(unseal(sealed, about=_ABOUT))
    return Asking(name, number, phone)


def code_fits(digest: str, code: str, now: datetime) -> LoginCode | None:
    """The live code, used up by this call; a wrong try counts, the sixth finds nothing any more. Call it in a unit."""
    row = (
        LoginCode.objects.select_for_update()
        .filter(number_digest=digest, used_at__isnull=True, expires_at__gt=now, tries__lt=LARGEST_TRIES)
        .order_by("-sent_at")
        .first()
    )
    if row is None:
        return None
    row.tries += 1
    fits = constant_time_compare(row.code_digest, text_digest(digest + code.strip()))
    if fits:
        row.used_at = now
    row.save(update_fields=["tries", "used_at"])
    return row if fits else None


def registered_mobile(person: Person, today: date) -> str:
    """The mobile that messages go to on a day; nothing when there is none."""
    live = Phone.objects.filter(person=person, is_mobile=True, from_on__lte=today).exclude(
        until_on__lte=today
    )
    rule = mobile_rule(pack_of(NATION), today)
    return next((one.number for one in live.order_by("-from_on") if rule.fits(one.number)), "")


def _goes_to(ask: Asking, today: date) -> tuple[str, Person | None]:
    """The telephone the code goes to: the registered one, else that of the account, else the one typed; '' for nobody."""
    person = person_by_number(ask.number)
    if person is not None:
        return (registered_mobile(person, today) if person.name == ask.name else ""), person
    account = Account.objects.filter(number_digest=ask.digest).first()
    if account is None:
        return ask.phone, None
    return (account.phone if account.name == ask.name else ""), None


def _check_limits(digest: str, origin: Origin, now: datetime) -> None:
    sent = list(
        LoginCode.objects.filter(number_digest=digest, sent_at__gt=now - timedelta(hours=1))
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
    )
    if sent and now - sent[0] < AGAIN_AFTER:
        raise InputRefused("CODE_TOO_SOON", _("验证码刚刚发过。"), remedy=_("请等 60 秒再要一次。"))
    from_here = LoginAttempt.objects.filter(
        address=origin.address, way=WAY, outcome=SENT, at__gt=now - timedelta(hours=1)
    )
    if len(sent) >= LARGEST_PER_HOUR or (origin.address and from_here.count() >= LARGEST_PER_ADDRESS):
        raise InputRefused(
            "CODE_TOO_OFTEN",
            _("一小时内要验证码的次数太多。"),
            remedy=_("请一小时后再试，或到社保窗口、请村社区工作人员帮助办理。"),
        )


def _send(row: LoginCode, code: str, person: Person | None) -> None:
    body = _(
        "验证码 {code}，{minutes} 分钟内有效，用于登录居民养老保险自助服务。工作人员不会向您索要验证码。"
    )
    OutboxMessage.objects.create(
        channel="sms", recipient=row.phone, purpose="login_code", once_key=f"login_code:{row.pk}",
        body=body.format(code=code, minutes=int(LIFE.total_seconds()) // 60),
        person_id=person.pk if person else None, send_until=row.expires_at,
    )  # fmt: skip


__all__ = [
    "AGAIN_AFTER",
    "Asking",
    "asking",
    "code_fits",
    "code_request",
    "known_as",
    "opened",
    "registered_mobile",
]
