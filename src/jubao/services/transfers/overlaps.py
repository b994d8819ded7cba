"""Months that somebody paid in both schemes: they count for the employees' scheme, and what was paid here for them goes back.

Worked example: 400.00 paid here for 2024, five months of it also at work: 400.00 / 12 x 5 = 166.67 go back to 李国强 from his own
part; the subsidy stays in the account that moves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum

from jubao.contributions.models import Contribution
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.rules import transfer  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain
from jubao.services.cases.checks import CaseRefused
from jubao.services.transfers.records import parts_rows

_PIECE = re.compile(r"(\d{4})\s*[:：]\s*(\d{1,2})")


@dataclass(frozen=True)
class Refund:
    """What goes back: fen by part of the account, the months, and how each year's sum came about."""

    parts: Mapping[str, int]
    months: int
    lines: Sequence[Mapping[str, Any]]

    def as_proposal(self) -> dict[str, Any]:
        """As it stands in the proposal of a case."""
        return {
            "refund_parts": parts_rows(self.parts), "refund_fen": sum(self.parts.values()), "overlap_months": self.months,
            "overlaps": list(self.lines),
        }  # fmt: skip


def overlaps_read(text: str) -> dict[int, int]:
    """2024:5、2025:12 → months by year. Raises InputRefused OVERLAP_UNREADABLE."""
    found: dict[int, int] = {}
    for piece in re.split(r"[,，、;；\s]+", text.strip()) if text.strip() else ():
        match = _PIECE.fullmatch(piece)
        if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) in found:
            raise InputRefused(
                "OVERLAP_UNREADABLE",
                _("重复缴费时段“{piece}”读不出来。").format(piece=piece),
                remedy=_("请写成 2024:5、2025:12，即年度和重复的月数。"),
            )
        found[int(match[1])] = int(match[2])
    return found


def overlap_refund(enrolment_id: UUID, months_of: Mapping[int, int]) -> Refund:
    """Own payment and collective aid of the overlapping months, by the rule. Raises CaseRefused OVERLAP_YEAR_UNKNOWN."""
    parts: dict[str, int] = {}
    lines = []
    for year, months in sorted(months_of.items()):
        own, aid = _paid(enrolment_id, year, "own"), _paid(enrolment_id, year, "collective")
        if not own:
            raise CaseRefused(
                "OVERLAP_YEAR_UNKNOWN",
                _("{year}年度在本区没有个人缴费记录，不能计算退费。").format(year=year),
                remedy=_("请核对重复年度；接管前的年度先补录缴费明细。"),
            )
        both = _by_rule(own, aid, months)
        of_own = _by_rule(own, 0, months)
        for kind, fen in (("own_payment", of_own), ("collective_aid", both - of_own)):
            parts[kind] = parts.get(kind, 0) + fen
        lines.append(
            {"year": year, "months_overlapping": months, "own_fen": own, "aid_fen": aid, "amount_fen": both}
        )
    return Refund({kind: fen for kind, fen in parts.items() if fen}, sum(months_of.values()), lines)


def _by_rule(own: int, aid: int, months: int) -> int:
    given = {"year_own_payment_fen": own, "year_collective_aid_fen": aid, "overlapping_months": months}
    return int(explain(("overlap_refund_fen",), given)["overlap_refund_fen"])


def _paid(enrolment_id: UUID, year: int, payer: str) -> int:
    rows = Contribution.objects.filter(enrolment_id=enrolment_id, year=year, payer=payer, is_live=True)
    return int(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0)
