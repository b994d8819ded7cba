"""The commands whose every crash point is tried: what each needs, and how it is called again with the same key.

Worked example: `ledger_post` books one contribution and its subsidy; killed anywhere and repeated it is booked once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.database.actor import Actor
from tests.integrity.crash_points import Command

EVERYWHERE = Actor.system("crash", scope="")


def _two_transfers() -> dict[str, Any]:
    from jubao.people.models import Enrolment
    from jubao.services.accounts import account_ids, fund_account_id
    from tests.support.residents import an_enrolment

    enrolment: Enrolment = an_enrolment()
    personal = account_ids("own_payment", "500110", [enrolment.id], actor=EVERYWHERE)
    return {
        "personal": personal[enrolment.id],
        "fund": fund_account_id("treasury_receipts", "500110", actor=EVERYWHERE),
    }


def _post_twice(given: dict[str, Any]) -> None:
    from jubao.services.ledger import NewTransfer, post

    post(
        actor=EVERYWHERE,
        transfers=[
            NewTransfer(
                id=UUID(int=number), debit_account_id=given["fund"], credit_account_id=given["personal"],
                amount_fen=amount, code="contribution", value_date=date(2025, 3, 12),
            )
            for number, amount in ((1, 40000), (2, 10000))
        ],
    )  # fmt: skip


COMMANDS: dict[str, Command] = {"ledger_post": Command(_two_transfers, _post_twice)}
