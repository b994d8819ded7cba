"""What all of supervision asks first: the place it belongs to, and whom a number stands for.

Worked example: a village assistant tells of somebody enrolled in the next village of the township: the tip stays in the own
village; of somebody of the own village, it stands at that person's place.
"""

from __future__ import annotations

from uuid import UUID

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.people.divisions import district_of


def required(text: str, what: str, *, most: int = 1000) -> str:
    """The text without blanks around. Raises InputRefused TEXT_MISSING or TEXT_TOO_LONG."""
    cleaned = text.strip()
    if not cleaned:
        raise InputRefused(
            "TEXT_MISSING", _("没有填写{what}。").format(what=what), remedy=_("请填写后再提交。")
        )
    if len(cleaned) > most:
        raise InputRefused(
            "TEXT_TOO_LONG",
            _("{what}超过 {most} 字。").format(what=what, most=most),
            remedy=_("请写得短一些，详细内容作为材料上传。"),
        )
    return cleaned


def one_of(value: str, known: object, what: str) -> str:
    """The value. Raises InputRefused CHOICE_MISSING when it is none of the known ones."""
    if value not in known:  # type: ignore[operator]
        raise InputRefused(
            "CHOICE_MISSING", _("没有选择{what}。").format(what=what), remedy=_("请选择一项。")
        )
    return value


def district_required(path: str) -> str:
    """The district of a place. Raises InputRefused PLACE_MISSING above the districts."""
    code = district_of(path)
    if not code:
        raise InputRefused(
            "PLACE_MISSING", _("没有选择区县。"), remedy=_("请选择事情发生的区县、镇街或村社。")
        )
    return code


def person_named(number: str, scope: str, *, must_be_known: bool = True) -> tuple[UUID | None, str]:
    """Whom a number stands for, and the place of the enrolment where it lies under `scope`; nothing for an empty number.

    At the portal a number need not be known: the answer must not tell a stranger who is in the register.

    Raises InputRefused PERSON_UNKNOWN.
    """
    if not number.strip():
        return None, ""
    person = person_by_number(number)
    if person is None and not must_be_known:
        return None, ""
    if person is None:
        raise InputRefused(
            "PERSON_UNKNOWN",
            _("没有这个证件号码的人。"),
            remedy=_("请核对号码；不清楚的可以不填，写明姓名和住址。"),
        )
    return person.pk, place_of(person.pk, scope)


def place_of(person_id: UUID, scope: str) -> str:
    """Where a person is enrolled, if that lies under `scope`; else nothing."""
    found = Enrolment.objects.filter(person_id=person_id, division_path__startswith=scope).order_by(
        "-enrolled_on"
    )
    return found.values_list("division_path", flat=True).first() or ""
