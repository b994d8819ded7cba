"""Transfer and bridging: whose rights may move, which years count, what is refunded for months in both schemes.

Worked example: 400.00 paid for a year with 5 months also in the employee scheme refunds 400.00 / 12 * 5 = 166.67.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, MONTHS, rule, screening
from jubao.rules.vocabulary import Value, all_of, div_half_up, not_, obstacles, when

BRIDGING = "renshebufa-2014-17"
CHISONG_56 = "chisongzhengbanfa-2020-56"


@rule(id="transfer.overlap_refund", unit=FEN, source=[Citation(BRIDGING, "第七条")])
def overlap_refund_fen(
    year_own_payment_fen: Value, year_collective_aid_fen: Value, overlapping_months: Value
) -> Value:
    """Own payment and collective aid of the months that count for the employee scheme; the subsidy is not refunded."""
    return div_half_up((year_own_payment_fen + year_collective_aid_fen) * overlapping_months, 12)


@rule(id="transfer.counted_months", unit=MONTHS, source=[Citation(BRIDGING, "第五条、第六条")])
def bridged_contribution_months(
    bridging_direction: Value, employee_months: Value, resident_months: Value, overlapping_months: Value
) -> Value:
    """Months that count after bridging: into the resident scheme both, into the employee scheme its own only."""
    together = employee_months + resident_months - overlapping_months
    return when((bridging_direction == "to_resident", together), otherwise=employee_months)


@rule(id="transfer.double_benefit_refund", unit=FEN, source=[Citation(BRIDGING, "第八条")])
def double_benefit_refund_fen(account_balance_fen: Value, subsidy_part_fen: Value) -> Value:
    """What a person with both pensions gets back when the resident relation ends: the balance without the subsidy."""
    return account_balance_fen - subsidy_part_fen


@screening(
    id="transfer.refusals",
    codes=("ALREADY_DRAWING", "REGISTER_NOT_MOVED", "RIGHTS_SEALED", "BUSINESS_IN_TRANSIT"),
    source=[Citation(CHISONG_56, "第三十二条、第三十三条、第三十四条"), Citation(BRIDGING, "第二条")],
)
def transfer_refusals(
    is_drawing: Value, is_register_moved: Value, is_account_sealed: Value, has_in_transit_business: Value
) -> Value:
    """Why pension rights cannot move: a beneficiary's never do, a contributor's only with the household register."""
    return obstacles(
        ("ALREADY_DRAWING", is_drawing),
        ("REGISTER_NOT_MOVED", all_of(not_(is_drawing), not_(is_register_moved))),
        ("RIGHTS_SEALED", is_account_sealed),
        ("BUSINESS_IN_TRANSIT", has_in_transit_business),
    )
