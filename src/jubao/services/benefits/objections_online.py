"""待遇金额核查 answered on the phone: the person agrees to the new amount with the account that is proven hers, or says why not.

Worked example: 王秀兰 reads 163.02 → 165.02 on 2024-11-14 and agrees: the letter that she would have signed at the counter is
kept with the words 本人登录后确认 and the moment, the case is confirmed, and the reviewer decides.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.residents.models import Account
from jubao.services.benefits.pension_objection_letters import confirmation_store
from jubao.services.benefits.pension_objections import CONFIRMATION, KIND
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, material_add


def objection_answer(
    *, actor: Actor, account: Account, case_id: UUID, agrees: bool, reason: str, expected_version: int, today: date,
    now: datetime,
) -> Case:  # fmt: skip
    """同意 or 不同意 of the person herself. Raises CaseRefused NOT_YOURS, CASE_MOVED, REASON_REQUIRED."""
    with unit_of_work(actor, "objection_answer", case_id=case_id):
        case = Case.objects.select_for_update().get(id=case_id)
        if case.kind != KIND or account.person_id is None or account.person_id != case.person_id:
            raise CaseRefused(
                "NOT_YOURS", _("这不是您本人的业务，不能确认。"), remedy=_("请参保人本人登录，或到窗口签字。")
            )
        if agrees and case.state == "handled" and case.version == expected_version:
            letter = confirmation_store(
                actor=actor, case=case, line=case.proposal["lines"][0], today=today, signed_at=now
            )
            material_add(actor=actor, case_id=case.pk, kind=CONFIRMATION, document_id=letter.pk)
        return advance(
            actor=actor, case_id=case_id, action="confirm" if agrees else "disagree", reason="" if agrees else reason,
            expected_version=expected_version, today=today, now=now,
        )  # fmt: skip
