"""The confirmation on the phone hands the case to the handler: no intake clerk in between (指引 四、（三）2).

Worked example: her daughter went through every step of 帮他人确认; `confirm_online` checks everything once more on the spot,
sets the case `accepted` with channel APP_CQHRSS and the day it is due.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import OnlineConfirmation
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.services.cases.engine import advance, case_once
from jubao.services.cases.records import case_found


def confirm_online(
    *, actor: Actor, online_id: UUID, today: date, now: datetime, idempotency_key: str | None = None
) -> Case:
    """Take the step for a finished confirmation. The form with the recorded consent and the papers are there already.

    Raises CaseRefused FORM_NOT_SIGNED, CHANNEL_NOT_OPEN, MATERIAL_MISSING, ONLY_CHILD_PROOF_MISSING, ClaimFreeRefused.
    """
    with unit_of_work(actor, "confirm_online"):
        case_id = OnlineConfirmation.objects.values_list("case_id", flat=True).get(id=online_id)
        case = case_found(case_id)

        def take() -> Case:
            return advance(
                actor=actor, case_id=case.id, action="confirm_online", expected_version=case.version, today=today,
                now=now,
            )  # fmt: skip

        return case_once(idempotency_key, "confirm_online", {"online": online_id}, take)
