"""Crash trials of what opens a case or keeps a record: proposals with a key, files staged, months closed and opened again.

Worked example: `stop_propose` killed after its case was inserted leaves no number taken; repeated with the key of the page it
opens one case, and a third time it names the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from tests.integrity.crash_people import DAY, DISTRICT, of
from tests.integrity.crash_points import Command
from tests.support.residents import TODAY

MAY = 2025 * 12 + 4


def _someone() -> dict[str, Any]:
    from tests.benefits.county import County

    who = County(DISTRICT).someone()
    return {
        "entitlement": str(who.entitlement_id),
        "person": str(who.person.id),
        "enrolment": str(who.enrolment.id),
    }


def _about(service: str, **facts: Any) -> Callable[[dict[str, Any]], Any]:
    """A proposal about the entitlement, by 办理岗, under one key."""

    def run(given: dict[str, Any]) -> Any:
        import importlib

        module, _dot, name = service.rpartition(".")
        propose = getattr(importlib.import_module(f"jubao.services.{module}"), name)
        return propose(
            actor=of("handler"), entitlement_id=UUID(given["entitlement"]), today=DAY, idempotency_key=name, **facts
        )  # fmt: skip

    return run


def _claimable() -> dict[str, Any]:
    from tests.benefits.county import County
    from tests.benefits.test_claims import saver
    from tests.support.papers import papers

    here = County(DISTRICT)
    (_kind, paper), *_more = papers(here.cast.intake.actor, "id_document")
    return {"enrolment": str(saver(here).id), "paper": str(paper)}


def _claim(given: dict[str, Any]) -> None:
    from jubao.services.benefits.claims import claim_open
    from tests.benefits.test_claims import DAY as CLAIM_DAY

    claim_open(
        actor=of("intake_clerk"), enrolment_id=UUID(given["enrolment"]), today=CLAIM_DAY, idempotency_key="claim-1",
        materials=[("id_document", UUID(given["paper"]))],
    )  # fmt: skip


def _renamable() -> dict[str, Any]:
    from tests.support.papers import papers

    given = _someone()
    return given | {
        "papers": [
            [kind, str(one)] for kind, one in papers(of("intake_clerk"), "id_document", "enrolment_form")
        ]
    }


def _rename(given: dict[str, Any]) -> None:
    from jubao.services.people.data_changes import data_change_propose

    data_change_propose(
        actor=of("intake_clerk"), person_id=UUID(given["person"]), changes={"name": "单桂芳"}, reason="更名", today=DAY,
        idempotency_key="name-1", materials=[(kind, UUID(one)) for kind, one in given["papers"]],
    )  # fmt: skip


def _death(given: dict[str, Any]) -> None:
    from jubao.services.benefits.death_reports import death_report

    death_report(
        actor=of("intake_clerk"),
        person_id=UUID(given["person"]),
        died_on=date(2025, 6, 20),
        source="殡葬",
        today=DAY,
    )


def _attempt_to_stage() -> dict[str, Any]:
    from tests.support.cast import a_cast
    from tests.support.residents import some_villages

    some_villages(DISTRICT)
    a_cast(DISTRICT)
    return {}


def _stage(given: dict[str, Any]) -> None:
    from types import SimpleNamespace

    from tests.imports.test_participants import HEAD, VILLAGE_ONE, WANG
    from tests.support.importing import a_csv, staged

    only = SimpleNamespace(data=SimpleNamespace(actor=of("data_officer")))
    staged(only, "participants", a_csv(HEAD, ("单小英", WANG, VILLAGE_ONE, "2026-11-02", "")))  # type: ignore[arg-type]


def _close(given: dict[str, Any]) -> None:
    from jubao.services.contributions.months import contribution_month_close

    contribution_month_close(actor=of("finance_officer"), district_code=DISTRICT, month=MAY, today=TODAY)


def _closed() -> dict[str, Any]:
    given = _attempt_to_stage()
    _close(given)
    return given


def _reopen(given: dict[str, Any]) -> None:
    from jubao.services.contributions.months import contribution_month_reopen

    contribution_month_reopen(
        actor=of("finance_officer"), district_code=DISTRICT, month=MAY, reason="补录一笔"
    )


COMMANDS = {
    "hold_propose": Command(
        _someone, _about("payments.holds.hold_propose", reason="DEATH_SUSPECTED", evidence={"a": 1})
    ),
    "stop_propose": Command(
        _someone,
        _about(
            "benefits.stops.stop_propose",
            reason="DEATH",
            happened_on=date(2025, 5, 31),
            source="火化",
            evidence={"row": 1},
        ),
    ),
    "amount_correction_propose": Command(
        _someone,
        _about(
            "benefits.recalculation.amount_correction_propose",
            ground="核查",
            changed={"account_balance_fen": 278_278},
        ),
    ),
    "contact_task_open": Command(_someone, _about("people.contacts.contact_task_open")),
    "claim_open": Command(_claimable, _claim),
    "data_change_propose": Command(_renamable, _rename),
    "death_report": Command(_someone, _death),
    "import_stage": Command(_attempt_to_stage, _stage),
    "contribution_month_close": Command(_attempt_to_stage, _close),
    "contribution_month_reopen": Command(_closed, _reopen),
}
