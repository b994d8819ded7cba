"""What a custody period does to the pension, by the pack's table and the rules (劳社厅函〔2001〕44号, 〔2003〕315号).

Worked example: FIXED_TERM from 2024-05-10 stops payment from 2024-06; SUSPENDED_SENTENCE goes on; DETAINED_UNCONVICTED
suspends, and after an acquittal every month is paid back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.kernel.month import Month
from jubao.people.models import CustodyPeriod
from jubao.policy import Pack
from jubao.rules import custody as rules


@dataclass(frozen=True)
class CustodyEffect:
    """`payment` is stop, suspend, continue or unknown; months are indexes."""

    payment: str
    first_unpaid_month: int
    resumes_in_month: int | None


def custody_effect(period: CustodyPeriod, pack: Pack, on: date) -> CustodyEffect:
    """The pack's line for the kind of the period. A kind the table does not hold is `unknown`: a person decides."""
    table: dict[str, Any] = pack.setting("custody.table", on).value
    payment = rules.custody_payment_effect(
        period.kind, _kinds(table, pay="stop"), _kinds(table, pay="suspend"), _kinds(table, pay="continue")
    )
    first = rules.custody_first_unpaid_month(
        period.kind, Month.containing(period.from_on).index, _kinds(table, from_month="same_month")
    )
    return CustodyEffect(payment, first, _resumes(period, table))


def _kinds(table: dict[str, Any], **wanted: str) -> tuple[str, ...]:
    return tuple(
        kind for kind, row in table.items() if all(row[name] == value for name, value in wanted.items())
    )


def _resumes(period: CustodyPeriod, table: dict[str, Any]) -> int | None:
    if period.until_on is None or period.kind not in table:
        return None
    released = Month.containing(period.until_on).index
    return {"month_after_release": released + 1, "same_month": released}.get(table[period.kind]["resume"])


def custody_back_pay_months(
    period: CustodyPeriod, pack: Pack, on: date, months: list[int], *, is_acquitted: bool
) -> list[int]:
    """Of the months missed those paid back: all after an acquittal of somebody not convicted, else those after release."""
    effect = custody_effect(period, pack, on)
    if rules.is_custody_back_pay_due(effect.payment, is_acquitted):
        return months
    return [
        month
        for month in months
        if rules.is_month_payable_in_custody(
            month, effect.payment, effect.first_unpaid_month, period.until_on is not None,
            Month.containing(period.until_on).index if period.until_on else 0,
        )
    ]  # fmt: skip
