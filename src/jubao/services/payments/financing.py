"""Who pays the base pension of a run: what the centre gives within the national minimum, what is left to the region.

Worked example: 2025-06 in a western region, minimum 123.00, own standard 165.00, 2 people: 中央 246.00, 地方 84.00. Where
the pack says no share, or the minimum of a month is not known, the form says that it is not split and why.
"""

from __future__ import annotations

from dataclasses import dataclass

from jubao.facts.payments import base_and_minimum, months_of
from jubao.kernel.month import Month
from jubao.payments.models import PaymentRun
from jubao.policy import ParameterValue, load_pack

NATION = "000000"
MINIMUM = "base_pension_minimum_fen"


@dataclass(frozen=True)
class Financing:
    """Base pension by who pays it; `why_not` says why it could not be split."""

    central_fen: int
    local_fen: int
    share_percent: int
    why_not: str = ""


def financing_of(run: PaymentRun) -> Financing:
    """The base pension of a run split between the centre and the region."""
    share = load_pack(run.district_code).find_setting(
        "pay.central_share_percent", Month.from_index(run.benefit_month)
    )
    if share is None or not isinstance(share.value, int):
        return Financing(0, 0, 0, "政策包没有中央和地方的分担比例")
    minimums = {}
    for month in months_of(run.id):
        found = load_pack(NATION).find_parameter(MINIMUM, Month.from_index(month))
        if not isinstance(found, ParameterValue):
            return Financing(0, 0, 0, f"没有 {Month.from_index(month)} 的全国最低标准")
        minimums[month] = int(found.value)
    whole, within = base_and_minimum(run.id, minimums)
    central = within * share.value // 100
    return Financing(central, whole - central, share.value)


def financing_words(run: PaymentRun) -> str:
    """The split as the approval form says it."""
    found = financing_of(run)
    if found.why_not:
        return f"未拆分：{found.why_not}"
    central, local = (f"{fen // 100:,}.{fen % 100:02d}" for fen in (found.central_fen, found.local_fen))
    return f"中央财政（最低标准的 {found.share_percent}%）{central} 元；地方 {local} 元（省、市、县之间没有分担标准，未再拆分）"
