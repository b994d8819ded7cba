"""Which money may move where: for each code the kinds of account it leaves and the kinds it enters.

Worked example: an account pension leaves a personal part for a bank file, so `("account_pension", "subsidy", "bank_file")`
is in `MOVES`; `("contribution", "subsidy", "bank_file")` is not, and the database refuses such a transfer (M11). A
reversal runs the same road backwards.
"""

from __future__ import annotations

PERSONAL_KINDS = (
    "own_payment",
    "collective_aid",
    "sponsorship",
    "subsidy",
    "paid_on_behalf",
    "interest",
    "transferred_in",
)
"""The parts of a personal account by source, in the order in which a pension draws on them (ADR 0018)."""

INCOME = {
    "contribution": ("treasury_receipts", "own_payment"),
    "subsidy": ("subsidy_fund", "subsidy"),
    "collective_aid": ("aid_receipts", "collective_aid"),
    "sponsorship": ("aid_receipts", "sponsorship"),
    "paid_on_behalf": ("subsidy_fund", "paid_on_behalf"),
    "interest": ("interest_fund", "interest"),
}
"""What enters a personal account from a fund, by code; `opening` takes the same roads."""

FUNDS = (
    "treasury_receipts",
    "subsidy_fund",
    "aid_receipts",
    "interest_fund",
    "base_pension_fund",
    "supplement_fund",
    "grant_fund",
    "transfer_fund",
)
OUTSIDE = ("bank_file", "paid_out")
LEAVING = {
    "refund": ("deregistration", "scheme_bridging", "contribution_refund"),
    "transfer_out": ("transfer_out", "scheme_bridging"),
    "offset": ("recovery", "deregistration", "overpayment"),
}
"""Codes by which money leaves a personal account early, each with the kinds of case that allow it (SS-17-1)."""


Roads = dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]


def _roads() -> Roads:
    incoming: Roads = {code: [((fund,), (part,))] for code, (fund, part) in INCOME.items()}
    pension_funds = ("base_pension_fund", "supplement_fund")
    return {
        **incoming,
        "opening": [
            *(road for roads in incoming.values() for road in roads),
            (("transfer_fund",), ("transferred_in",)),
        ],
        "transfer_in": [(("transfer_fund",), PERSONAL_KINDS)],
        "transfer_out": [(PERSONAL_KINDS, ("transfer_fund", *OUTSIDE))],
        "base_pension": [(("base_pension_fund",), OUTSIDE)],
        "account_pension": [((*PERSONAL_KINDS, "base_pension_fund"), OUTSIDE)],
        "years_pension": [(pension_funds, OUTSIDE)],
        "only_child_supplement": [(pension_funds, OUTSIDE)],
        "age_supplement": [(pension_funds, OUTSIDE)],
        "funeral_grant": [(("grant_fund",), OUTSIDE)],
        "refund": [(PERSONAL_KINDS, OUTSIDE)],
        "offset": [((*PERSONAL_KINDS, *pension_funds, "grant_fund", "bank_file"), ("recovery_claim",))],
        "recovery": [
            (("paid_out", "bank_file", "suspense", "treasury_receipts"), ("recovery_claim",)),
            (("recovery_claim",), (*pension_funds, "grant_fund", *PERSONAL_KINDS)),
        ],
        "settlement": [
            (("bank_file",), ("paid_out", "suspense")),
            (("paid_out",), ("bank_file", "suspense")),
            (("suspense",), ("bank_file", "paid_out", *FUNDS)),
            (FUNDS, ("suspense",)),
        ],
    }


MOVES = tuple(
    sorted(
        {
            (code, leaving, entering)
            for code, roads in _roads().items()
            for sources, targets in roads
            for leaving in sources
            for entering in targets
        }
    )
)
"""Every allowed (code, kind of the debited account, kind of the credited account)."""


def values_sql() -> str:
    """`MOVES` as the rows of a VALUES list."""
    return ", ".join(f"('{code}', '{leaving}', '{entering}')" for code, leaving, entering in MOVES)


def personal_sql() -> str:
    """The personal kinds as the inside of an IN list."""
    return ", ".join(f"'{kind}'" for kind in PERSONAL_KINDS)
