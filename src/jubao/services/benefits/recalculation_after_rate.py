"""After the account rate of a year is published: which pensions rest on an older one, and the case that sets them right.

Worked example: a claim of 2024-03 at 163.02 yuan on a rate not known; the pack gets the rate of 2024 in July. The night finds
it (`recalculation_find`), proposes one case with a line for each of 46 pensions, old and new beside each other; 复核岗
approves, and the July payment takes the differences since the first month. The same night again proposes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.provisional import ProvisionalPension, provisional_pensions
from jubao.kernel.errors import CheckFailed, InputRefused, NotCovered
from jubao.kernel.text import _, chinese
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.benefits.interest_after_claim import AccountAgain, PublishedRates, accounts_again
from jubao.services.benefits.recalculation import KIND, recalculation_line
from jubao.services.cases.engine import case_open
from jubao.services.cases.idempotency import digest_of
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_code_of


@dataclass(frozen=True)
class Waiting:
    """Provisional pensions of a place: how many a published rate bears on, by the years; how many still wait."""

    ready: int
    years: tuple[tuple[int, int], ...]
    waiting: int


def recalculation_waiting(*, actor: Actor, division_path: str) -> Waiting:
    """What the page shows before anybody proposes."""
    with unit_of_work(actor, "recalculation_waiting"):
        pensions = provisional_pensions(division_path)
        again = accounts_again(pensions, PublishedRates(pack_code_of(division_path)))
    years = {year: ppm for one in again.values() for year, ppm in one.rates.items()}
    return Waiting(len(again), tuple(sorted(years.items())), len(pensions) - len(again))


def recalculation_propose(
    *, actor: Actor, division_path: str, today: date, year: int | None = None, given_rate: GivenRate | None = None,
    idempotency_key: str | None = None, channel: str = "counter",
) -> Case:  # fmt: skip
    """One case with a line for every pension on which a rate bears that the pack publishes, or that is given for `year`.

    Raises InputRefused RATE_NOT_PUBLISHED, NOTHING_TO_RECALCULATE, CheckFailed RECALCULATION_OPEN.
    """
    with unit_of_work(actor, "recalculation_propose"):
        proposal = _proposal(division_path, today, year, given_rate)
        if idempotency_key is None or not _is_known(division_path, proposal["key"]):
            _refuse_while_open(division_path)
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(division_path), division_path=division_path,
            title=chinese("{year} 年利率公布后重算，{count} 人").format(year=proposal["year"], count=proposal["count"]),
            proposal=proposal, today=today, idempotency_key=idempotency_key, channel=channel,
        )  # fmt: skip


def recalculation_find(*, actor: Actor, division_path: str, today: date) -> Case | None:
    """What the night does for a district: propose what the pack's rates bear on, once; None when there is nothing to do.

    What officers refused is not proposed again by the program, only by a person.
    """
    with unit_of_work(actor, "recalculation_find"):
        former = Case.objects.filter(kind=KIND, division_path=division_path)
        if former.filter(is_open=True).exists() or not provisional_pensions(division_path):
            return None
        try:
            proposal = _proposal(division_path, today, None, None)
        except InputRefused:
            return None
        if former.filter(is_open=False, proposal__key=proposal["key"]).exists():
            return None
        return recalculation_propose(actor=actor, division_path=division_path, today=today, channel="nightly")


def _proposal(
    division_path: str, today: date, year: int | None, given_rate: GivenRate | None
) -> dict[str, Any]:
    rates = PublishedRates(
        pack_code_of(division_path), {year: given_rate} if year is not None and given_rate else None
    )
    if year is not None and rates.terms(year, 12) is None:
        raise InputRefused(
            "RATE_NOT_PUBLISHED",
            _("{year} 年的记账利率还没有公布。").format(year=year),
            remedy=_("请在公布后登记利率和文号。"),
        )
    pensions = provisional_pensions(division_path)
    again = {
        key: one for key, one in accounts_again(pensions, rates).items() if year is None or year in one.rates
    }
    lines, left_out = _lines([one for one in pensions if one.entitlement_id in again], again, today)
    if not lines:
        raise InputRefused(
            "NOTHING_TO_RECALCULATE",
            _("没有按暂用利率核定、现在可以重算的待遇。"),
            remedy=_("不需要重算。"),
        )
    newest = year if year is not None else max(one.newest_year for one in again.values())
    terms = rates.terms(newest, 12)
    return {
        "year": newest, "rate_ppm": terms.rate_ppm if terms else 0,
        "rate_source": rates.source(newest, terms) if terms else "", "cause": f"RECALCULATION_{newest}",
        "count": len(lines), "back_pay_fen": sum(line["back_pay_fen"] for line in lines),
        "decrease_fen": sum(line["decrease_fen"] for line in lines), "lines": lines,
        "left_out": left_out, "key": digest_of([[line["entitlement_id"], line["changed"]] for line in lines]),
    }  # fmt: skip


def _lines(
    pensions: Sequence[ProvisionalPension], again: Mapping[UUID, AccountAgain], today: date
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The lines, and whose amount the rules refuse, with the reason: one of them stops nobody else."""
    lines, left_out = [], []
    for one in pensions:
        try:
            lines.append(_line(one, again[one.entitlement_id], today))
        except NotCovered as missing:
            left_out.append({"entitlement_id": str(one.entitlement_id), "why": str(missing)})
    return lines, left_out


def _line(pension: ProvisionalPension, again: AccountAgain, today: date) -> dict[str, Any]:
    changed = {"account_balance_fen": again.balance_fen}
    line = recalculation_line(pension.entitlement_id, changed, today, is_even_unchanged=True)
    assert line is not None
    return line | {
        "steps": list(again.steps),
        "waiting": list(again.waiting),
        "kept_facts": _kept(pension, again),
    }


def _kept(pension: ProvisionalPension, again: AccountAgain) -> Mapping[str, Any]:
    """What the next recalculation needs to know of this one."""
    return {
        "interest_until": pension.until_month, "interest_delta_fen": again.delta_fen,
        "interest_rates": {str(year): ppm for year, ppm in again.rates.items()},
        "interest_case_id": str(pension.case_id or ""), "interest_year_id": str(pension.interest_year_id or ""),
    }  # fmt: skip


def _is_known(division_path: str, key: str) -> bool:
    return Case.objects.filter(kind=KIND, division_path=division_path, proposal__key=key).exists()


def _refuse_while_open(division_path: str) -> None:
    other: UUID | str | None = (
        Case.objects.filter(kind=KIND, division_path=division_path, is_open=True)
        .values_list("number", flat=True)
        .first()
    )
    if other is not None:
        raise CheckFailed(
            "RECALCULATION_OPEN",
            _("已有一项在办的重算：{number}。").format(number=other),
            remedy=_("请先办结或撤回那一项。"),
        )
