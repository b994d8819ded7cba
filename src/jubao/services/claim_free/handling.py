"""办理 by the handler of the district or township: entries from the papers, the points answered, the card account asked anew.

Worked example: `handle(case_id=…, entries={"id_card_name": "张桂芳", "is_only_child": True, "mobile": "13900000000"},
checklist=…)` keeps the number with its history, works the pension out and hands the case to 复核; what blocks is named all at
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.services.access.log import require_post
from jubao.services.cases.engine import advance, case_once
from jubao.services.cases.records import case_found, locked
from jubao.services.claim_free.card_system import card_account_refresh
from jubao.services.claim_free.phones import phone_correct

ENTRIES = ("mobile", "is_only_child", "id_card_name", "only_child_resolution")


def handle(
    *, actor: Actor, case_id: UUID, entries: Mapping[str, Any], checklist: Mapping[str, Any], expected_version: int,
    today: date, now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Push a case to the reviewer. What the card system answers is kept even when the case cannot be pushed.

    Raises what `claim_free_completion.prepare_handling` and `cases.advance` raise, CaseRefused PHONE_NOT_MOBILE.
    """
    require_post(actor, "handler", what=_("免申即享办理"))
    with unit_of_work(actor, "claim_free_look", case_id=case_id):
        person_id = case_found(case_id).person_id
    assert person_id is not None
    card_account_refresh(actor=actor, person_id=person_id, now=now)
    body = {
        "case": case_id,
        "version": expected_version,
        "entries": dict(entries),
        "checklist": dict(checklist),
    }

    def take() -> Case:
        case = locked(case_id, expected_version)
        if mobile := str(entries.get("mobile") or "").strip():
            phone_correct(
                actor=actor, person_id=person_id, mobile=mobile, source="OFFICE", today=today, case_id=case_id
            )
        kept = {name: entries[name] for name in ENTRIES if name in entries}
        Case.objects.filter(id=case.id).update(proposal={**case.proposal, "entries": kept})
        return advance(
            actor=actor, case_id=case_id, action="handle", checklist=checklist, expected_version=expected_version,
            today=today, now=now,
        )  # fmt: skip

    with unit_of_work(actor, "claim_free_handle", case_id=case_id):
        return case_once(idempotency_key, "claim_free_handle", body, take)
