"""Crash trials of what the portal brings to the desk: a death or custody reported by the family and confirmed.

Worked example: `resident_report_confirm` is killed between the report of death and the closed case; neither is kept; confirmed
again, the death stands once among the sources.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import DAY, DISTRICT
from tests.integrity.crash_points import Command
from tests.integrity.crash_proposals import _someone

if TYPE_CHECKING:
    from jubao.cases.models import Case
    from jubao.database.actor import Actor


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


def _true_custody() -> Case:
    from tests.integrity.crash_people import of

    given = _someone()
    return _take(of("intake_clerk"), given)


def _take(actor: Actor, given: dict[str, Any]) -> Case:
    from jubao.services.residents.reports import CUSTODY, report_take

    return report_take(
        actor=actor, what=CUSTODY, person_id=UUID(given["person"]), reporter="张小军", phone="", relation="子女",
        happened_on=DAY, today=DAY, idempotency_key="report-1",
    )  # fmt: skip


def _taken(given: dict[str, Any]) -> None:
    from tests.integrity.crash_people import of

    _take(of("intake_clerk"), given)


COMMANDS = {
    "resident_report_confirm": trial(_reported, action="confirm", by="handler", reason="电话核实"),
    "resident_report_custody": trial(
        _true_custody, action="confirm", by="handler", reason="判决书，有期徒刑"
    ),
    "resident_report_taken": Command(_someone, _taken),
}
