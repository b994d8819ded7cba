"""Shows the full number, phone and account of one person for sixty seconds: asked for with a purpose, written down first.

Worked example: 李静 chooses 核对身份 on 张桂芳's page; the answer holds the full values and the instant until which they may
stand on the screen; "谁看过我的信息" shows the look with its purpose, never the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from jubao.database.actor import Actor
from jubao.database.together import Plain, Prepared, first, given, together
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Enrolment, PayoutAccount, Phone
from jubao.people.numbers import numbers_sql
from jubao.services.access.log import access_record, require_scope

LIFE = timedelta(seconds=60)
FIELDS = ("id_number", "phone", "payout_account")
_ASKED: tuple[Prepared[Any] | Plain, ...] = (
    Prepared(
        lambda: (
            Enrolment.objects.filter(person=given("person"))
            .select_related("person")
            .order_by("-enrolled_on")[:1]
        )
    ),
    Prepared(
        lambda: Phone.objects.filter(person=given("person"), is_mobile=True, until_on__isnull=True).order_by(
            "id"
        )[:1]
    ),
    Prepared(
        lambda: (
            PayoutAccount.objects.filter(person=given("person"), from_on__lte=given("today"))
            .filter(Q(until_on__isnull=True) | Q(until_on__gt=given("today")))
            .order_by("-from_on")[:1]
        )
    ),
    Plain(f"SELECT {numbers_sql('%(person)s')}"),
)


@dataclass(frozen=True)
class Revealed:
    """The full values of one person and until when they may be shown."""

    name: str
    id_number: str
    phone: str
    payout_account: str
    until: datetime


def person_reveal(*, actor: Actor, person_id: UUID, purpose: str, now: datetime, today: date) -> Revealed:
    """One person at a time. Raises CheckFailed PURPOSE_MISSING, AccessRefused outside the actor's area."""
    if not purpose.strip():
        raise CheckFailed(
            "PURPOSE_MISSING", _("请选择用途。"), remedy=_("查看完整信息须写明用途，本人可以查到。")
        )
    with unit_of_work(actor, "person_reveal"):
        enrolments, phones, accounts, numbers = together({"person": person_id, "today": today}, *_ASKED)
        enrolment, phone, account = first(enrolments), first(phones), first(accounts)
        require_scope(actor, enrolment.division_path if enrolment else "-", what=_("查看完整信息"))
        access_record(actor=actor, person_id=person_id, fields=FIELDS, purpose=purpose.strip())
        return Revealed(
            enrolment.person.name if enrolment else "",
            numbers[0][0] or "",
            phone.number if phone else "",
            account.account_number if account else "",
            now + LIFE,
        )
