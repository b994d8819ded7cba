"""Crash trials of what stands beside the ordinary claim: notices to those of age, the village's collection, checks.

Worked example: 下达 killed after the notice was stored leaves the case listed and no message; repeated, one notice stands there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.month import Month
from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import actor
from tests.integrity.crash_points import Command

SONGSHAN, OFFICE = "150404", "songshan-township"
MAY, DAY = Month(2024, 5), date(2024, 5, 13)
AT = datetime.combine(DAY, time(2), UTC)
ASSISTANT = f"{SONGSHAN}-village_assistant"


def _world() -> Any:
    """The district with a handler at the township, and one person who turns sixty in June 2024."""
    import tests.support.cast as cast_module
    from tests.support.claim_free_world import World

    cast_module.FROM = date(2023, 1, 1)
    world = World(SONGSHAN)
    cast_module.an_officer(
        "handler", path=world.cast.intake.actor.scope, username=OFFICE, from_on=cast_module.FROM
    )
    world.candidate(birth=date(1964, 6, 3), name="王秀兰", balance_fen=250473, bank="")
    return world


def _nothing_drawn() -> dict[str, Any]:
    _world()
    return {}


def _draw(given: dict[str, Any]) -> None:
    from jubao.services.benefits.benefit_notices import notices_issue

    office = actor(OFFICE)
    notices_issue(actor=office, division_path=office.scope, month=MAY, today=DAY, now=AT)


def _drawn() -> Case:
    _world()
    _draw({})
    with read_scope("%"):
        return Case.objects.get(kind="benefit_notice")


def _collected() -> dict[str, Any]:
    from jubao.people.models import Enrolment
    from jubao.services.benefits.claims import claim_open
    from jubao.services.people.payees import NamedPayee
    from tests.support.papers import papers

    world = _world()
    village = world.cast.assistant.actor
    with read_scope("%"):
        enrolment = Enrolment.objects.get()
    case = claim_open(
        actor=village, enrolment_id=enrolment.id, today=DAY, materials=papers(village, "id_document"),
        payee=NamedPayee("王强", "子女"),
    )  # fmt: skip
    return {"case": str(case.id)}


def _send_up(given: dict[str, Any]) -> None:
    from jubao.services.benefits.ordinary_collections import claims_send_up

    claims_send_up(
        actor=actor(ASSISTANT), case_ids=[UUID(given["case"])], today=DAY, now=AT, idempotency_key="send-1"
    )  # fmt: skip


COMMANDS = {
    "benefit_notices_issue": Command(_nothing_drawn, _draw),
    "benefit_notice_deliver": trial(
        _drawn, action="deliver", by="village_assistant", day=DAY, district=SONGSHAN
    ),
    "claims_send_up": Command(_collected, _send_up),
}
