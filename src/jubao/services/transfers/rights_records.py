"""The record of the account that another place sends over: by source, with the years, as it was typed from its paper.

Worked example: `record_read({"own_payment": "2800.00", "subsidy": "400.00"}, years="2012-2019", …)` is 3200.00 in two parts
and 96 months; `years="2019-2012"` is refused, and so is a year that is paid here too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jubao.contributions.models import Contribution, FormerYears
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.services.transfers.records import parts_rows

_YEARS = re.compile(r"(\d{4})(?:\s*[-—~至]\s*(\d{4}))?")
FIRST_YEAR = 1992


@dataclass(frozen=True)
class RightsRecord:
    """What the other place certifies: fen by source, the years paid (or bare months), how many of them made up."""

    parts: Mapping[str, int]
    years: tuple[int, ...]
    months: int
    make_up_months: int

    @property
    def total_fen(self) -> int:
        """The whole account."""
        return sum(self.parts.values())

    def as_proposal(self) -> dict[str, Any]:
        """As it stands in the proposal of a case."""
        return {
            "parts": parts_rows(self.parts), "amount_fen": self.total_fen, "years": list(self.years),
            "contribution_months": self.months, "make_up_months": self.make_up_months,
        }  # fmt: skip


def parts_read(given: Mapping[str, str]) -> dict[str, int]:
    """Yuan by source → fen. Raises InputRefused AMOUNT_UNREADABLE."""
    found = {}
    for kind in PERSONAL_KINDS:
        text = str(given.get(kind) or "").strip().replace(",", "")
        if text:
            found[kind] = amount_read(text)
    return {kind: fen for kind, fen in found.items() if fen}


def amount_read(text: str) -> int:
    """Yuan as typed → fen. Raises InputRefused AMOUNT_UNREADABLE."""
    try:
        fen = int(Fen.from_yuan(text.strip().replace(",", "")))
    except ValueError:
        fen = -1
    if fen < 0:
        raise InputRefused(
            "AMOUNT_UNREADABLE",
            _("金额“{text}”读不出来。").format(text=text),
            remedy=_("请填写元，最多两位小数。"),
        )
    return fen


def years_read(text: str, latest: int) -> tuple[int, ...]:
    """2012-2019、2021 → the years. Raises InputRefused YEARS_UNREADABLE."""
    found: list[int] = []
    for piece in re.split(r"[,，、;；\s]+", text.strip()):
        match = _YEARS.fullmatch(piece)
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not FIRST_YEAR <= first <= last <= latest:
            raise InputRefused(
                "YEARS_UNREADABLE",
                _("缴费年度“{piece}”读不出来。").format(piece=piece),
                remedy=_("请写成 2012-2019、2021 这样，年度不晚于今年。"),
            )
        found += range(first, last + 1)
    if len(found) != len(set(found)):
        raise InputRefused("YEARS_UNREADABLE", _("缴费年度有重复。"), remedy=_("每个年度只写一次。"))
    return tuple(sorted(found))


def record_read(
    parts: Mapping[str, str],
    *,
    years: str,
    months: str = "",
    make_up_months: str = "",
    latest: int,
    enrolment_id: UUID,
) -> RightsRecord:
    """The record as typed. Raises InputRefused AMOUNT_UNREADABLE, YEARS_UNREADABLE, MONTHS_UNREADABLE, RECORD_EMPTY,
    YEAR_COUNTED_TWICE."""
    known = years_read(years, latest) if years.strip() else ()
    count = 12 * len(known) if known else _months(months)
    record = RightsRecord(parts_read(parts), known, count, _months(make_up_months))
    if not record.parts or not record.months or record.make_up_months > record.months:
        raise InputRefused(
            "RECORD_EMPTY", _("权益记录没有填全。"), remedy=_("请按转出地的记录填写各来源金额和缴费年度。")
        )
    paid_here = Contribution.objects.filter(
        enrolment_id=enrolment_id, is_live=True, payer__in=("own", "on_behalf"), year__in=known
    )
    doubled = sorted(set(paid_here.values_list("year", flat=True)))
    if doubled:
        raise InputRefused(
            "YEAR_COUNTED_TWICE",
            _("{years}年度在本区已有缴费，不能重复计算年限。").format(years="、".join(map(str, doubled))),
            remedy=_("请与转出地核对，重复缴费的先办理退费。"),
        )
    return record


def _months(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdigit():
        raise InputRefused(
            "MONTHS_UNREADABLE", _("月数“{text}”读不出来。").format(text=text), remedy=_("请填整数。")
        )
    return int(text)


def years_added(
    *, enrolment_id: UUID, months: int, make_up_months: int, until_year: int, source: str, case_id: UUID
) -> None:
    """The years come over with the account: beside those a former system certified, counted once per case.

    What another place took as a contribution was at least its lowest tier there, so that no month counts below it here.
    """
    former = FormerYears.objects.select_for_update().filter(enrolment_id=enrolment_id).first()
    if former is None:
        FormerYears.objects.create(
            enrolment_id=enrolment_id, until_year=until_year, contribution_months=months, make_up_months=make_up_months,
            min_tier_months=months, source=source[:100], case_id=case_id,
        )  # fmt: skip
        return
    former.contribution_months += months
    former.make_up_months += make_up_months
    former.min_tier_months += months
    former.source = "；".join(one for one in (former.source, source) if one)[:100]
    former.case_id = case_id
    former.save()
