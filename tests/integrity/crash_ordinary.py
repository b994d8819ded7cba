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
from tests.integrity.crash_cases import looked_at, or_refused, take, trial
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


OBJECTED = date(2024, 11, 11)


def _asked() -> Case:
    from jubao.services.benefits.pension_objections import objection_open
    from tests.benefits.county import County
    from tests.benefits.test_recalculation import given

    here = County(SONGSHAN)
    someone = here.someone(start_month=Month(2024, 1).index, birth=date(1963, 12, 5))
    given(here, someone, Month(2024, 1), Month(2024, 2))
    return objection_open(
        actor=here.cast.intake.actor, entitlement_id=someone.entitlement_id, asked="账户少记", today=OBJECTED
    )


def _asked_of() -> dict[str, Any]:
    case = _asked()
    return {"case": str(case.id), "version": case.version}


def _redetermine(given: dict[str, Any]) -> Any:
    from jubao.services.benefits.pension_objections import objection_redetermine
    from tests.benefits.county import at_ten

    return objection_redetermine(
        actor=actor(f"{SONGSHAN}-handler"), case_id=UUID(given["case"]), changed={"account_balance_fen": 278278},
        ground="漏记", expected_version=given["version"], today=OBJECTED, now=at_ten(OBJECTED),
    )  # fmt: skip


def _confirmed() -> Case:
    from jubao.services.cases.engine import material_add
    from tests.support.papers import papers

    given = _asked_of()
    case = _redetermine(given)
    clerk = f"{SONGSHAN}-intake_clerk"
    ((kind, paper),) = papers(actor(clerk), "amount_confirmation")
    material_add(actor=actor(clerk), case_id=case.id, kind=kind, document_id=paper)
    return take(looked_at(case, clerk, OBJECTED), "confirm", clerk, OBJECTED)


def _account_asked() -> Case:
    from jubao.services.accounts.account_checks import account_check_open
    from tests.support.cast import a_cast
    from tests.support.residents import an_enrolment, some_villages

    cast, enrolment = a_cast(SONGSHAN), an_enrolment(village=some_villages(SONGSHAN)[0])
    return account_check_open(
        actor=cast.intake.actor, enrolment_id=enrolment.id, asked="少记一笔", today=OBJECTED
    )


COMMANDS = {
    "benefit_notices_issue": Command(_nothing_drawn, _draw),
    "benefit_notice_deliver": trial(
        _drawn, action="deliver", by="village_assistant", day=DAY, district=SONGSHAN
    ),
    "claims_send_up": Command(_collected, _send_up),
    "objection_redetermine": Command(_asked_of, or_refused(_redetermine, "CASE_MOVED", "STEP_NOT_POSSIBLE")),
    "objection_explain": trial(
        _asked, action="explain", by="handler", day=OBJECTED, district=SONGSHAN, reason="无误"
    ),
    "objection_settle": trial(_confirmed, day=OBJECTED, district=SONGSHAN),
    "account_check_explain": trial(
        _account_asked,
        action="explain",
        by="intake_clerk",
        day=OBJECTED,
        district=SONGSHAN,
        reason="记录无误",
    ),
}
