"""The account statement: every posting, by source and by year, printed and recorded; who has had none is listed.

Worked example: 500.00 and its subsidy of 70.00 in 2025, then interest: opening 0.00, closing 570.00 and what the year earned.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.facts.statements import account_statement, missing_by_township
from jubao.kernel.errors import DomainError
from jubao.ledger.models import Statement
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment
from jubao.services.accounts.interest_years import GivenRate, interest_year_settle
from jubao.services.accounts.statements import contribution_sheet_print, statement_print, statements_deliver
from jubao.services.contributions.records import contribution_record
from tests.support.residents import a_village, an_enrolment, system

DISTRICT, TODAY = "150404", date(2026, 2, 1)
YEAR: dict[str, Any] = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}


@pytest.fixture
def payer(database: None) -> Enrolment:
    who = an_enrolment(village=a_village(DISTRICT), mobile="13800000001")
    contribution_record(
        actor=system(), enrolment_id=who.id, year=2025, tier_fen=50000, amount_fen=50000, means="mobile",
        treasury_on=date(2025, 5, 6), receipt_number="R1", today=TODAY,
    )  # fmt: skip
    interest_year_settle(
        actor=system(), district_code=DISTRICT, year=2025, today=TODAY, given_rate=GivenRate(24000, "测试")
    )
    return who


@pytest.mark.requirement("SS-15-2", "SS-03-2-2h")
def test_a_statement_has_opening_entries_interest_and_closing(payer: Enrolment) -> None:
    found = account_statement(payer.id, **YEAR)

    interest = 570 * 7 * 24 // 120  # 570.00 x 7 months x 2.4 % / 12, in fen
    assert found.opening_fen == 0
    assert [(one.code, one.in_fen) for one in found.entries] == [
        ("contribution", 50000), ("subsidy", 7000), ("interest", interest),
    ]  # fmt: skip
    assert found.closing_fen == found.entries[-1].balance_fen == 57000 + interest
    (year,) = found.years
    assert (year.year, year.own_fen, year.subsidy_fen, year.interest_fen) == (2025, 50000, 7000, interest)


@pytest.mark.requirement("SS-15-2")
def test_a_statement_is_printed_and_recorded(payer: Enrolment) -> None:
    pdf = statement_print(actor=system(), enrolment_id=payer.id, today=TODAY, **YEAR)

    assert pdf.startswith(b"%PDF")
    given = Statement.objects.get(enrolment=payer)
    assert (given.channel, given.year, given.delivered_on) == ("counter", 2025, TODAY)
    assert contribution_sheet_print(actor=system(), enrolment_id=payer.id, today=TODAY).startswith(b"%PDF")


def test_a_period_that_cannot_be_is_refused(payer: Enrolment) -> None:
    for first, last, code in (
        (date(2025, 2, 1), date(2025, 1, 1), "PERIOD_BACKWARDS"),
        (date(2027, 1, 1), date(2027, 2, 1), "PERIOD_IN_FUTURE"),
    ):
        with pytest.raises(DomainError) as error:
            statement_print(actor=system(), enrolment_id=payer.id, first=first, last=last, today=TODAY)
        assert error.value.code == code


@pytest.mark.requirement("SS-15-1")
def test_who_has_had_no_statement_is_on_the_list_of_the_township_until_told(payer: Enrolment) -> None:
    scope = payer.division_path.split(DISTRICT)[0] + DISTRICT + "/"
    assert [(row[2]) for row in missing_by_township(scope, 2025)] == [1]

    told = statements_deliver(actor=system(), district_code=DISTRICT, year=2025, today=TODAY)
    again = statements_deliver(actor=system(), district_code=DISTRICT, year=2025, today=TODAY)

    assert (told, again) == ({"sms": 1}, {})
    assert missing_by_township(scope, 2025) == []
    assert "577.98" in OutboxMessage.objects.get(purpose="account_statement").body
