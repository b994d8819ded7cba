"""Crash trials of decisions about payment: propose, decide, resume, end, certify.

Worked example: `resumption_decide` is killed between the status and the back pay; nothing of it is kept, and the repeated
approval, with the same key, awards each month once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from tests.integrity.crash_people import DAY, DISTRICT, NOW, of
from tests.integrity.crash_points import Command

DIED_ON = date(2025, 6, 20)


def _suspended() -> dict[str, Any]:
    from jubao.kernel.month import Month
    from tests.benefits.county import County

    here = County(DISTRICT)
    someone = here.someone()
    here.suspended(someone, Month(2025, 3))
    return {"entitlement": str(someone.entitlement_id), "enrolment": str(someone.enrolment.id)}


def _propose_resumption(given: dict[str, Any]) -> Any:
    from jubao.services.benefits.resumptions import resumption_propose

    return resumption_propose(
        actor=of("handler"), entitlement_id=UUID(given["entitlement"]), ground="核实具备资格", today=DAY,
        evidence={"visit": "本人在家"}, idempotency_key="resume-1",
    )  # fmt: skip


def _proposed(
    propose: Callable[[dict[str, Any]], Any], prepare: Callable[[], dict[str, Any]]
) -> Callable[[], dict[str, Any]]:
    """Everything up to the reviewer's look at the open case."""

    def prepared() -> dict[str, Any]:
        from jubao.services.cases.engine import case_view

        given = prepare()
        case = propose(given)
        seen = case_view(actor=of("reviewer"), case_id=case.id, now=NOW)
        return given | {"case": str(case.id), "version": seen.version, "digest": seen.digest}

    return prepared


def _approve(given: dict[str, Any]) -> None:
    from jubao.services.cases.engine import advance

    advance(
        actor=of("reviewer"), case_id=UUID(given["case"]), action="approve", expected_version=given["version"],
        digest_seen=given["digest"], today=DAY, now=NOW, idempotency_key="approve-1",
    )  # fmt: skip


def _dead() -> dict[str, Any]:
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import DeathReport
    from tests.benefits.county import County
    from tests.support.residents import system

    here = County(DISTRICT)
    someone = here.someone()
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(
            person=someone.person, died_on=DIED_ON, source="CREMATION", is_decisive=True
        )
    return {"entitlement": str(someone.entitlement_id)}


def _propose_suspension(given: dict[str, Any]) -> Any:
    from jubao.services.benefits.suspensions import suspension_propose

    return suspension_propose(
        actor=of("handler"), entitlement_id=UUID(given["entitlement"]), reason="DEATH_REPORTED", today=DAY,
        evidence={"source": "CREMATION"}, idempotency_key="suspend-1",
    )  # fmt: skip


def _certify(given: dict[str, Any]) -> None:
    from jubao.services.certification.records import certification_record

    certification_record(
        actor=of("certification_officer"), enrolment_id=UUID(given["enrolment"]), channel="app_face",
        certified_on=DAY, today=DAY,
    )  # fmt: skip


COMMANDS = {
    "resumption_propose": Command(_suspended, _propose_resumption),
    "resumption_decide": Command(_proposed(_propose_resumption, _suspended), _approve),
    "suspension_propose": Command(_dead, _propose_suspension),
    "suspension_decide": Command(_proposed(_propose_suspension, _dead), _approve),
    "certification_record": Command(_suspended, _certify),
}
