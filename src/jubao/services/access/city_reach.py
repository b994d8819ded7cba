"""全市通办: what an officer of any outlet of the city finds of a participant of another district, and no more.

Worked example: 渝北's intake clerk types the number of somebody from 綦江: `flag_in_city` finds the flag under 500000/,
the acceptance names 渝北's outlet, and the case waits in 綦江's queue. 綦江's payment list stays closed to that clerk.
"""

from __future__ import annotations

from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.text import _
from jubao.services.cases.checks import CaseRefused, city_wide


def reach_of(actor: Actor) -> str:
    """The path under which the actor may read what is open to the whole city."""
    wide = city_wide(actor)
    return wide.reach or wide.scope


def flag_in_city(actor: Actor, person_id: UUID) -> Flag | None:
    """The person's flag anywhere in the actor's city."""
    with read_scope(reach_of(actor)):
        return (
            Flag.objects.filter(person_id=person_id).select_related("person", "case").order_by("-id").first()
        )


def case_in_city(actor: Actor, case_id: UUID) -> Case:
    """A case of the actor's city. Raises CaseRefused CASE_NOT_FOUND."""
    with read_scope(reach_of(actor)):
        case = Case.objects.select_related("person").filter(id=case_id).first()
    if case is None:
        raise CaseRefused(
            "CASE_NOT_FOUND",
            _("本市没有这项业务。"),
            remedy=_("请由参保地所在市的经办机构办理。"),
        )
    return case
