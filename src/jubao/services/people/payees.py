"""The designated beneficiary (指定受益人) of a person, or that the heirs by law stand in for one; dated, the former is kept.

Worked example: 王秀兰 hands in her claim and names her son 王强, 子女, 13900000000; a year later she names nobody any more: his
row ends on that day, and from then on the heirs by law are asked to deregister and are paid the account (赤松 第二十、二十一条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import DesignatedPayee
from jubao.services.cases.inside_unit import inside_unit

LEGAL_HEIR = "按法定继承人"
LONGEST_NAME, LONGEST_RELATION, LONGEST_PHONE = 60, 30, 20


@dataclass(frozen=True)
class NamedPayee:
    """Whom a person names; `is_legal_heir` says that nobody is named and the heirs by law are meant."""

    name: str = ""
    relation: str = ""
    phone: str = ""
    is_legal_heir: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing was said at all."""
        return not (self.is_legal_heir or self.name.strip())

    def as_body(self) -> list[object]:
        """What the idempotency key of a request covers."""
        return [self.is_legal_heir, self.name, self.relation, self.phone]


def payee_of(person_id: UUID, on: date) -> DesignatedPayee | None:
    """The one in force on a day."""
    rows = DesignatedPayee.objects.filter(person_id=person_id, from_on__lte=on)
    return rows.exclude(until_on__lte=on).order_by("-from_on").first()


def payee_words(payee: DesignatedPayee | None) -> str:
    """王强（子女，13900000000）, the heirs by law, or that nobody was named yet."""
    if payee is None:
        return _("尚未指定，请在申领时指定；不指定的为法定继承人")
    if payee.is_legal_heir:
        return _("法定继承人")
    about = "，".join(one for one in (payee.relation, payee.phone) if one)
    return f"{payee.name}（{about}）" if about else payee.name


def payee_name(
    *, actor: Actor, person_id: UUID, payee: NamedPayee, today: date, case_id: UUID | None = None
) -> DesignatedPayee:
    """Record whom the person names from today on; the same again changes nothing.

    Raises InputRefused PAYEE_INCOMPLETE when a name has no relation, or the other way round.
    """
    _refuse_half(payee)
    wanted = {
        "is_legal_heir": payee.is_legal_heir, "name": "" if payee.is_legal_heir else payee.name.strip(),
        "relation": "" if payee.is_legal_heir else payee.relation.strip(),
        "phone": "" if payee.is_legal_heir else payee.phone.strip(),
    }  # fmt: skip
    with inside_unit(actor, "payee_name"):
        former = payee_of(person_id, today)
        if former is not None and all(getattr(former, name) == value for name, value in wanted.items()):
            return former
        if former is not None and former.from_on == today:
            for name, value in wanted.items():
                setattr(former, name, value)
            former.case_id = case_id
            former.save(update_fields=[*wanted, "case_id"])
            return former
        if former is not None:
            former.until_on = today
            former.save(update_fields=["until_on"])
        return DesignatedPayee.objects.create(person_id=person_id, from_on=today, case_id=case_id, **wanted)


def _refuse_half(payee: NamedPayee) -> None:
    if payee.is_legal_heir:
        return
    missing = [
        word
        for word, value in ((_("姓名"), payee.name), (_("与本人的关系"), payee.relation))
        if not value.strip()
    ]
    lengths = ((payee.name, LONGEST_NAME), (payee.relation, LONGEST_RELATION), (payee.phone, LONGEST_PHONE))
    if missing or any(len(value.strip()) > most for value, most in lengths):
        raise InputRefused(
            "PAYEE_INCOMPLETE",
            _("指定受益人填写不全或过长：{missing}。").format(missing="、".join(missing) or _("字数过多")),
            remedy=_("请填写姓名和与本人的关系，或选择“按法定继承人”。"),
        )
