"""个人账户计息: interest of one account for a year or part of a year, with one rounding per account.

Worked example: 1000.00 on 1 January and 240.00 booked in March at 2.4 % until June: 1000.00 counts 6 months, 240.00
counts 3, so 1000 x 2.4 % x 6/12 + 240 x 2.4 % x 3/12 = 13.44. Account pensions paid in month n take e - n + 1 months away.

Sums over postings are facts: `credit_fen_months` is the sum of amount x `credit_months`, `payment_fen_months` the
sum of amount x `payment_months`; both exist for every account, 0 where nothing was booked.
Bounds: balances and sums up to 10^10 fen, 12 months and 10^6 ppm stay below 2.5 x 10^17, inside 64 bits.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, FEN_MONTHS, MONTHS, rule
from jubao.rules.vocabulary import Value, at_least, div_half_up, div_up, when

CHISONG_56_13 = Citation("chisongzhengbanfa-2020-56", "第十三条")
CHISONG_56_14 = Citation("chisongzhengbanfa-2020-56", "第十四条")
MONTHLY_PRODUCT = Citation("laobanfa-1997-116", "月积数法")
LAW_14 = Citation("shehuibaoxianfa", "第十四条")

MONTHS_TIMES_MILLION = 12_000_000


@rule(id="interest.credit_months", unit=MONTHS, source=[CHISONG_56_13])
def credit_months(
    last_month_counted: Value, booked_month: Value, credit_counts_booking_month: Value
) -> Value:
    """Months a credit earns interest: from the month after it was booked (1: from that month) to the last counted.

    Months are 1 to 12 of the interest year; a credit booked later than the last month counted earns nothing.
    """
    return at_least(last_month_counted - booked_month + credit_counts_booking_month, 0)


@rule(id="interest.payment_months", unit=MONTHS, source=[MONTHLY_PRODUCT])
def payment_months(last_month_counted: Value, booked_month: Value) -> Value:
    """Months a payment takes away: the month it was paid in and every later one up to the last counted."""
    return at_least(last_month_counted - booked_month + 1, 0)


@rule(id="interest.weight", unit=FEN_MONTHS, source=[CHISONG_56_13, CHISONG_56_14, MONTHLY_PRODUCT])
def interest_weight_fen_months(
    opening_balance_fen: Value, last_month_counted: Value, credit_fen_months: Value, payment_fen_months: Value
) -> Value:
    """Fen times months that earn the year's rate: opening balance, plus credits, less payments."""
    return opening_balance_fen * last_month_counted + credit_fen_months - payment_fen_months


@rule(id="interest.interest", unit=FEN, source=[LAW_14, CHISONG_56_14, MONTHLY_PRODUCT])
def interest_fen(
    interest_weight_fen_months: Value,
    account_interest_rate_ppm: Value,
    interest_rounding_quantum_fen: Value,
    interest_rounding_is_up: Value,
) -> Value:
    """Interest of the account: weight x rate / 12, rounded once to the pack's quantum (a fen unless it says otherwise).

    Half up, or up to the next quantum where the pack says 见分进角.
    """
    product = interest_weight_fen_months * account_interest_rate_ppm
    unit = interest_rounding_quantum_fen * MONTHS_TIMES_MILLION
    steps = when((interest_rounding_is_up, div_up(product, unit)), otherwise=div_half_up(product, unit))
    return steps * interest_rounding_quantum_fen


@rule(id="interest.closing_balance", unit=FEN, source=[CHISONG_56_14])
def closing_balance_fen(
    opening_balance_fen: Value, credits_fen: Value, payments_fen: Value, interest_fen: Value
) -> Value:
    """The balance after settlement: opening, credits and interest less payments, all up to the last month counted."""
    return opening_balance_fen + credits_fen - payments_fen + interest_fen
