"""Shows the full number, phone and account of one person for sixty seconds: asked for with a purpose, written down first.

Worked example: 李静 chooses 核对身份 on 张桂芳's page; the answer holds the full values and the instant until which they may
stand on the screen; "谁看过我的信息" shows the look with its purpose, never the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Enrolment, PayoutAccount, Person, Phone
from jubao.people.numbers import numbers_of
from jubao.services.access import access_record, require_scope

LIFE = timedelta(seconds=60)
FIELDS = ("id_number", "phone", "payout_account")


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
        enrolment = Enrolment.objects.filter(person_id=person_id).order_by("-enrolled_on").first()
        require_scope(actor, enrolment.division_path if enrolment else "-", what=_("查看完整信息"))
        access_record(actor=actor, person_id=person_id, fields=FIELDS, purpose=purpose.strip())
        person = Person.objects.get(id=person_id)
        phone = Phone.objects.filter(person_id=person_id, is_mobile=True, until_on__isnull=True).first()
        account = (
            PayoutAccount.objects.filter(person_id=person_id, from_on__lte=today)
            .exclude(until_on__lte=today)
            .order_by("-from_on")
            .first()
        )
        return Revealed(
            person.name,
            numbers_of([person_id]).get(person_id, ""),
            phone.number if phone else "",
            account.account_number if account else "",
            now + LIFE,
        )
