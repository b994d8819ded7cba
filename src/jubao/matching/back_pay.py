"""What is owed for months gone by: every month with its own amount, added up; the rules decide month by month.

Worked example: first month 2024-06, decided in August with 2024-08 as the first month paid in the ordinary run: June and
July are owed, each at the amount of that month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jubao.kernel.month import Month
from jubao.policy import Pack
from jubao.rules import back_pay as _back_pay  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain
from jubao.rules.pension_terms import terms
from jubao.rules.registry import RULES, decode

TARGETS = ("monthly_pension", "pension_refusals")


@dataclass(frozen=True)
class OwedMonth:
    """One month: the amount owed in fen, or why none can be given."""

    month: Month
    amount_fen: int
    refused: tuple[str, ...]


def owed_months(
    pack: Pack, facts: Mapping[str, Any], first_regular: Month, paid_fen: Mapping[Month, int] | None = None
) -> list[OwedMonth]:
    """Every month from the start of the benefit to the one before `first_regular`, oldest first.

    `facts` are those of the pension rules with `benefit_start_month`; `paid_fen` is what was paid for a month already.
    """
    paid = paid_fen or {}
    owed = []
    for index in range(facts["benefit_start_month"], first_regular.index):
        month = Month.from_index(index)
        known = {**terms(pack, month).arguments, **facts, "benefit_month": index}
        found = explain(TARGETS, known)
        refused = decode(RULES["pension_refusals"], found["pension_refusals"])
        asked = {
            "benefit_month": index,
            "benefit_start_month": facts["benefit_start_month"],
            "first_regular_month": first_regular.index,
            "month_pension_fen": 0 if refused else found["monthly_pension"],
            "month_paid_fen": paid.get(month, 0),
        }
        owed.append(OwedMonth(month, explain(["back_pay_month_fen"], asked)["back_pay_month_fen"], refused))
    return owed
