"""The days of the month on which a region pays: a batch dated outside them is refused, one that is too late anyway is marked.

Worked example: 綦江 pays from the 15th to the 20th. In June 2024 a batch dated 2024-06-21 is refused with the article and one
dated 2024-06-18 accepted; a draft made on 25 June can only be late: it is made, and marked 迟发. A region whose texts
name no days has no window and no mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jubao.kernel.citation import Citation
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun
from jubao.policy import load_pack


@dataclass(frozen=True)
class PayWindow:
    """First and last day on which a month is to be paid, and the article that says so."""

    first: date
    last: date
    citation: Citation | None
    source: str


def pay_window(district_code: str, month: int) -> PayWindow | None:
    """The window of a benefit month; None where the region names no days."""
    when = Month.from_index(month)
    found = load_pack(district_code).find_setting("pay.days", when)
    if found is None or not isinstance(found.value, dict):
        return None
    last_day = when.last_day.day
    first, last = (min(int(found.value[name]), last_day) for name in ("from", "until"))
    return PayWindow(
        when.first_day.replace(day=first), when.first_day.replace(day=last), found.citation, str(found.source)
    )


def pay_day_for(
    *, district_code: str, month: int, kind: str, asked: date | None, today: date
) -> date | None:  # fmt: skip
    """The day a new batch is dated: the one asked for, else the first that is left. None where no day is named or asked for.

    Raises CheckFailed PAY_DAY_OUTSIDE, unless the last day has passed: then it is late whatever the date. What a
    supplementary run pays is late by its nature and not checked.
    """
    window = pay_window(district_code, month)
    if window is None or kind != "regular":
        return asked
    day = asked or max(window.first, today)
    if window.first <= day <= window.last or (today > window.last and day >= today):
        return day
    raise CheckFailed(
        "PAY_DAY_OUTSIDE",
        _("{month} 的待遇应在 {first} 至 {last} 发放，不能是 {day}。").format(
            month=Month.from_index(month), first=window.first, last=window.last, day=day
        ),
        remedy=_("请把发放日改在规定的日期内。"),
        citation=window.citation,
    )


@dataclass(frozen=True)
class PayDay:
    """When a run is to be paid, when it should be, whether it is late."""

    day: date | None
    window: PayWindow | None
    is_late: bool


def pay_day_of(run: PaymentRun, today: date) -> PayDay:
    """The run's day against its window: the day it was sent, else the day it is dated, or today when that has passed."""
    window = pay_window(run.district_code, run.benefit_month)
    sent_at = (
        run.bank_files.exclude(sent_at=None).order_by("-sent_at").values_list("sent_at", flat=True).first()
    )
    day = run.pay_on
    if run.state in ("draft", "checked", "approved", "funded") and day is not None:
        day = max(day, today)
    elif sent_at is not None:
        day = max(day or sent_at.date(), sent_at.date())
    is_late = window is not None and run.kind == "regular" and day is not None and day > window.last
    return PayDay(day, window, is_late and run.state != "void")
