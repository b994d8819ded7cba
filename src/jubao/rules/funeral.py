"""丧葬补助: who is entitled to the funeral grant and how much it is, by the region's kind of amount.

Worked example: twelve months of a last pension of 143.00 yuan give 1716.00; four months of a base pension of
100.00 give 400.00. A region whose amount no source gives is refused by name, never counted as zero.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, TRUTH, rule, screening
from jubao.rules.vocabulary import Value, all_of, any_of, not_, obstacles, when

STATE_COUNCIL = Citation("guofa-2014-8", "七")
CHISONG_56_20 = Citation("chisongzhengbanfa-2020-56", "第二十条")
LETTER_44 = Citation("laoshetinghan-2001-44", "全文")


@rule(id="funeral.is_entitled", unit=TRUTH, source=[STATE_COUNCIL, CHISONG_56_20])
def is_funeral_grant_due(
    is_drawing: Value,
    has_died_in_custody: Value,
    continuous_paid_years: Value,
    funeral_contributor_min_years: Value,
) -> Value:
    """Beneficiaries; where the pack names a number of unbroken years (not 0), contributors with that many too.

    Years bought by make-up do not count as unbroken, years paid on behalf do. Nobody who dies in custody.
    """
    is_long_contributor = all_of(
        funeral_contributor_min_years > 0, continuous_paid_years >= funeral_contributor_min_years
    )
    return all_of(any_of(is_drawing, is_long_contributor), not_(has_died_in_custody))


@rule(id="funeral.grant", unit=FEN, source=[STATE_COUNCIL, CHISONG_56_20])
def funeral_grant_fen(
    is_funeral_grant_due: Value,
    funeral_grant_kind: Value,
    funeral_grant_fixed_fen: Value,
    funeral_grant_months: Value,
    last_pension_fen: Value,
    base_pension_fen: Value,
) -> Value:
    """The grant: a fixed sum, so many months of the last pension, or so many months of the base pension."""
    amount = when(
        (funeral_grant_kind == "fixed", funeral_grant_fixed_fen),
        (funeral_grant_kind == "months_of_last_pension", funeral_grant_months * last_pension_fen),
        (funeral_grant_kind == "months_of_base", funeral_grant_months * base_pension_fen),
        otherwise=0,
    )
    return when((is_funeral_grant_due, amount), otherwise=0)


@screening(
    id="funeral.refusals",
    codes=("DIED_IN_CUSTODY", "NOT_DRAWING", "FUNERAL_GRANT_MISSING"),
    source=[STATE_COUNCIL, CHISONG_56_20, LETTER_44],
)
def funeral_refusals(
    has_died_in_custody: Value, is_funeral_grant_due: Value, is_funeral_grant_known: Value
) -> Value:
    """Why no grant can be paid; a missing amount is refused only for those who would receive one."""
    return obstacles(
        ("DIED_IN_CUSTODY", has_died_in_custody),
        ("NOT_DRAWING", all_of(not_(has_died_in_custody), not_(is_funeral_grant_due))),
        ("FUNERAL_GRANT_MISSING", all_of(is_funeral_grant_due, not_(is_funeral_grant_known))),
    )
