"""What of a pension is refused and why, and on how firm a ground the rest stands.

Worked example: 江西 declares a years pension without an amount; somebody with 16 years is refused with
YEARS_PENSION_MISSING, somebody with 15 is paid. A month below the first one owed is BELOW_AGE, never zero.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import COUNT, rule, screening
from jubao.rules.vocabulary import Value, all_of, at_least, div_floor, not_, obstacles, when

STATE_COUNCIL_7 = Citation("guofa-2014-8", "七")
STATE_COUNCIL_6 = Citation("guofa-2014-8", "六")
CONFIRMATION_FORM = Citation("cq-mianshen-zhiyin", "九 信息确认表")

CODES = (
    "BELOW_AGE",
    "START_MONTH_UNKNOWN",
    "COMPONENTS_NOT_COVERED",
    "BASE_PENSION_MISSING",
    "PAYOUT_DIVISOR_MISSING",
    "YEARS_PENSION_MISSING",
    "ONLY_CHILD_SUPPLEMENT_MISSING",
    "AGE_SUPPLEMENT_MISSING",
    "AGE_SUPPLEMENT_OLDER_AMOUNT",
    "BIRTH_DATE_MISSING",
)


@screening(id="pension.refusals", codes=CODES, source=[STATE_COUNCIL_7, STATE_COUNCIL_6, CONFIRMATION_FORM])
def pension_refusals(
    is_below_age: Value,
    has_birth_date: Value,
    has_given_start_month: Value,
    has_age_supplement: Value,
    are_components_known: Value,
    base_pension_fen_is_known: Value,
    payout_divisor_months_is_known: Value,
    is_years_pension_concerned: Value,
    is_years_pension_known: Value,
    is_only_child_supplement_concerned: Value,
    only_child_supplement_fen_is_known: Value,
    is_age_supplement_concerned: Value,
    age_supplement_steps_is_known: Value,
    is_older_age_supplement_kept: Value,
) -> Value:
    """Why no amount can be given for the month; a missing value refuses only those whom it concerns."""
    is_startless = all_of(not_(has_birth_date), not_(has_given_start_month))
    return obstacles(
        ("BELOW_AGE", is_below_age),
        ("START_MONTH_UNKNOWN", is_startless),
        ("COMPONENTS_NOT_COVERED", not_(are_components_known)),
        ("BASE_PENSION_MISSING", not_(base_pension_fen_is_known)),
        ("PAYOUT_DIVISOR_MISSING", not_(payout_divisor_months_is_known)),
        ("YEARS_PENSION_MISSING", all_of(is_years_pension_concerned, not_(is_years_pension_known))),
        (
            "ONLY_CHILD_SUPPLEMENT_MISSING",
            all_of(is_only_child_supplement_concerned, not_(only_child_supplement_fen_is_known)),
        ),
        ("AGE_SUPPLEMENT_MISSING", all_of(is_age_supplement_concerned, not_(age_supplement_steps_is_known))),
        ("AGE_SUPPLEMENT_OLDER_AMOUNT", is_older_age_supplement_kept),
        ("BIRTH_DATE_MISSING", all_of(has_age_supplement, not_(has_birth_date))),
    )


@rule(id="pension.years_pension_weakness", unit=COUNT, source=[STATE_COUNCIL_6])
def years_pension_weakness(
    is_years_pension_concerned: Value,
    contribution_months: Value,
    make_up_months: Value,
    years_pension_threshold_years_weakness: Value,
    years_pension_rate_fen_weakness: Value,
    years_pension_counts_partial_year_weakness: Value,
    years_pension_counts_made_up_years_weakness: Value,
) -> Value:
    """The weakest parameter of the years pension that this person needs.

    How a begun year counts matters only to whoever has one, how made-up years count only to whoever has such.
    """
    always = at_least(years_pension_threshold_years_weakness, years_pension_rate_fen_weakness)
    has_begun_year = not_(div_floor(contribution_months, 12) * 12 == contribution_months)
    begun = when((has_begun_year, years_pension_counts_partial_year_weakness), otherwise=0)
    made_up = when((make_up_months > 0, years_pension_counts_made_up_years_weakness), otherwise=0)
    return when((is_years_pension_concerned, at_least(always, at_least(begun, made_up))), otherwise=0)


@rule(id="pension.weakest_source", unit=COUNT, source=[STATE_COUNCIL_6])
def weakest_source_rank(
    has_birth_date: Value,
    pension_age_years_weakness: Value,
    base_pension_fen_weakness: Value,
    payout_divisor_months_weakness: Value,
    years_pension_weakness: Value,
    is_only_child_supplement_concerned: Value,
    only_child_supplement_fen_weakness: Value,
    is_age_supplement_concerned: Value,
    age_supplement_steps_weakness: Value,
) -> Value:
    """The place, in the order of confidence, of the weakest parameter used for this person (0 is the strongest)."""
    amounts = at_least(base_pension_fen_weakness, payout_divisor_months_weakness)
    age_test = when((has_birth_date, pension_age_years_weakness), otherwise=0)
    child = when((is_only_child_supplement_concerned, only_child_supplement_fen_weakness), otherwise=0)
    age = when((is_age_supplement_concerned, age_supplement_steps_weakness), otherwise=0)
    return at_least(at_least(amounts, age_test), at_least(years_pension_weakness, at_least(child, age)))
