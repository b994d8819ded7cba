"""Crash trials of the ledger: posting, answering, reversing.

Worked example: `ledger_post` books two opening balances under fixed ids; killed anywhere and repeated, they are booked once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests.integrity.crash_people import EVERYWHERE
from tests.integrity.crash_points import Command

AMOUNTS = {1: 40000, 2: 10000}


def _accounts() -> dict[str, Any]:
    from jubao.services.accounts.holders import account_ids, fund_account_id
    from tests.support.residents import an_enrolment

    enrolment = an_enrolment()
    personal = account_ids("own_payment", "500110", [enrolment.id], actor=EVERYWHERE)
    return {
        "personal": personal[enrolment.id],
        "fund": fund_account_id("treasury_receipts", "500110", actor=EVERYWHERE),
    }


def _post(given: dict[str, Any]) -> None:
    from jubao.services.accounts.postings import NewTransfer, post

    post(
        actor=EVERYWHERE,
        transfers=[
            NewTransfer(
                id=UUID(int=number), debit_account_id=given["fund"], credit_account_id=given["personal"],
                amount_fen=amount, code="opening", value_date=date(2025, 3, 12),
            )
            for number, amount in AMOUNTS.items()
        ],
    )  # fmt: skip


def _posted() -> dict[str, Any]:
    from jubao.cases.models import Case
    from jubao.database.unit_of_work import unit_of_work

    given = _accounts()
    _post(given)
    with unit_of_work(EVERYWHERE, "crash"):
        case = Case.objects.create(
            number="500110-2025-900001", kind="ledger_correction", district_code="500110",
            division_path="500000/500110/", state="approved", is_open=False, outcome="approved",
            maker_id=UUID(int=11), checker_id=UUID(int=12),
        )  # fmt: skip
    return given | {"case": str(case.id)}


def _reverse(given: dict[str, Any]) -> None:
    from jubao.services.accounts.postings import reverse

    reverse(
        actor=EVERYWHERE, transfer_id=UUID(int=1), reason="记错年度", value_date=date(2025, 6, 30),
        case_id=UUID(given["case"]),
    )  # fmt: skip


COMMANDS = {"ledger_post": Command(_accounts, _post), "ledger_reverse": Command(_posted, _reverse)}
