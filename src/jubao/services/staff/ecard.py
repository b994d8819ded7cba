"""The simulated electronic social-security card (演示电子社保卡) of the demo: a phone that binds, scans, confirms, resets.

Worked example: in the demo, `card_scan(username="440523-handler", challenge_id=…, match_number="47", …)` signs as the card of
that officer would and hands the answer to the same door that a real card platform uses (`services.staff.challenges`). Outside
the demo every function refuses with DEMO_ONLY; real cards keep their private keys to themselves.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import NotCovered
from jubao.kernel.text import _
from jubao.services.staff.challenges import challenge_answer
from jubao.services.staff.devices import device_bind, reset_code_by_phone, secret_of
from jubao.services.staff.login_answers import LoginAnswer, Origin, refused
from jubao.staff.models import Device, Officer
from jubao.staff.one_time_codes import code_at
from jubao.staff.phones import PhoneAnswer, sign

LABEL = "演示电子社保卡"
_NO_DEVICE = UUID(int=0)


@dataclass(frozen=True)
class Card:
    """One card in the simulated phone."""

    username: str
    name: str
    device_id: str


def _require_demo() -> None:
    if not settings.DEMO:
        raise NotCovered(
            "DEMO_ONLY", _("模拟的电子社保卡只在演示系统中可用。"), remedy=_("请用真实的电子社保卡。")
        )


def _key_of(username: str) -> tuple[str, str]:
    """The private and public key of a simulated card."""
    seed = hmac.new(settings.SECRET_KEY.encode(), f"demo-card|{username}".encode(), hashlib.sha256).digest()
    return seed.hex(), Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def cards_bind(usernames: Iterable[str], *, now: datetime) -> int:
    """Give each of these officers a bound card: the demo has no counter to bind them at. Returns how many are new."""
    _require_demo()
    officers = Officer.objects.select_related("natural_person").filter(
        username__in=list(usernames), natural_person__devices__isnull=True
    )
    with unit_of_work(Actor.system("demo", scope=""), "cards_bind"):
        return len(
            Device.objects.bulk_create(
                Device(
                    natural_person=officer.natural_person,
                    kind=Device.Kind.E_CARD,
                    label=LABEL,
                    public_key=_key_of(officer.username)[1],
                    bound_at=now,
                )
                for officer in officers
            )
        )


def cards(prefix: str = "", limit: int = 60) -> list[Card]:
    """The cards in the simulated phone."""
    _require_demo()
    found = Officer.objects.filter(
        username__startswith=prefix,
        is_active=True,
        natural_person__devices__kind=Device.Kind.E_CARD,
        natural_person__devices__unbound_at__isnull=True,
    ).values_list("username", "natural_person__name", "natural_person__devices__id")
    return [
        Card(username, name, str(device_id))
        for username, name, device_id in found.order_by("username")[:limit]
    ]


def card_bind(*, username: str, code: str, now: datetime) -> Device:
    """Bind the simulated card with the code of a ticket."""
    _require_demo()
    name = username.strip().lower()
    return device_bind(
        username=name,
        code=code,
        kind=Device.Kind.E_CARD,
        label=LABEL,
        public_key=_key_of(name)[1],
        now=now,
    )


def card_scan(
    *, username: str, challenge_id: str, match_number: str, origin: Origin, now: datetime, today: date
) -> LoginAnswer:
    """Scan the code on the screen with the card of an officer and type the number."""
    said = _say(username, "login", challenge_id, match_number, now)
    if said is None:
        return refused("UNKNOWN_DEVICE", _("这部演示手机里没有这张卡。"), _("请先绑定。"))
    return challenge_answer(answer=said, origin=origin, now=now, today=today)


def card_reset_code(*, username: str, now: datetime) -> str:
    """A code for a new password, from the bound card. Raises CheckFailed DEVICE_UNKNOWN."""
    said = _say(username, "reset", username.strip().lower(), "", now)
    nobody = PhoneAnswer(_NO_DEVICE, "reset", username, "", now, "")
    return reset_code_by_phone(answer=said or nobody, now=now)


def demo_code(*, username: str, now: datetime) -> str:
    """The one-time code that the authenticator of a demo officer shows now; empty when there is none."""
    _require_demo()
    officer = Officer.objects.filter(username=username.strip().lower()).first()
    secret = secret_of(officer) if officer else ""
    return code_at(secret, int(now.timestamp())) if secret else ""


def _say(username: str, purpose: str, subject: str, match_number: str, now: datetime) -> PhoneAnswer | None:
    _require_demo()
    name = username.strip().lower()
    private, public = _key_of(name)
    device = Device.objects.filter(public_key=public, unbound_at__isnull=True).first()
    return sign(private, device.id, purpose, subject, match_number, now) if device else None
