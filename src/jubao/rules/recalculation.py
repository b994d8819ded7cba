"""重算: what changes when the year's account rate is published after a pension was fixed at a budget amount.

Worked example: fixed at 163.02 from 2024-04, recalculated 163.20; for April to July 4 x 0.18 = 0.72 are paid with the
next payment. If the new amount were lower, nothing is deducted: the difference is listed for a decision.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, FEN_PER_MONTH, rule
from jubao.rules.vocabulary import Value, at_least

GUIDE_NOTE_2 = Citation("cq-mianshen-zhiyin", "九 办理须知2")


@rule(id="recalculation.month_difference", unit=FEN_PER_MONTH, source=[GUIDE_NOTE_2])
def recalculation_difference_fen(recalculated_pension_fen: Value, budget_pension_fen: Value) -> Value:
    """The difference per month: the recalculated amount less the budget amount; below zero it is a decrease."""
    return recalculated_pension_fen - budget_pension_fen


@rule(id="recalculation.back_pay", unit=FEN, source=[GUIDE_NOTE_2])
def recalculation_back_pay_fen(recalculation_difference_fen: Value, months_paid_at_budget: Value) -> Value:
    """What is paid with the next payment: an increase for every month paid at the budget amount."""
    return at_least(recalculation_difference_fen, 0) * months_paid_at_budget


@rule(id="recalculation.decrease_for_decision", unit=FEN, source=[GUIDE_NOTE_2])
def recalculation_decrease_fen(recalculation_difference_fen: Value, months_paid_at_budget: Value) -> Value:
    """What was paid too much: listed for a decision, because the text names only 补发 and nothing is deducted by itself."""
    return at_least(0 - recalculation_difference_fen, 0) * months_paid_at_budget
