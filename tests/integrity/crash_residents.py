"""Crash trials of what the portal brings to the desk: a death reported by the family and confirmed.

Worked example: `resident_report_confirm` is killed between the report of death and the closed case; neither is kept; confirmed
again, the death stands once among the sources.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import DAY, DISTRICT

if TYPE_CHECKING:
    from jubao.cases.models import Case


def _reported() -> Case:
    from jubao.database.actor import Actor
    from jubao.database.unit_of_work import unit_of_work
    from jubao.residents.models import Account
    from jubao.services.residents.accounts import district_path
    from jubao.services.residents.reports import DEATH, report_submit
    from tests.support.cast import a_cast
    from tests.support.residents import a_beneficiary, some_villages, system

    village = some_villages(DISTRICT)[0]
    a_cast()
    drawing = a_beneficiary(village=village, name="张桂芳", birth=date(1960, 3, 2))
    with unit_of_work(system(), "test"):
        son = Account.objects.create(name="张小军", number_digest="0" * 64, phone="13900000031")
    actor = Actor.participant(son.pk, name=son.name, scope=district_path(village.path))
    return report_submit(
        actor=actor,
        account=son,
        what=DEATH,
        person_id=drawing.person.pk,
        relation="子女",
        happened_on=DAY,
        today=DAY,
    )


COMMANDS = {"resident_report_confirm": trial(_reported, action="confirm", by="handler", reason="电话核实")}
