"""Phones and electronic social-security cards: bound with a ticket, unbound at once when lost, and what a ticket resets.

Worked example: 王志强 types the code of his ticket on the phone; the phone makes a key, the site keeps the public half as his
one live `Device`. He loses it: `device_lost` unbinds it and ends every session of every account he has; whoever found the
phone is answered DEVICE_UNKNOWN.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _, chinese
from jubao.services.access.log import require_post
from jubao.services.oversight.database_words import in_office_words
from jubao.services.staff.login import setting_of
from jubao.services.staff.officers import sessions_end
from jubao.services.staff.passwords import require_good_password
from jubao.services.staff.tickets import HELPERS, ticket_by_phone, ticket_use
from jubao.staff.keys import seal, unseal
from jubao.staff.models import Device, Officer, Ticket
from jubao.staff.one_time_codes import address, matching_step, new_secret
from jubao.staff.phones import PhoneAnswer, is_fresh, is_signed
from jubao.staff.standings import officer_behind


def device_bind(*, username: str, code: str, kind: str, label: str, public_key: str, now: datetime) -> Device:
    """Bind a phone with the code of a ticket; the former one is unbound and all sessions end.

    Raises CheckFailed TICKET_WRONG for a wrong, used or old code and for an unknown name alike.
    """
    with in_office_words(), unit_of_work(Actor.system("device_bind", scope=""), "device_bind"):
        ticket = ticket_use(username=username, code=code, kinds=(Ticket.Kind.PHONE,), now=now)
        if ticket is None:
            raise _ticket_wrong()
        _unbind(ticket.natural_person_id, _("改绑"), now)
        sessions_end(ticket.natural_person_id)
        return Device.objects.create(
            natural_person_id=ticket.natural_person_id,
            kind=kind,
            label=label.strip()[:60] or chinese("手机"),
            public_key=public_key,
            bound_at=now,
        )


def device_lost(*, actor: Actor, natural_person_id: UUID, reason: str, now: datetime) -> bool:
    """Unbind the phone of a human being at once and end all sessions; one's own, or by a helping post. False: none bound."""
    if actor.natural_person_id != natural_person_id:
        require_post(actor, *HELPERS, what=_("解除手机绑定"))
    with unit_of_work(actor, "device_lost"):
        sessions_end(natural_person_id)
        return bool(_unbind(natural_person_id, reason or _("丢失"), now))


def _unbind(natural_person_id: UUID, reason: str, now: datetime) -> int:
    return Device.objects.filter(natural_person_id=natural_person_id, unbound_at__isnull=True).update(
        unbound_at=now, unbound_reason=reason[:100]
    )


def speaking_device(answer: PhoneAnswer, purpose: str, now: datetime) -> Device | None:
    """The live device that said this, now and for this purpose; None for a forged, old or foreign answer."""
    device = (
        Device.objects.select_related("natural_person")
        .filter(id=answer.device_id, unbound_at__isnull=True)
        .first()
    )
    if device is None or answer.purpose != purpose or not is_fresh(answer, now):
        return None
    return device if is_signed(device.public_key, answer) else None


def reset_code_by_phone(*, answer: PhoneAnswer, now: datetime) -> str:
    """A code to set a new password with, shown on the bound phone; `answer.subject` is the user name.

    Raises CheckFailed DEVICE_UNKNOWN for an unbound phone and for another person's account alike.
    """
    device = speaking_device(answer, "reset", now)
    officer = (
        Officer.objects.select_related("natural_person")
        .filter(
            username=answer.subject.strip().lower(),
            natural_person_id=device.natural_person_id if device else None,
            is_active=True,
        )
        .first()
    )
    if device is None or officer is None:
        raise CheckFailed(
            "DEVICE_UNKNOWN", _("这部手机没有绑定到这个账号。"), remedy=_("请由两位同事办理重置或改绑。")
        )
    return ticket_by_phone(officer=officer, device_id=device.id, now=now)


def password_reset(*, username: str, code: str, new_password: str, now: datetime, today: date) -> str:
    """Set a new password with a ticket; a new one-time-code secret comes with it: its `otpauth` address is returned once.

    Raises CheckFailed TICKET_WRONG, InputRefused PASSWORD_WEAK (the ticket stays good).
    """
    with unit_of_work(Actor.system("password_reset", scope=""), "password_reset"):
        ticket = ticket_use(username=username, code=code, kinds=(Ticket.Kind.PASSWORD,), now=now)
        if ticket is None:
            raise _ticket_wrong()
        officer = ticket.officer
        require_good_password(
            new_password, officer, least_length=setting_of(officer, "login.least_length", today)
        )
        secret = new_secret()
        officer.password = make_password(new_password)
        officer.one_time_code_secret = seal(secret, about=officer.id)
        officer.one_time_code_last_step = 0
        officer.unlocked_at = now
        officer.save()
        sessions_end(officer.natural_person_id)
        return address(secret, officer.username)


def one_time_code_rebind(*, actor: Actor, secret: str, code: str, now: datetime) -> None:
    """The officer's own new authenticator, once it shows the right code; the caller has asked who sits there."""
    step = matching_step(secret, code.strip(), at=int(now.timestamp()), last_step=0)
    if step is None:
        raise CheckFailed(
            "CODE_WRONG", _("验证码不对。"), remedy=_("请核对手机时间，输入新绑定的验证器显示的6位数字。")
        )
    with unit_of_work(actor, "one_time_code_rebind"):
        officer = officer_behind(actor)
        officer.one_time_code_secret = seal(secret, about=officer.id)
        officer.one_time_code_last_step = step
        officer.save(update_fields=["one_time_code_secret", "one_time_code_last_step"])


def secret_of(officer: Officer) -> str:
    """The opened secret of the one-time code, for the simulated phone of the demo only; empty when there is none."""
    return unseal(officer.one_time_code_secret, about=officer.id) if officer.one_time_code_secret else ""


def _ticket_wrong() -> CheckFailed:
    return CheckFailed(
        "TICKET_WRONG", _("用户名或办理码不对，或已用过、已过期。"), remedy=_("请核对；办理码只能用一次。")
    )
