"""月基本养老金: the parts of the monthly pension and their sum, each rounded to the fen before it is added.

Worked example (綦江 image4): balance 2504.73, divisor 139, base 135.00, an only child, no year above 15 gives
135.00 + 18.02 + 0 + 10.00 + 0 = 163.02. Whom a missing value concerns, and what is refused, is in `pension_refusal`.

Bounds: with a balance up to 10^10 fen every intermediate value stays below 10^12, far inside 64 bits.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN_PER_MONTH, TRUTH, YEARS, rule
from jubao.rules.vocabulary import (
    Value,
    all_of,
    at_least,
    at_most,
    div_floor,
    div_half_up,
    div_up,
    not_,
    sum_of_steps,
    when,
)

STATE_COUNCIL_6 = Citation("guofa-2014-8", "六")
CONFIRMATION_FORM = Citation("cq-mianshen-zhiyin", "九 信息确认表")


@rule(id="pension.base_pension", unit=FEN_PER_MONTH, source=[STATE_COUNCIL_6, CONFIRMATION_FORM])
def base_pension(base_pension_fen: Value) -> Value:
    """The basic part: the region's amount for the month."""
    return base_pension_fen


@rule(id="pension.account_pension", unit=FEN_PER_MONTH, source=[STATE_COUNCIL_6, CONFIRMATION_FORM])
def account_pension(account_balance_fen: Value, payout_divisor_months: Value) -> Value:
    """Monthly part paid from the personal account: balance / divisor, half up to the fen.

    A missing divisor arrives as 0 and is refused by `pension_refusal`; 1 only keeps the division defined.
    """
    return div_half_up(account_balance_fen, at_least(payout_divisor_months, 1))


@rule(id="pension.counted_years", unit=YEARS, source=[STATE_COUNCIL_6])
def counted_years(
    contribution_months: Value,
    make_up_months: Value,
    years_pension_counts_made_up_years: Value,
    years_pension_counts_partial_year: Value,
) -> Value:
    """Years that count for the years pension: made-up ones and a begun one only where the pack says so."""
    months = contribution_months - when(
        (years_pension_counts_made_up_years == 0, make_up_months), otherwise=0
    )
    return when((years_pension_counts_partial_year == 1, div_up(months, 12)), otherwise=div_floor(months, 12))


@rule(id="pension.bonus_years", unit=YEARS, source=[STATE_COUNCIL_6])
def bonus_years(
    counted_years: Value,
    years_pension_threshold_years: Value,
    years_pension_min_tier_fen: Value,
    min_tier_years: Value,
) -> Value:
    """Years above the threshold; where the pack asks for a tier, not more than the years paid at that tier or above."""
    excess = at_least(counted_years - years_pension_threshold_years, 0)
    return when((years_pension_min_tier_fen == 0, excess), otherwise=at_most(excess, min_tier_years))


@rule(id="pension.min_tier_years", unit=YEARS, source=[STATE_COUNCIL_6])
def min_tier_years(min_tier_months: Value, years_pension_counts_partial_year: Value) -> Value:
    """Years paid at the pack's least tier or above, a begun one counted as for the years pension."""
    return when(
        (years_pension_counts_partial_year == 1, div_up(min_tier_months, 12)),
        otherwise=div_floor(min_tier_months, 12),
    )


@rule(id="pension.years_pension", unit=FEN_PER_MONTH, source=[STATE_COUNCIL_6, CONFIRMATION_FORM])
def years_pension(has_years_pension: Value, bonus_years: Value, years_pension_rate_fen: Value) -> Value:
    """Part for long contribution: so much for each year above the threshold."""
    return when((has_years_pension, bonus_years * years_pension_rate_fen), otherwise=0)


@rule(id="pension.only_child_supplement", unit=FEN_PER_MONTH, source=[CONFIRMATION_FORM])
def only_child_supplement(
    has_only_child_supplement: Value, is_only_child: Value, only_child_supplement_fen: Value
) -> Value:
    """Supplement for parents of one child, where the region has it."""
    return when((all_of(has_only_child_supplement, is_only_child), only_child_supplement_fen), otherwise=0)


@rule(id="pension.age_years", unit=YEARS, source=[STATE_COUNCIL_6])
def age_for_supplement_years(
    has_birth_date: Value, birth_month: Value, benefit_month: Value, age_supplement_starts_month_after: Value
) -> Value:
    """Whole years of age that count in a month: from the month of the birthday, or from the month after it.

    Born on 29 February the month is the same (the birthday falls on 28 or 29 February, 民法典 202). Unknown is 0.
    """
    months = benefit_month - birth_month - age_supplement_starts_month_after
    return when((has_birth_date, div_floor(months, 12)), otherwise=0)


@rule(id="pension.age_supplement", unit=FEN_PER_MONTH, source=[STATE_COUNCIL_6])
def age_supplement(
    has_age_supplement: Value, age_for_supplement_years: Value, age_supplement_steps: Value
) -> Value:
    """Supplement for age: the steps reached are added up (65: 5, 70: 5 more)."""
    return when(
        (has_age_supplement, sum_of_steps(age_for_supplement_years, age_supplement_steps)), otherwise=0
    )


@rule(id="pension.monthly_pension", unit=FEN_PER_MONTH, source=[STATE_COUNCIL_6, CONFIRMATION_FORM])
def monthly_pension(
    base_pension: Value,
    account_pension: Value,
    years_pension: Value,
    only_child_supplement: Value,
    age_supplement: Value,
) -> Value:
    """The pension of one month: the sum of its parts."""
    return base_pension + account_pension + years_pension + only_child_supplement + age_supplement


@rule(id="pension.concerns_years_pension", unit=TRUTH, source=[STATE_COUNCIL_6])
def is_years_pension_concerned(
    has_years_pension: Value,
    contribution_months: Value,
    years_pension_threshold_years: Value,
    years_pension_threshold_years_is_known: Value,
    min_contribution_years: Value,
) -> Value:
    """Whom the years pension concerns: all years together, made-up ones too, lie above the threshold.

    Where the region names no threshold, the least years of contribution (国发〔2014〕8号 七) are the threshold.
    """
    threshold = when(
        (years_pension_threshold_years_is_known, years_pension_threshold_years),
        otherwise=min_contribution_years,
    )
    return all_of(has_years_pension, contribution_months > threshold * 12)


@rule(id="pension.concerns_only_child_supplement", unit=TRUTH, source=[CONFIRMATION_FORM])
def is_only_child_supplement_concerned(has_only_child_supplement: Value, is_only_child: Value) -> Value:
    """Whom the only-child supplement concerns: the parents of one child."""
    return all_of(has_only_child_supplement, is_only_child)


@rule(id="pension.concerns_age_supplement", unit=TRUTH, source=[STATE_COUNCIL_6])
def is_age_supplement_concerned(
    has_age_supplement: Value,
    age_supplement: Value,
    age_supplement_steps_is_known: Value,
    age_for_supplement_years: Value,
    pension_age_years: Value,
) -> Value:
    """Whom the age supplement concerns: those who reached a step; if the steps are missing, all above pension age.

    A supplement for age begins after the pension age by its nature, so the first year of a pension stays computable.
    """
    return all_of(
        has_age_supplement,
        when(
            (age_supplement_steps_is_known, age_supplement > 0),
            otherwise=age_for_supplement_years > pension_age_years,
        ),
    )


@rule(id="pension.keeps_older_age_supplement", unit=TRUTH, source=[STATE_COUNCIL_6])
def is_older_age_supplement_kept(
    has_birth_date: Value,
    birth_month: Value,
    age_for_supplement_years: Value,
    age_supplement_excludes_age70_by: Value,
) -> Value:
    """True at 70 and above for those who were 70 by the month the pack names (0: none): an older amount is theirs.

    Nobody has found that amount, so they are refused, before and after the new scale began.
    """
    return all_of(
        has_birth_date,
        not_(age_supplement_excludes_age70_by == 0),
        birth_month + 70 * 12 <= age_supplement_excludes_age70_by,
        age_for_supplement_years >= 70,
    )
