"""What a region's pack says about contributions, as rows a query can join: tiers, subsidies, ceilings, allowed means.

Worked example: for 2025 and a payment in March the table holds (2025, 24302, 50000, 7000, false): tier 500 yuan, subsidy 70;
a subsidy of NULL means that the pack has no subsidy table for that month: own money is booked, the subsidy follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jubao.kernel.month import Month
from jubao.policy import Pack, ParameterValue


@dataclass(frozen=True)
class TierTerm:
    """One tier that may be paid for a year in a month of treasury, with its subsidy."""

    year: int
    treasury_month: int
    tier_fen: int
    subsidy_fen: int | None
    is_hardship: bool

    def row(self) -> tuple[int, int, int, int | None, bool]:
        """As a row of the query."""
        return (self.year, self.treasury_month, self.tier_fen, self.subsidy_fen, self.is_hardship)


def decisive_month(year: int, treasury_month: int) -> Month:
    """Which month's table counts: the month of payment, or December of the year where it is paid later (补缴)."""
    paid = Month.from_index(treasury_month)
    return paid if paid.year <= year else Month(year, 12)


def tier_terms(pack: Pack, asked: Iterable[tuple[int, int]]) -> list[TierTerm]:
    """The tiers for each (contribution year, month of treasury). No row where the pack names no tiers for it.

    The special tier of hardship groups is a row of its own. Source: 国发〔2014〕8号 四.
    """
    found = []
    for year, treasury_month in sorted(set(asked)):
        month = decisive_month(year, treasury_month)
        tiers, subsidies = (
            _value(pack, name, month) for name in ("contribution_tiers_fen", "subsidy_by_tier")
        )
        by_tier = {int(tier): int(fen) for tier, fen in dict(subsidies or {}).items()}
        for tier in tiers or ():
            found.append(TierTerm(year, treasury_month, int(tier), by_tier.get(int(tier)), False))
        special = _value(pack, "hardship_tier_fen", month)
        if special is not None:
            subsidy = _value(pack, "hardship_subsidy_fen", month)
            found.append(TierTerm(year, treasury_month, int(special), subsidy, True))
    return found


def hardship_groups(pack: Pack, treasury_month: int) -> list[str]:
    """The special groups whose members may pay, or have paid for them, the special tier."""
    setting = pack.find_setting("contribution.hardship_groups", Month.from_index(treasury_month))
    return list(setting.value) if setting is not None else []


def subsidises_make_up(pack: Pack, treasury_month: int) -> bool:
    """Whether a payment for a past year earns the subsidy of its tier."""
    setting = pack.find_setting("contribution.make_up_subsidy", Month.from_index(treasury_month))
    return setting is not None and setting.value == "by_tier"


def allowed_means(pack: Pack, treasury_month: int) -> list[str]:
    """By which means the region takes payments (SS-11-2)."""
    return list(pack.setting("contribution.means", Month.from_index(treasury_month)).value)


def _value(pack: Pack, name: str, month: Month) -> Any:
    found = pack.find_parameter(name, month)
    return found.value if isinstance(found, ParameterValue) else None
