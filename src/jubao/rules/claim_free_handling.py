"""免申即享办理时的核查: the nine conditions of the guide, each with its own code, judged anew at every step towards the pension.

Worked example: born on 1964-05-20, confirmed on 2024-05-31 and handled on 2024-06-04: no obstacle, for the day of the
confirmation counts; confirmed on 2024-06-01: CONFIRMED_TOO_LATE and OVER_AGE. A record of the employee scheme that was
refunded blocks the list of the month but not the handling. Dates are `yyyymmdd`, months are indexes.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.claim_free import GUIDE, PLAN_3
from jubao.rules.registry import screening
from jubao.rules.vocabulary import Value, all_of, any_of, not_, obstacles

_GUIDE, _PLAN = "cq-mianshen-zhiyin", "qishexian-2024-1"


def _nine(number: int) -> Citation:
    return Citation(_GUIDE, f"五、（一）{number}")


HANDLING_GROUNDS = {
    "TOO_EARLY": _nine(1),
    "CONFIRMED_TOO_LATE": _nine(1),
    "CONTRIBUTION_YEARS_SHORT": _nine(2),
    "CONTRIBUTION_GAP": _nine(3),
    "OVER_AGE": _nine(4),
    "SPECIAL_GROUP": _nine(5),
    "SERVING_SENTENCE": _nine(6),
    "DEATH_MATCH": _nine(7),
    "DEATH_BENEFIT_ELSEWHERE": _nine(7),
    "CROSS_PROVINCE_CONTRIBUTION": _nine(7),
    "CROSS_PROVINCE_BENEFIT": Citation(_GUIDE, "四、（四）办理要点2"),
    "CITY_SCHEME_BENEFIT": _nine(8),
    "CITY_SCHEME_DEATH": _nine(8),
    "CITY_SCHEME_CONTRIBUTION": _nine(8),
    "NO_CARD_ACCOUNT": _nine(9),
    "CARD_SYSTEM_FAILED": _nine(9),
    "BANK_NOT_PAYING_AGENT": _nine(9),
    "IN_TRANSIT_TAX": Citation(_PLAN, "三、（二）"),
    "IN_TRANSIT_TRANSFER": Citation(_PLAN, "三、（二）"),
    "IN_TRANSIT_OTHER": Citation(_PLAN, "三、（二）"),
    "FLAG_REVOKED": Citation(_GUIDE, "四、（一）"),
    "WAIVED": Citation(_GUIDE, "四、（三）1"),
}
"""Each reason in order -> the clause it rests on."""

HANDLING_CODES = tuple(HANDLING_GROUNDS)


@screening(id="claim_free.handling_obstacles", codes=HANDLING_CODES, source=[GUIDE, PLAN_3])
def claim_free_handling_obstacles(
    judged_on: Value,
    confirmed_on: Value,
    enrolled_on: Value,
    pension_age_date: Value,
    claim_window_from: Value,
    claim_window_until: Value,
    months_from_pilot_to_age: Value,
    needs_full_contribution_years: Value,
    contribution_months: Value,
    min_contribution_years: Value,
    has_contribution_gap: Value,
    has_excluding_mark: Value,
    is_in_custody: Value,
    is_deceased: Value,
    has_death_benefit_elsewhere: Value,
    has_contribution_elsewhere: Value,
    has_benefit_elsewhere: Value,
    has_city_benefit: Value,
    has_city_death: Value,
    has_city_contribution: Value,
    has_payout_account: Value,
    has_card_failure: Value,
    is_other_bank: Value,
    has_tax_in_transit: Value,
    has_transfer_in_transit: Value,
    has_other_in_transit: Value,
    flag_state: Value,
) -> Value:
    """Every reason against handling a claim the claim-free way, the guide's nine first, none left out."""
    is_short = contribution_months < min_contribution_years * 12
    is_late = confirmed_on > claim_window_until
    return obstacles(
        ("TOO_EARLY", judged_on < claim_window_from),
        ("CONFIRMED_TOO_LATE", is_late),
        ("CONTRIBUTION_YEARS_SHORT", all_of(needs_full_contribution_years, is_short)),
        ("CONTRIBUTION_GAP", all_of(not_(needs_full_contribution_years), has_contribution_gap)),
        ("OVER_AGE", any_of(is_late, enrolled_on > pension_age_date, months_from_pilot_to_age < 0)),
        ("SPECIAL_GROUP", has_excluding_mark),
        ("SERVING_SENTENCE", is_in_custody),
        ("DEATH_MATCH", is_deceased),
        ("DEATH_BENEFIT_ELSEWHERE", has_death_benefit_elsewhere),
        ("CROSS_PROVINCE_CONTRIBUTION", has_contribution_elsewhere),
        ("CROSS_PROVINCE_BENEFIT", has_benefit_elsewhere),
        ("CITY_SCHEME_BENEFIT", has_city_benefit),
        ("CITY_SCHEME_DEATH", has_city_death),
        ("CITY_SCHEME_CONTRIBUTION", has_city_contribution),
        ("NO_CARD_ACCOUNT", all_of(not_(has_payout_account), not_(has_card_failure))),
        ("CARD_SYSTEM_FAILED", has_card_failure),
        ("BANK_NOT_PAYING_AGENT", is_other_bank),
        ("IN_TRANSIT_TAX", has_tax_in_transit),
        ("IN_TRANSIT_TRANSFER", has_transfer_in_transit),
        ("IN_TRANSIT_OTHER", has_other_in_transit),
        ("FLAG_REVOKED", flag_state == "revoked"),
        ("WAIVED", flag_state == "waived"),
    )
