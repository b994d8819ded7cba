"""Opening balances at the take-over: one transfer per source, once.

Worked example: 12 000.00 own payments and 940.55 interest make two transfers; the same call again is refused.
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of
from jubao.ledger.models import Transfer
from jubao.services.accounts.opening import opening_post_selected
from tests.support.residents import a_village, an_enrolment, system

DAY = date(2024, 12, 31)


def test_opening_balances_are_posted_once_per_source(database: None) -> None:
    who = an_enrolment(village=a_village("150404"))
    select = (
        "SELECT %s::uuid AS enrolment_id, o.kind, o.fen FROM"
        " (VALUES ('own_payment', 1200000), ('interest', 94055), ('subsidy', 0)) AS o(kind, fen)"
    )

    made = opening_post_selected(
        actor=system(), district_code="150404", select_sql=select, params=[who.id], value_date=DAY
    )

    assert made == 2
    assert balance_of(who.id) == {"own_payment": 1200000, "interest": 94055}
    assert set(Transfer.objects.values_list("code", "value_date")) == {("opening", DAY)}
    with pytest.raises(DomainError) as error:
        opening_post_selected(
            actor=system(), district_code="150404", select_sql=select, params=[who.id], value_date=DAY
        )
    assert error.value.code == "OPENED_BEFORE"
