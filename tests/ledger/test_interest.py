"""Yearly interest: once per account and year, on the published rate, the same as the rule; re-rating in reversing pairs.

Worked example: 1000.00 on 1 January and 240.00 in March at 2.4 % give 13.44 until June and 28.32 for the year.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.ledger.balances import balance_of
from jubao.ledger.models import InterestYear, Transfer
from jubao.people.models import Enrolment
from jubao.services.accounts import postings as ledger
from jubao.services.accounts.interest_years import (
    GivenRate,
    Settled,
    interest_settle,
    interest_year_rerate,
    interest_year_settle,
)
from tests.support.residents import a_village, an_enrolment, system

DISTRICT, TODAY, CASE = "150404", date(2026, 1, 15), UUID(int=9)
RATE = GivenRate(24000, "测试公布文件")


@pytest.fixture
def saver(database: None) -> Enrolment:
    """1000.00 before the year, 240.00 in March."""
    who = an_enrolment(village=a_village(DISTRICT))
    credit(who, 100000, date(2024, 12, 5))
    credit(who, 24000, date(2025, 3, 12))
    return who


def credit(who: Enrolment, fen: int, day: date) -> None:
    fund = ledger.fund_account_id("transfer_fund", DISTRICT, actor=system())
    part = ledger.account_ids("transferred_in", DISTRICT, [who.id], actor=system())[who.id]
    ledger.post(actor=system(), transfers=[ledger.NewTransfer(uuid4(), fund, part, fen, "transfer_in", day)])


def pay(who: Enrolment, fen: int, day: date) -> UUID:
    paid = ledger.fund_account_id("paid_out", DISTRICT, actor=system())
    part = ledger.account_ids("transferred_in", DISTRICT, [who.id], actor=system())[who.id]
    key = uuid4()
    ledger.post(
        actor=system(),
        transfers=[ledger.NewTransfer(key, part, paid, fen, "account_pension", day, run_id=CASE)],
    )
    return key


def settle(year: int = 2025, rate: GivenRate | None = RATE, today: date = TODAY) -> Settled:
    return interest_year_settle(
        actor=system(), district_code=DISTRICT, year=year, today=today, given_rate=rate
    )


def interest_of(who: Enrolment, year: int = 2025) -> int:
    return InterestYear.objects.get(enrolment=who, year=year, is_live=True).interest_fen


@pytest.mark.requirement("SS-12-6", "SS-14-2")
def test_a_year_is_settled_once(saver: Enrolment) -> None:
    first = settle()
    again = settle()

    assert (first.accounts, first.interest_fen) == (1, 2832)
    assert (again.accounts, again.interest_fen) == (0, 0)
    assert balance_of(saver.id) == {"transferred_in": 124000, "interest": 2832}
    assert Transfer.objects.get(code="interest").value_date == date(2025, 12, 31)


@pytest.mark.requirement("SS-14-2")
def test_a_running_year_is_refused(saver: Enrolment) -> None:
    with pytest.raises(DomainError) as error:
        settle(today=date(2025, 12, 31))

    assert error.value.code == "YEAR_NOT_OVER"


def test_without_a_published_rate_the_settlement_waits_and_names_it(saver: Enrolment) -> None:
    with pytest.raises(DomainError) as error:
        settle(rate=None)

    assert error.value.code == "RATE_NOT_PUBLISHED"
    assert "account_interest_rate_ppm" in error.value.message
    assert not InterestYear.objects.exists()


def test_a_payment_takes_its_own_month_away(saver: Enrolment) -> None:
    pay(saver, 10000, date(2025, 6, 20))

    settle()

    # 1000.00 x 12 + 240.00 x 9 - 100.00 x 7 = 13460 yuan-months x 2.4 % / 12 = 26.92
    assert interest_of(saver) == 2692


def test_a_returned_payment_counts_as_never_made(saver: Enrolment) -> None:
    paid = pay(saver, 10000, date(2025, 6, 20))
    ledger.reverse(actor=system(), transfer_id=paid, reason="退票", value_date=date(2025, 8, 3), case_id=CASE)

    settle()

    assert interest_of(saver) == 2832


def test_the_trace_says_what_was_counted(saver: Enrolment) -> None:
    settle()

    trace = InterestYear.objects.get(enrolment=saver).trace
    assert trace["opening_balance_fen"] == 100000
    assert trace["credit_fen_months"] == 24000 * 9
    assert trace["rate_source"] == "测试公布文件"


def test_inside_the_year_only_the_months_passed_count_and_the_yearly_run_replaces_it(
    saver: Enrolment,
) -> None:
    interest_settle(
        actor=system(), enrolment_id=saver.id, until=Month(2025, 6), case_id=CASE, today=date(2025, 6, 20),
        is_final=False, given_rate=RATE,
    )  # fmt: skip
    assert interest_of(saver) == 1344

    done = settle()

    assert (done.replaced, interest_of(saver)) == (1, 2832)
    assert balance_of(saver.id)["interest"] == 2832
    assert InterestYear.objects.filter(enrolment=saver, year=2025).count() == 2


def test_an_account_settled_for_good_is_left_alone(saver: Enrolment) -> None:
    interest_settle(
        actor=system(), enrolment_id=saver.id, until=Month(2025, 6), case_id=CASE, today=date(2025, 6, 20),
        is_final=True, given_rate=RATE,
    )  # fmt: skip

    assert settle().accounts == 0
    assert interest_of(saver) == 1344


def test_a_new_rate_makes_a_reversing_pair_and_later_years_follow(saver: Enrolment) -> None:
    settle()
    settle(2026, today=date(2027, 1, 2))
    assert interest_of(saver, 2026) == 3044  # (124000 + 2832) x 2.4 %

    done = interest_year_rerate(
        actor=system(), district_code=DISTRICT, year=2025, reason="利率公布更正", case_id=CASE,
        today=date(2027, 2, 1), given_rate=GivenRate(25000, "更正文件"),
    )  # fmt: skip

    assert (done.replaced, interest_of(saver), interest_of(saver, 2026)) == (1, 2950, 3047)
    assert balance_of(saver.id)["interest"] == 2950 + 3047
    posted = Transfer.objects.filter(code="interest")
    assert posted.count() == 6
    assert posted.filter(reverses__isnull=False).count() == 2
    former = InterestYear.objects.get(enrolment=saver, year=2025, is_live=True).supersedes
    assert former is not None and former.interest_fen == 2832
