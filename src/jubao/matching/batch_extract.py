"""Claim-free screening of a whole table: the rules over facts, with the constants of the pack for one month.

Worked example: `screening_terms(load_pack("綦江"), Month(2024, 6), 20240601)` holds a window of 3 months and the pilot start
2009-12; `screen(con, "candidates", found)` leaves the table `screened` with decision, obstacles and window of every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.batch_store import Store
from jubao.matching.scalar_check import check_against_scalar
from jubao.policy import Pack
from jubao.rules import claim_free as _claim_free  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain, select_sql
from jubao.rules.parameters import constants

if TYPE_CHECKING:
    import duckdb

CLAIM_FREE_WAY = "claim_free_or_claim"
FACTS = (
    "birth_date", "contribution_months", "has_contribution_gap", "has_employee_record", "has_civil_record",
    "has_contribution_elsewhere", "has_benefit_elsewhere", "has_tax_in_transit", "has_transfer_in_transit",
    "has_other_in_transit", "has_excluding_mark", "is_in_custody", "is_deceased", "has_payout_account", "is_other_bank",
    "flag_state",
)  # fmt: skip
"""The columns a table of people needs, none of them null, beside `source_row`."""
TARGETS = ("claim_free_decision",)
STEPS = (
    "pension_age_date", "claim_window_from", "claim_window_until", "is_in_claim_window", "months_from_pilot_to_age",
    "needs_full_contribution_years", "claim_free_obstacles", "claim_free_decision",
)  # fmt: skip
PARAMETERS = (
    "pension_age_years",
    "claim_free_window_months",
    "min_contribution_years",
    "pilot_distance_years",
)


@dataclass(frozen=True)
class ScreeningTerms:
    """What the pack says about the claim-free way in one month, and the day the list is drawn (yyyymmdd)."""

    pack: Pack
    month: Month
    drawn_on: int
    arguments: dict[str, Any]
    excluding_groups: tuple[str, ...]
    paying_banks: tuple[dict[str, Any], ...]


def screening_terms(pack: Pack, month: Month, drawn_on: int) -> ScreeningTerms:
    """The constants of the screening. Raises NotCovered where no claim-free text covers region and month."""
    way = pack.find_setting("claim.way", month)
    if way is None or way.value != CLAIM_FREE_WAY:
        message = _("{title} {month} 没有免申即享的文本（claim.way 为 {way}），不能筛选。").format(
            title=pack.title, month=month, way=way.value if way else _("未规定")
        )
        remedy = _("即将到龄人员请按普通申领办理；文本印发的当月起才能筛选。")
        raise NotCovered(
            "CLAIM_FREE_NOT_COVERED", message, remedy=remedy, citation=way.citation if way else None
        )
    for name in PARAMETERS:
        pack.parameter(name, month)
    found = constants(pack, PARAMETERS, month)
    pilot = Month.parse(str(pack.setting("claim.pilot_start_month", month).value))
    arguments = {**{name: found.arguments[name] for name in PARAMETERS}, "pilot_start_month": pilot.index}
    return ScreeningTerms(
        pack,
        month,
        drawn_on,
        {**arguments, "drawn_on": drawn_on},
        tuple(pack.setting("claim.excluding_special_groups", month).value),
        tuple(pack.setting("claim.paying_banks", month).value),
    )


def screen(
    con: duckdb.DuckDBPyConnection,
    people: str,
    found: ScreeningTerms,
    *,
    into: str = "screened",
    store: Store | None = None,
) -> None:
    """Leave the table `into`: `source_row`, the facts and every step, in the order of `people`."""
    (store or Store(con))(into, select_sql(TARGETS, FACTS, found.arguments, people), [people])


def check_sample(con: duckdb.DuckDBPyConnection, found: ScreeningTerms, screened: str = "screened") -> int:
    """Screen 1 in 1000 rows again by the scalar evaluator; answers how many. Raises CheckFailed on a difference."""
    return check_against_scalar(con, screened, (*FACTS, *STEPS), lambda row: explain_row(row, found))


def explain_row(row: dict[str, Any], found: ScreeningTerms) -> dict[str, Any]:
    """Every step of one row by the scalar evaluator."""
    return explain(TARGETS, {**found.arguments, **{name: row[name] for name in FACTS}}).values
