"""Two clerks book the same year at the same moment: one payment stands, the other is refused in words.

Worked example: receipts R1 and R2 for 2025, both pressed at once: one contribution, two transfers.
"""

from __future__ import annotations

import threading
from datetime import date

from django.db import connection

from jubao.contributions.models import Contribution
from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of
from jubao.services.contributions.records import contribution_record
from tests.support.database import OwnDatabase
from tests.support.residents import a_village, an_enrolment, system


def test_one_of_two_payments_for_a_year_is_refused(own_database: OwnDatabase) -> None:
    who = an_enrolment(village=a_village("150404"))
    gate, outcomes = threading.Barrier(2, timeout=60), []

    def pay(receipt: str) -> None:
        gate.wait()
        try:
            contribution_record(
                actor=system(), enrolment_id=who.id, year=2025, tier_fen=50000, amount_fen=50000,
                treasury_on=date(2025, 5, 6), receipt_number=receipt, today=date(2026, 2, 1),
            )  # fmt: skip
            outcomes.append("booked")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(receipt,)) for receipt in ("R1", "R2")]
    [one.start() for one in threads]
    [one.join() for one in threads]

    own_database.see_everything()
    assert sorted(outcomes) == ["YEAR_PAID", "booked"]
    assert Contribution.objects.filter(enrolment=who).count() == 1
    assert balance_of(who.id) == {"own_payment": 50000, "subsidy": 7000}
