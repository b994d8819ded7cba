"""Section explain: one person with the full trace of every step, by the scalar evaluator.

python -m bench.one_person          # prints the microseconds of one explanation
"""

from __future__ import annotations

import json
import time
from functools import partial
from statistics import median

from bench.context import Context, Measured
from bench.measure import Contender, python

GOALS = ("one person with full trace < 1 ms",)
NOTE = "Median, least and most of 2,000 explanations in one process after the pack is loaded; the trace keeps every step."
TIMES = 2_000


def measure(context: Context) -> None:
    """One table."""
    contender = Contender("explain(monthly_pension)", partial(python, "bench.one_person"), 3)
    context.measure(
        Measured("explain", "one person, all steps", "1", 1, [contender], contender.name, inner=True)
    )


def main() -> None:
    """Explain the worked example of the confirmation form again and again."""
    from jubao.kernel.month import Month
    from jubao.matching.batch_pension import TARGETS, entitlement_terms
    from jubao.policy import load_pack
    from jubao.rules.evaluate import explain
    from jubao.rules.pension_terms import terms

    month = Month.parse("2023-09")
    arguments = terms(load_pack("500110"), month).arguments
    facts = {
        "account_balance_fen": 250473,
        "contribution_months": 168,
        "make_up_months": 0,
        "min_tier_months": 168,
        "is_only_child": True,
        "has_birth_date": True,
        "birth_month": 1963 * 12 + 7,
        "has_given_start_month": False,
        "given_start_month": 0,
        "benefit_month": month.index,
    }
    known = {**arguments, **facts, **entitlement_terms(load_pack("500110"), month)}
    targets = [*TARGETS, "benefit_start_month"]
    trace = explain(targets, known)
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter_ns()
        trace = explain(targets, known)
        taken.append(time.perf_counter_ns() - started)
    figures = {"seconds": median(taken) / 1e9, "least": min(taken) / 1e9, "most": max(taken) / 1e9}
    print(
        json.dumps(
            {**figures, "steps": len(trace.steps), "monthly_pension_fen": trace.values["monthly_pension"]}
        )
    )


if __name__ == "__main__":
    main()
