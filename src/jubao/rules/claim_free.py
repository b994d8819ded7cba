"""免申即享筛选: who may be offered the pension without applying, with every reason against it.

Worked example: born on 1964-08-31 the window is 2024-05-31 to 2024-08-31; in the list of 2024-06 a person with a
record in the employee scheme and no account is `excluded` for both reasons, in the order of `CODES`.
Dates are `yyyymmdd`, months are indexes.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.calendar_words import add_months, last_day, month_of
from jubao.rules.registry import CODE, DATE_NUMBER, MONTHS, TRUTH, rule, screening
from jubao.rules.vocabulary import Value, all_of, not_, obstacles, when

PLAN_3 = Citation("qishexian-2024-1", "三、人员范围")
GUIDE_1 = Citation("cq-mianshen-zhiyin", "五、（一）1")
GUIDE_2 = Citation("cq-mianshen-zhiyin", "五、（一）2")
GUIDE_3 = Citation("cq-mianshen-zhiyin", "五、（一）3")
GUIDE = Citation("cq-mianshen-zhiyin", "五、（一）")

CODES = (
    "EMPLOYEE_SCHEME_RECORD",
    "CIVIL_SCHEME_RECORD",
    "CROSS_PROVINCE_CONTRIBUTION",
    "CROSS_PROVINCE_BENEFIT",
    "IN_TRANSIT_TAX",
    "IN_TRANSIT_TRANSFER",
    "IN_TRANSIT_OTHER",
    "SPECIAL_GROUP",
    "SERVING_SENTENCE",
    "DECEASED",
    "NO_PAYOUT_ACCOUNT",
    "CONTRIBUTION_YEARS_SHORT",
    "CONTRIBUTION_GAP",
    "OVER_AGE",
    "BANK_NOT_PAYING_AGENT",
    "FLAG_REVOKED",
    "WAIVED",
)

_PLAN, _GUIDE = "qishexian-2024-1", "cq-mianshen-zhiyin"
GROUNDS = dict(
    zip(
        CODES,
        (
            *(Citation(_PLAN, "三、（一）"),) * 4,
            *(Citation(_PLAN, "三、（二）"),) * 3,
            Citation(_PLAN, "三、（三）"),
            Citation(_PLAN, "三、（四）"),
            Citation(_PLAN, "三、（五）"),
            Citation(_PLAN, "三、（六）"),
            GUIDE_2,
            GUIDE_3,
            Citation(_GUIDE, "五、（一）4"),
            Citation(_GUIDE, "五、（一）9"),
            Citation(_GUIDE, "四、（一）"),
            Citation(_GUIDE, "四、（三）1"),
        ),
        strict=True,
    )
)
"""Each reason -> the clause it rests on, for the words beside it."""


@rule(id="claim_free.age_date", unit=DATE_NUMBER, source=[PLAN_3])
def pension_age_date(birth_date: Value, pension_age_years: Value) -> Value:
    """The day the pension age is reached, clipped to the month's end for 29 February."""
    return add_months(birth_date, pension_age_years * 12)


@rule(id="claim_free.window_from", unit=DATE_NUMBER, source=[PLAN_3, GUIDE_1])
def claim_window_from(pension_age_date: Value, claim_free_window_months: Value) -> Value:
    """The first day of the window: so many months before the birthday, clipped to the month's end."""
    return add_months(pension_age_date, 0 - claim_free_window_months)


@rule(id="claim_free.window_until", unit=DATE_NUMBER, source=[GUIDE_1])
def claim_window_until(pension_age_date: Value) -> Value:
    """The last day of the window: the last day of the month of the birthday."""
    return last_day(month_of(pension_age_date))


@rule(id="claim_free.is_in_window", unit=TRUTH, source=[PLAN_3, GUIDE_1])
def is_in_claim_window(drawn_on: Value, claim_window_from: Value, claim_window_until: Value) -> Value:
    """True when the day the list is drawn lies in the window, both ends included."""
    return all_of(drawn_on >= claim_window_from, drawn_on <= claim_window_until)


@rule(id="claim_free.months_from_pilot", unit=MONTHS, source=[GUIDE_2, GUIDE_3])
def months_from_pilot_to_age(pension_age_date: Value, pilot_start_month: Value) -> Value:
    """Months from the month the scheme began in the district to the month the pension age is reached."""
    return month_of(pension_age_date) - pilot_start_month


@rule(id="claim_free.needs_full_years", unit=TRUTH, source=[GUIDE_2, GUIDE_3])
def needs_full_contribution_years(months_from_pilot_to_age: Value, pilot_distance_years: Value) -> Value:
    """True for whoever had the named years or more left when the scheme began; exactly as many belong here (A-3).

    Whoever had less time needs no number of years but must not have a gap.
    """
    return months_from_pilot_to_age >= pilot_distance_years * 12


@screening(id="claim_free.obstacles", codes=CODES, source=[PLAN_3, GUIDE])
def claim_free_obstacles(
    has_employee_record: Value,
    has_civil_record: Value,
    has_contribution_elsewhere: Value,
    has_benefit_elsewhere: Value,
    has_tax_in_transit: Value,
    has_transfer_in_transit: Value,
    has_other_in_transit: Value,
    has_excluding_mark: Value,
    is_in_custody: Value,
    is_deceased: Value,
    has_payout_account: Value,
    needs_full_contribution_years: Value,
    contribution_months: Value,
    min_contribution_years: Value,
    has_contribution_gap: Value,
    drawn_on: Value,
    claim_window_until: Value,
    is_other_bank: Value,
    flag_state: Value,
) -> Value:
    """All reasons against the claim-free way: the plan's six exclusions and the guide's nine, none left out."""
    is_short = contribution_months < min_contribution_years * 12
    return obstacles(
        ("EMPLOYEE_SCHEME_RECORD", has_employee_record),
        ("CIVIL_SCHEME_RECORD", has_civil_record),
        ("CROSS_PROVINCE_CONTRIBUTION", has_contribution_elsewhere),
        ("CROSS_PROVINCE_BENEFIT", has_benefit_elsewhere),
        ("IN_TRANSIT_TAX", has_tax_in_transit),
        ("IN_TRANSIT_TRANSFER", has_transfer_in_transit),
        ("IN_TRANSIT_OTHER", has_other_in_transit),
        ("SPECIAL_GROUP", has_excluding_mark),
        ("SERVING_SENTENCE", is_in_custody),
        ("DECEASED", is_deceased),
        ("NO_PAYOUT_ACCOUNT", not_(has_payout_account)),
        ("CONTRIBUTION_YEARS_SHORT", all_of(needs_full_contribution_years, is_short)),
        ("CONTRIBUTION_GAP", all_of(not_(needs_full_contribution_years), has_contribution_gap)),
        ("OVER_AGE", drawn_on > claim_window_until),
        ("BANK_NOT_PAYING_AGENT", is_other_bank),
        ("FLAG_REVOKED", flag_state == "revoked"),
        ("WAIVED", flag_state == "waived"),
    )


@rule(id="claim_free.decision", unit=CODE, source=[PLAN_3, GUIDE])
def claim_free_decision(is_in_claim_window: Value, claim_free_obstacles: Value) -> Value:
    """outside_window, excluded or candidate; somebody outside the window is that, whatever else stands against him."""
    return when(
        (not_(is_in_claim_window), "outside_window"),
        (claim_free_obstacles > 0, "excluded"),
        otherwise="candidate",
    )
