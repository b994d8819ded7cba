"""待遇启领月: from which month a pension is owed, and whether a month lies before it.

Worked example: born on 2024-05-20 minus 60 years (1964-05-20), the age is reached in 2024-05 and the first month
is 2024-06; a birthday on the 1st changes nothing, and 29 February 1964 gives 2024-03. Months are `Month.index`.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import MONTH_INDEX, TRUTH, rule
from jubao.rules.vocabulary import Value, all_of, when

STATE_COUNCIL = Citation("guofa-2014-8", "七")
GUIDE_NOTE_4 = Citation("cq-mianshen-zhiyin", "九 办理须知4")
CHISONG_56_22 = Citation("chisongzhengbanfa-2020-56", "第二十二条")


@rule(id="entitlement.age_month", unit=MONTH_INDEX, source=[STATE_COUNCIL])
def pension_age_month(birth_month: Value, pension_age_years: Value) -> Value:
    """The month in which the pension age is reached; the day does not matter, 29 February included."""
    return birth_month + pension_age_years * 12


@rule(id="entitlement.first_month", unit=MONTH_INDEX, source=[GUIDE_NOTE_4, CHISONG_56_22])
def entitlement_month(pension_age_month: Value, months_until_entitlement: Value) -> Value:
    """The first month owed: the month after the conditions are met.

    `months_until_entitlement` is the pack's pension.entitlement_from: 1 for the month after, 0 for the same month.
    """
    return pension_age_month + months_until_entitlement


@rule(id="entitlement.start_month", unit=MONTH_INDEX, source=[GUIDE_NOTE_4, CHISONG_56_22])
def benefit_start_month(
    has_given_start_month: Value, given_start_month: Value, entitlement_month: Value
) -> Value:
    """The month the pension begins: the one determined earlier where the file names it, else the first month owed."""
    return when((has_given_start_month, given_start_month), otherwise=entitlement_month)


@rule(id="entitlement.is_below_age", unit=TRUTH, source=[STATE_COUNCIL, GUIDE_NOTE_4, CHISONG_56_22])
def is_below_age(has_birth_date: Value, benefit_month: Value, entitlement_month: Value) -> Value:
    """True for a month before the first month owed; without a birth date nobody can be said to be too young."""
    return all_of(has_birth_date, benefit_month < entitlement_month)
