"""What is typed in on the way of a bridging: the other agency's letter with its account, or the record and the money.

Worked example: the 联系函 LX-2026-118 of 赤峰市社会保险中心 with its bank account and `2024:5`: five months of 2024 were paid in
both schemes; the sheet is printed in the same step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.cases.engine import advance, case_propose, material_add
from jubao.services.transfers.bridging import TO_EMPLOYEE, TO_RESIDENT
from jubao.services.transfers.bridging_kind import require_direction
from jubao.services.transfers.incoming import Arrived, record_proposal
from jubao.services.transfers.overlaps import overlap_refund
from jubao.services.transfers.papers import CONTACT
from jubao.services.transfers.records import required
from jubao.services.transfers.rights_records import RightsRecord
from jubao.services.transfers.transfer_out import AcceptanceLetter


@dataclass(frozen=True)
class Overlap:
    """Months paid in both schemes by year, and where the refund for them goes."""

    months_of: Mapping[int, int]
    bank: str = ""
    account: str = ""

    def checked(self) -> dict[str, str]:
        """The account of the refund, where there is one. Raises InputRefused PAYEE_MISSING."""
        if not self.months_of:
            return {}
        return {
            "refund_bank": required(self.bank, "PAYEE_MISSING", _("退费的开户银行")),
            "refund_account": required(self.account, "PAYEE_MISSING", _("退费的银行账号")),
        }


def bridging_move(
    *, actor: Actor, case_id: UUID, letter: AcceptanceLetter, material: UUID | None, overlap: Overlap,
    given_rate: GivenRate | None, expected_version: int, today: date, now: datetime,
) -> Case:  # fmt: skip
    """The other agency's letter has come: settle, print the 信息表, hand it to the reviewer.

    Raises InputRefused LETTER_NUMBER_MISSING, PAYEE_MISSING; CaseRefused MATERIAL_MISSING, OVERLAP_YEAR_UNKNOWN,
    REFUND_TOO_LARGE, OTHER_DIRECTION; NotCovered RATE_NOT_PUBLISHED.
    """
    required(letter.number, "LETTER_NUMBER_MISSING", _("联系函编号"))
    for value, what in (
        (letter.agency, _("接收单位")),
        (letter.bank, _("开户银行")),
        (letter.account, _("银行账号")),
    ):
        required(value, "PAYEE_MISSING", what)
    with unit_of_work(actor, "bridging_move", case_id=case_id):
        case = Case.objects.get(id=case_id)
        require_direction(case, TO_EMPLOYEE)
        if material is not None:
            material_add(actor=actor, case_id=case_id, kind=CONTACT, document_id=material)
        about: dict[str, Any] = {
            name: value
            for name, value in case.proposal.items()
            if not name.startswith(("given_rate", "refund_"))
        }
        about |= {
            "letter_number": letter.number.strip()[:40], "letter_on": letter.on.isoformat(),
            "receiving_agency": letter.agency.strip()[:120], "bank_name": letter.bank.strip(),
            "account_number": letter.account.strip(), **overlap.checked(),
            "overlap_given": {str(year): months for year, months in overlap.months_of.items()},
        }  # fmt: skip
        if given_rate is not None:
            about |= {"given_rate_ppm": given_rate.rate_ppm, "given_rate_source": given_rate.source}
        case = case_propose(
            actor=actor, case_id=case_id, proposal=about, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor, case_id=case_id, action="move", expected_version=case.version, today=today, now=now
        )


def bridging_receive(
    *, actor: Actor, case_id: UUID, record: RightsRecord, arrived: Arrived, overlap: Overlap, expected_version: int,
    today: date, now: datetime,
) -> Case:  # fmt: skip
    """Record and money of the employees' scheme have come: both go to the reviewer, with what goes back for months paid twice."""
    with unit_of_work(actor, "bridging_receive", case_id=case_id):
        case = Case.objects.get(id=case_id)
        require_direction(case, TO_RESIDENT)
        assert case.subject_id is not None
        about = record_proposal(case, record, arrived, today)
        about |= overlap_refund(case.subject_id, overlap.months_of).as_proposal() | overlap.checked()
        case = case_propose(
            actor=actor, case_id=case_id, proposal=about, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor,
            case_id=case_id,
            action="receive",
            expected_version=case.version,
            today=today,
            now=now,
        )
