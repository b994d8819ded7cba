"""Published examples that need more than one step: fifteen years of interest, a pension paid until the account is empty."""

from __future__ import annotations

from typing import Any

from jubao.rules.evaluate import explain
from jubao.rules.interest import credit_months, payment_months
from jubao.rules.pension import account_pension
from jubao.rules.recalculation import (
    recalculation_back_pay_fen,
    recalculation_decrease_fen,
    recalculation_difference_fen,
)


def settled(
    opening_fen: int, credits_fen: int = 0, payments: dict[int, int] | None = None, *, ppm: int, **booked: int
) -> dict[str, Any]:
    """One year: credits booked in the month `booked`, payments by month."""
    paid = payments or {}
    facts = {
        "opening_balance_fen": opening_fen,
        "last_month_counted": 12,
        "credits_fen": credits_fen,
        "credit_fen_months": credits_fen * credit_months(12, booked.get("month", 12), 0),
        "payments_fen": sum(paid.values()),
        "payment_fen_months": sum(amount * payment_months(12, month) for month, amount in paid.items()),
        "account_interest_rate_ppm": ppm,
        "interest_rounding_quantum_fen": 1,
        "interest_rounding_is_up": False,
    }
    return explain(["closing_balance_fen"], facts).values


def test_w_4_fifteen_years_at_three_and_a_half_percent_give_73_68() -> None:
    balance = 13_000  # booked in the December before the first year

    for year in range(15):
        balance = settled(balance, 13_000 if year < 14 else 0, ppm=35_000)["closing_balance_fen"]

    assert (
        abs(balance - 15 * 13_000 - 64_620) <= 5
    )  # the page rounds 646.23 to 646.2; yearly rounding moves a cent or two
    account = account_pension(balance, 139)
    assert 5_500 + account == 7_368


def test_w_3_account_lasts_139_months_without_interest_and_the_amount_goes_on() -> None:
    monthly = account_pension(1_390_000, 139)

    after_39 = settled(1_390_000, 0, {12: 39 * monthly}, ppm=0)["closing_balance_fen"]

    assert (monthly, after_39, 139 * monthly) == (10_000, 1_000_000, 1_390_000)


def test_rate_published_later_recalculates_the_pension_and_pays_the_difference() -> None:
    budget = settled(2_400_00, 104_73, ppm=15_000, month=3)["closing_balance_fen"]
    final = settled(2_400_00, 104_73, ppm=30_700, month=3)["closing_balance_fen"]
    pensions = [account_pension(balance, 139) for balance in (budget, final)]

    difference = recalculation_difference_fen(pensions[1], pensions[0])

    assert recalculation_back_pay_fen(difference, 4) == 4 * (pensions[1] - pensions[0]) > 0
    assert recalculation_decrease_fen(difference, 4) == 0
