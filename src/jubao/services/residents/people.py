"""From a name and a number typed at the portal to a participant: both must fit, and guessing is slow.

Worked example: the daughter types 张桂芳 and her number: found. 张桂花 with that number: NAME_NUMBER_MISMATCH, the same words as
for a number of nobody; after ten of them within the hour the account has to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.people.numbers import person_by_number
from jubao.residents.models import Account
from jubao.services.staff.login_answers import Origin, attempt_record
from jubao.staff.models import LoginAttempt

WAY, MISMATCH = "portal_name", "mismatch"
LARGEST_PER_HOUR = 10


def named_person(*, account: Account, name: str, number: str, origin: Origin, now: datetime) -> Person:
    """The participant of that name and number; call it outside a unit of work, so that a wrong guess stays counted.

    Raises InputRefused NAME_EMPTY, NAME_NUMBER_MISMATCH, TOO_MANY_GUESSES, ValueRefused of the number.
    """
    if not name.strip():
        raise InputRefused("NAME_EMPTY", _("姓名是空的。"), remedy=_("请填写参保人身份证上的姓名。"))
    checked = IdNumber.parse(number)
    known = f"a-{account.pk.hex}"
    guesses = LoginAttempt.objects.filter(
        username=known, way=WAY, outcome=MISMATCH, at__gt=now - timedelta(hours=1)
    )
    if guesses.count() >= LARGEST_PER_HOUR:
        raise InputRefused(
            "TOO_MANY_GUESSES",
            _("姓名和号码对不上的次数太多。"),
            remedy=_("请一小时后再试，或带身份证到社保窗口。"),
        )
    with read_scope(""):
        person = person_by_number(checked.text)
    if person is None or person.name != "".join(name.split()):
        attempt_record(username=known, way=WAY, outcome=MISMATCH, now=now, origin=origin)
        raise InputRefused(
            "NAME_NUMBER_MISMATCH",
            _("姓名和身份证号码对不上，或者没有参保记录。"),
            remedy=_("请对照参保人的身份证核对；仍然不行，请到任一社保窗口。"),
        )
    return person
