"""Crash trials of the claim-free lists: sending the SMS, saving drafts, verifying.

Worked example: `claim_free_sms_send` is killed between the message and the step to `notified`; neither is kept; sent again, each
person has one message, one notification, one step.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.integrity.crash_people import DAY, NOW, of
from tests.integrity.crash_points import Command


def _two(state: str) -> dict[str, Any]:
    from tests.support.cast import a_cast
    from tests.support.claim_free_people import a_listed
    from tests.support.residents import some_villages

    village = some_villages("500110")[0]
    a_cast()
    made = [a_listed(village=village, name=name, mobile=number, state=state)
            for name, number in (("张桂芳", "13900000001"), ("李国强", "13900000002"))]  # fmt: skip
    return {"cases": [str(one.case_id) for one in made]}


def _cases(given: dict[str, Any]) -> list[UUID]:
    return [UUID(one) for one in given["cases"]]


def _send(given: dict[str, Any]) -> None:
    from jubao.services.claim_free.notices import sms_send

    sms_send(actor=of("handler"), case_ids=_cases(given), today=DAY, now=NOW)


def _verify(given: dict[str, Any]) -> None:
    from jubao.services.claim_free.lists import list_verify

    list_verify(actor=of("handler"), case_ids=_cases(given), today=DAY, now=NOW)


def _drafts() -> dict[str, Any]:
    from jubao.services.claim_free.lists import draft_keep

    given = _two("verified")
    for number, case_id in enumerate(_cases(given)):
        draft_keep(actor=of("handler"), case_id=case_id, mobile=f"1380000000{number}", source="VILLAGE")
    return given


def _save(_given: dict[str, Any]) -> None:
    from jubao.services.claim_free.lists import drafts_save

    drafts_save(actor=of("handler"), today=DAY)


COMMANDS = {
    "claim_free_sms_send": Command(lambda: _two("verified"), _send),
    "claim_free_list_verify": Command(lambda: _two("extracted"), _verify),
    "claim_free_drafts_save": Command(_drafts, _save),
}
