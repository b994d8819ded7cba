"""Leave to set a new password and one-time code, or to bind a phone: asked by one, agreed by another, good once for an hour.

Worked example: 王志强 has lost his phone. 稽核岗 unbinds it (his sessions end at once) and asks for a ticket, 审批岗 sees his
identity card and agrees: the code on her screen, 8 letters and digits, binds his next phone within the hour. For a
password both must be others than he; or his bound phone asks, and no third person is needed.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.services.access.log import require_post
from jubao.services.oversight.database_words import in_office_words
from jubao.staff.keys import text_digest
from jubao.staff.models import Officer, Ticket

HELPERS = ("approver", "auditor", "system_keeper")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LIFE, WAITS = timedelta(hours=1), timedelta(days=3)
PHONE_LIFE = timedelta(minutes=10)
FOUNDING_LIFE = timedelta(days=7)


def ticket_ask(*, actor: Actor, officer_id: UUID, kind: str, now: datetime) -> Ticket:
    """Ask for a ticket for somebody; for a phone also for oneself. Another person must agree."""
    officer = Officer.objects.select_related("natural_person").get(id=officer_id)
    is_own = officer.natural_person_id == actor.natural_person_id
    if not (is_own and kind == Ticket.Kind.PHONE):
        require_post(actor, *HELPERS, what=_("办理密码重置、手机绑定"))
    if is_own and kind == Ticket.Kind.PASSWORD:
        raise CheckFailed(
            "TICKET_OWN", _("重置密码须由本人以外的两个人办理。"), remedy=_("请两位同事代为申请和同意。")
        )
    with in_office_words(), unit_of_work(actor, "ticket_ask"):
        return Ticket.objects.create(
            kind=kind,
            officer=officer,
            natural_person_id=officer.natural_person_id,
            asked_by_id=actor.natural_person_id,
            created_at=now,
        )


def ticket_agree(*, actor: Actor, ticket_id: UUID, now: datetime) -> str:
    """The second person agrees, having seen the identity card; returns the code to hand over, shown once."""
    require_post(actor, *HELPERS, what=_("办理密码重置、手机绑定"))
    with in_office_words(), unit_of_work(actor, "ticket_agree"):
        ticket = tickets_waiting(now).select_for_update(of=("self",)).filter(id=ticket_id).first()
        if ticket is None:
            raise CheckFailed(
                "TICKET_UNKNOWN", _("没有这份申请，或已办理、已过期。"), remedy=_("请重新申请。")
            )
        ticket.agreed_by_id = actor.natural_person_id
        return _give_code(ticket, now, LIFE)


def tickets_waiting(now: datetime) -> QuerySet[Ticket]:
    """Tickets asked for and not agreed yet, of the last three days."""
    return Ticket.objects.filter(
        code_digest="", used_at__isnull=True, created_at__gt=now - WAITS
    ).select_related("officer", "natural_person", "asked_by")


def ticket_by_phone(*, officer: Officer, device_id: UUID, now: datetime) -> str:
    """A password ticket asked for by the officer's own bound phone, whose signature was checked by the caller."""
    with in_office_words(), unit_of_work(Actor.system("phone", scope=""), "ticket_by_phone"):
        ticket = Ticket(
            kind=Ticket.Kind.PASSWORD,
            officer=officer,
            natural_person_id=officer.natural_person_id,
            device_id=device_id,
            created_at=now,
        )
        return _give_code(ticket, now, PHONE_LIFE)


def founding_ticket(*, officer: Officer, now: datetime) -> str:
    """The code of a founding officer, inside `officer_found`: sets the password or binds the e-card."""
    ticket = Ticket(
        kind=Ticket.Kind.PASSWORD,
        officer=officer,
        natural_person_id=officer.natural_person_id,
        is_founding=True,
        created_at=now,
    )
    return _give_code(ticket, now, FOUNDING_LIFE)


def ticket_use(*, username: str, code: str, kinds: tuple[str, ...], now: datetime) -> Ticket | None:
    """The ticket that this code is for, marked as used, inside the caller's unit of work; None when there is none."""
    ticket = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("officer", "natural_person")
        .filter(
            officer__username=username.strip().lower(),
            officer__is_active=True,
            code_digest=text_digest(_plain(code)),
            used_at__isnull=True,
            expires_at__gt=now,
        )
        .first()
    )
    if ticket is None or not (ticket.kind in kinds or ticket.is_founding):
        return None
    ticket.used_at = now
    ticket.save(update_fields=["used_at"])
    return ticket


def _give_code(ticket: Ticket, now: datetime, life: timedelta) -> str:
    code = "".join(secrets.choice(ALPHABET) for _each in range(8))
    ticket.code_digest, ticket.expires_at = text_digest(code), now + life
    ticket.save()
    return f"{code[:4]}-{code[4:]}"


def _plain(code: str) -> str:
    return code.strip().upper().replace("-", "").replace(" ", "")
