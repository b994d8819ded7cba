"""补发: what is still owed for each month gone by, with the amount of that month; the sum over months is a fact.

Worked example (广东 2022): July was paid at 180.00, the rise to 190.00 counts from 1 July, so 10.00 are owed for July.
A claim for 2024-06 decided in August owes June and July in full, each at its own amount.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, TRUTH, rule
from jubao.rules.vocabulary import Value, all_of, at_least, when

CHISONG_56_22 = Citation("chisongzhengbanfa-2020-56", "第二十二条")
GUIDE_NOTE_4 = Citation("cq-mianshen-zhiyin", "九 办理须知4")


@rule(id="back_pay.is_month_owed", unit=TRUTH, source=[GUIDE_NOTE_4, CHISONG_56_22])
def is_back_pay_month(benefit_month: Value, benefit_start_month: Value, first_regular_month: Value) -> Value:
    """True from the start month up to the month before the first one paid in the ordinary run."""
    return all_of(benefit_month >= benefit_start_month, benefit_month < first_regular_month)


@rule(id="back_pay.month_amount", unit=FEN, source=[GUIDE_NOTE_4, CHISONG_56_22])
def back_pay_month_fen(is_back_pay_month: Value, month_pension_fen: Value, month_paid_fen: Value) -> Value:
    """What is owed for one month: its own amount less what was paid for it, never below zero and without interest."""
    return when((is_back_pay_month, at_least(month_pension_fen - month_paid_fen, 0)), otherwise=0)
