"""Crash trials of 免申即享: the extraction, acceptance, handling and completion, a revoked flag, a claim rolled back.

Worked example: `claim_free_complete` is killed between the entitlement and the flag; nothing of it is kept, and the repeated
approval, with the same key, leaves one pension, one payout account, a used flag and one task.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import of
from tests.integrity.crash_points import Command

DAY = date(2024, 3, 11)
LATER = date(2024, 4, 12)


def _world() -> Any:
    from tests.support.claim_free_world import World

    return World()


def _candidate() -> dict[str, Any]:
    here = _world()
    here.candidate()
    here.candidate(bank="")
    return {"scope": here.program.scope}


def _extract(given: dict[str, Any]) -> None:
    from jubao.database.actor import Actor
    from jubao.kernel.month import Month
    from jubao.services.claim_free.extraction import extraction_run
    from tests.support.claim_free_world import at_ten

    extraction_run(
        actor=Actor.system("month_run", scope=given["scope"]), district_code="500110", month=Month(2024, 3),
        drawn_on=date(2024, 3, 1), now=at_ten(date(2024, 3, 1)),
    )  # fmt: skip


def _signed() -> dict[str, Any]:
    here = _world()
    case = here.listed()
    form = here.form(case)
    here.scans(case, "id_document", "confirmation_form")
    return {"form": str(form.id)}


def _accept(given: dict[str, Any]) -> None:
    from jubao.services.claim_free.acceptance import accept_at_counter
    from tests.support.claim_free_world import ACCEPTED, at_ten

    accept_at_counter(
        actor=of("intake_clerk"), form_id=UUID(given["form"]), checklist=ACCEPTED, today=DAY, now=at_ten(DAY),
        idempotency_key="accept-1",
    )  # fmt: skip


def _accepted() -> dict[str, Any]:
    here = _world()
    case = here.accepted(here.listed(balance_fen=250473, name="张桂芳"))
    return {"case": str(case.id), "version": case.version, "name": "张桂芳"}


def _handle(given: dict[str, Any]) -> None:
    from jubao.services.claim_free.handling import handle
    from tests.support.claim_free_world import CHECKED, at_ten

    handle(
        actor=of("handler"), case_id=UUID(given["case"]),
        entries={"id_card_name": given["name"], "is_only_child": False, "mobile": "13900000000"}, checklist=CHECKED,
        expected_version=given["version"], today=DAY, now=at_ten(DAY), idempotency_key="handle-1",
    )  # fmt: skip


def _handled() -> dict[str, Any]:
    from jubao.services.cases.engine import case_view
    from tests.support.claim_free_world import at_ten

    here = _world()
    case = here.handled(here.accepted(here.listed(balance_fen=250473)))
    seen = case_view(actor=here.cast.reviewer.actor, case_id=case.id, now=at_ten(DAY))
    return {"case": str(seen.id), "version": seen.version, "digest": seen.digest}


def _approve(given: dict[str, Any]) -> None:
    from jubao.services.cases.engine import advance
    from tests.support.claim_free_world import CHECKED, at_ten

    advance(
        actor=of("reviewer"), case_id=UUID(given["case"]), action="approve", expected_version=given["version"],
        digest_seen=given["digest"], today=DAY, now=at_ten(DAY), checklist=CHECKED, idempotency_key="approve-1",
    )  # fmt: skip


def _to_roll_back() -> Case:
    from jubao.services.claim_free.rollback import rollback_make, rollback_report
    from tests.support.claim_free_world import at_ten

    here = _world()
    who = here.candidate(balance_fen=250473)
    here.reviewed(here.handled(here.accepted(here.listed(who))))
    case = rollback_report(
        actor=here.cast.intake.actor, person_id=who.person_id, cause="death", happened_on=date(2024, 4, 10),
        source="村委会", reason="村干部报告", today=LATER,
    )  # fmt: skip
    return rollback_make(
        actor=here.cast.handler.actor, case_id=case.id, reason="核实无误", expected_version=case.version, today=LATER,
        now=at_ten(LATER),
    )  # fmt: skip


COMMANDS = {
    "claim_free_extract": Command(_candidate, _extract),
    "claim_free_revoke": trial(
        lambda: _world().listed(), action="revoke", by="handler", day=DAY, reason="本月转入职工养老"
    ),
    "claim_free_accept": Command(_signed, _accept),
    "claim_free_handle": Command(_accepted, _handle),
    "claim_free_complete": Command(_handled, _approve),
    "claim_rollback_decide": trial(_to_roll_back, day=LATER),
}
