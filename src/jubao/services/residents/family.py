"""Relatives on record: who may apply in a person's stead, recorded with the paper that shows the relation.

Worked example: 李静 records 何小军, 子女 of 何秀兰, by the household booklet; from then on an application that names his
number is taken as one of the family. The number itself is not kept, only its keyed digest.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of, stored_number
from jubao.residents.models import FamilyMember
from jubao.staff.keys import number_digest

RELATIONS = ("配偶", "子女", "父母", "兄弟姐妹", "其他亲属")
ONESELF = "本人"


def family_record(
    *, actor: Actor, person_id: UUID, name: str, relation: str, number: str, proof: str, today: date
) -> FamilyMember:
    """Put a relative on record; the same one again is already recorded.

    Raises InputRefused NAME_EMPTY, RELATION_MISSING, PROOF_MISSING, NOT_ENROLLED; ValueRefused of the number.
    """
    given = "".join(name.split())
    if not given:
        raise InputRefused("NAME_EMPTY", _("家属的姓名是空的。"), remedy=_("请填写姓名。"))
    if relation not in RELATIONS:
        raise InputRefused("RELATION_MISSING", _("没有选择家属关系。"), remedy=_("请选择一项。"))
    if not proof.strip():
        raise InputRefused(
            "PROOF_MISSING", _("没有写明关系证明。"), remedy=_("请写明户口簿、结婚证等材料名称和编号。")
        )
    digest = number_digest(IdNumber.parse(number).text)
    with unit_of_work(actor, "family_record"):
        if not Enrolment.objects.filter(
            person_id=person_id, division_path__startswith=actor.scope.rstrip("%")
        ).exists():
            raise InputRefused("NOT_ENROLLED", _("辖区内没有此人的参保记录。"), remedy=_("请核对人员。"))
        found, _is_new = FamilyMember.objects.get_or_create(
            person_id=person_id,
            number_digest=digest,
            until_on=None,
            defaults={"name": given, "relation": relation, "proof": proof.strip()[:200], "from_on": today},
        )
        return found


def relation_to(person_id: UUID, number: str) -> str:
    """本人, the relation on record, or nothing for a stranger."""
    if not number.strip():
        return ""
    cleaned = stored_number(number)
    if cleaned == numbers_of([person_id]).get(person_id):
        return ONESELF
    return (
        FamilyMember.objects.filter(
            person_id=person_id, number_digest=number_digest(cleaned), until_on__isnull=True
        )
        .values_list("relation", flat=True)
        .first()
        or ""
    )


def relatives_of(number: str) -> list[UUID]:
    """The persons as whose family somebody of this number is on record."""
    return list(
        FamilyMember.objects.filter(
            number_digest=number_digest(stored_number(number)), until_on__isnull=True
        ).values_list("person_id", flat=True)
    )
