"""Log-in by scanning: a code on the screen that one bound phone answers once, within sixty seconds, for the browser that asked.

Worked example: the page of 李静's browser shows a QR and 47. Her electronic social-security card scans it, she types 47, the
card signs; the page, asking every two seconds, lets her in. Refused, each with its event: 48 instead of 47, a second
answer, the sixty-first second, another person's card, a forwarded QR that another browser wants to use.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from jubao.kernel.text import _
from jubao.services.staff.devices import speaking_device
from jubao.services.staff.login import CONFIRM, SCAN, admitted, ways_of
from jubao.services.staff.login_answers import LoginAnswer, Origin, attempt_record, refused
from jubao.staff.keys import text_digest
from jubao.staff.models import Device, LoginChallenge, Officer
from jubao.staff.phones import PhoneAnswer

LIFE = timedelta(seconds=60)
WAY_OF_KIND = {Device.Kind.E_CARD: "e_card_scan", Device.Kind.PHONE: "qr_code"}


def challenge_open(
    *, username: str, browser: str, now: datetime, purpose: str = LoginChallenge.Purpose.LOGIN
) -> LoginChallenge:
    """A new code for the screen; an unknown user name gets one that nobody can answer. `browser`: the cookie's secret."""
    officer = Officer.objects.filter(username=username.strip().lower(), is_active=True).first()
    return LoginChallenge.objects.create(
        purpose=purpose,
        officer=officer,
        browser=text_digest(browser),
        match_number=f"{secrets.randbelow(90) + 10}",
        created_at=now,
        expires_at=now + LIFE,
    )


def challenge_answer(*, answer: PhoneAnswer, origin: Origin, now: datetime, today: date) -> LoginAnswer:
    """What the phone said. A wrong number or another person's phone ends the code; every refusal is written down."""
    with transaction.atomic():
        challenge = _locked(answer.subject)
        outcome = _judge(challenge, answer, now, today)
        officer = challenge.officer if challenge else None
        if challenge is not None and outcome in ("other_person", "wrong_number", "way_off"):
            challenge.refused_at = now
            challenge.save(update_fields=["refused_at"])
        if outcome:
            attempt_record(
                username=officer.username if officer else "",
                way=SCAN,
                outcome=outcome,
                now=now,
                origin=origin,
                officer_id=officer.id if officer else None,
            )
            return refused(outcome.upper(), _said(outcome), _("请在电脑上重新显示二维码，由本人扫码。"))
        return LoginAnswer(officer)


def _locked(challenge_id: str) -> LoginChallenge | None:
    try:
        wanted = UUID(challenge_id)
    except ValueError:
        return None
    return LoginChallenge.objects.select_for_update(of=("self",)).filter(id=wanted).first()


def _judge(challenge: LoginChallenge | None, answer: PhoneAnswer, now: datetime, today: date) -> str:
    """What is wrong with an answer; nothing when the code is now confirmed."""
    device = speaking_device(answer, "login", now)
    if challenge is None or device is None:
        return "unknown_device" if device is None else "unknown_code"
    if challenge.used_at or challenge.confirmed_by_id or challenge.refused_at:
        return "replay"
    if now >= challenge.expires_at:
        return "expired"
    officer = challenge.officer
    if officer is None or officer.natural_person_id != device.natural_person_id:
        return "other_person"
    if answer.match_number != challenge.match_number:
        return "wrong_number"
    if WAY_OF_KIND[Device.Kind(device.kind)] not in ways_of(officer, today):
        return "way_off"
    challenge.confirmed_by_id, challenge.device = device.natural_person_id, device
    challenge.save(update_fields=["confirmed_by", "device"])
    return ""


def challenge_use(
    *, challenge_id: UUID, browser: str, origin: Origin, now: datetime, today: date
) -> LoginAnswer | None:
    """The page asks whether it may go on; None while nobody has answered. One browser, one use."""
    with transaction.atomic():
        challenge = _locked(str(challenge_id))
        if challenge is None or challenge.officer is None or not challenge.confirmed_by_id:
            is_over = challenge is None or bool(challenge.refused_at) or now >= challenge.expires_at
            return refused("EXPIRED", _said("expired")) if is_over else None
        outcome, answer = _use(challenge, challenge.officer, browser, now, today)
        attempt_record(
            username=challenge.officer.username,
            way=CONFIRM if challenge.purpose == LoginChallenge.Purpose.CONFIRM else SCAN,
            outcome=outcome,
            now=now,
            origin=origin,
            officer_id=challenge.officer_id,
        )
        return answer


def _use(
    challenge: LoginChallenge, officer: Officer, browser: str, now: datetime, today: date
) -> tuple[str, LoginAnswer]:
    if challenge.browser != text_digest(browser):
        return "other_browser", refused("OTHER_BROWSER", _said("other_browser"))
    if challenge.used_at or challenge.refused_at:
        return "replay", refused("REPLAY", _said("replay"))
    if now >= challenge.expires_at:
        return "expired", refused("EXPIRED", _said("expired"))
    challenge.used_at = now
    challenge.save(update_fields=["used_at"])
    return admitted(officer, today)


def _said(outcome: str) -> str:
    return {
        "unknown_device": _("这张电子社保卡（手机）没有绑定，或签名不对、时间不准。"),
        "unknown_code": _("没有这个二维码。"),
        "replay": _("这个二维码已经用过。"),
        "expired": _("二维码已过期（60秒）。"),
        "other_person": _("扫码的人与要登录的账号不是同一人，已记录。"),
        "wrong_number": _("数字与电脑上显示的不一致，这次登录已停止。"),
        "way_off": _("本地区没有启用这种扫码方式。"),
        "other_browser": _("二维码属于另一个浏览器，这次登录已停止。"),
    }[outcome]
