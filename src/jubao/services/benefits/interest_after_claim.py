"""The balance a claim would have had on the rates published since: each provisional year again, one on top of the other.

Worked example: 2500.00 yuan at the claim of 2024-03, settled at 2.4 % on 750 000 fen-months: 15.00. Published 6 %: 37.50;
the balance becomes 2522.50 and the step says 2024, 6 %, 15.00 → 37.50. A year whose rate is still out stays as it was
and is named in `waiting`. Nothing is booked here: the yearly settlement books, the pension only takes the balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.facts.provisional import ProvisionalPension, WeighedYear
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.matching.batch_interest import InterestTerms
from jubao.rules.interest import interest_fen
from jubao.services.accounts.interest_posting import settle_into_table
from jubao.services.accounts.interest_years import GivenRate, rate_of

_FIRST_YEARS = """
SELECT a.enrolment_id, min(extract(year FROM t.value_date))::int FROM ledger_account AS a
JOIN ledger_transfer AS t ON t.credit_account_id = a.id AND t.phase IN ('posted', 'post')
WHERE a.enrolment_id = ANY(%s) GROUP BY 1
"""
_SETTLED_YEARS = """
SELECT enrolment_id, year, interest_fen, is_provisional, recorded_at FROM ledger_interestyear
WHERE is_live AND enrolment_id = ANY(%s)
"""


@dataclass(frozen=True)
class AccountAgain:
    """The balance on the published rates, by how much it differs from the first one, how, on which rates, what is out."""

    balance_fen: int
    delta_fen: int
    steps: tuple[dict[str, Any], ...]
    rates: dict[int, int]
    waiting: tuple[int, ...]

    @property
    def newest_year(self) -> int:
        """The last year that was computed."""
        return max(self.rates)


class PublishedRates:
    """The terms of each settlement by its own published rate; one given by hand counts for its year alone."""

    def __init__(self, pack_code: str, given: dict[int, GivenRate] | None = None) -> None:
        self._pack, self._given = pack_code, given or {}
        self._known: dict[tuple[int, int], InterestTerms | None] = {}

    def terms(self, year: int, last_month: int) -> InterestTerms | None:
        """None while the rate of the year is not published."""
        key = (year, last_month)
        if key not in self._known:
            self._known[key] = self._found(year, last_month)
        return self._known[key]

    def source(self, year: int, found: InterestTerms) -> str:
        """Where the rate comes from."""
        return self._given[year].source if year in self._given else found.source

    def weighing(self, year: int, last_month: int) -> InterestTerms | None:
        """The terms with any rate at all, to weigh an account by; None where the region's texts do not reach."""
        try:
            return rate_of(self._pack, year, Month(year, last_month), GivenRate(0, ""))
        except NotCovered:
            return None

    def _found(self, year: int, last_month: int) -> InterestTerms | None:
        try:
            found = rate_of(self._pack, year, Month(year, last_month), self._given.get(year))
        except NotCovered:
            return None
        return None if found.is_provisional else found


def accounts_again(pensions: Sequence[ProvisionalPension], rates: PublishedRates) -> dict[UUID, AccountAgain]:
    """By entitlement, the account of each pension on which a newly published rate bears. Call it in a unit of work."""
    weighed = _weigh([one for one in pensions if not one.years], rates)
    found = {}
    for one in pensions:
        again = _again(one, one.years or weighed.get(one.enrolment_id, ()), rates)
        if again.rates and again.rates != one.rates:
            found[one.entitlement_id] = again
    return found


def _again(pension: ProvisionalPension, years: Sequence[WeighedYear], rates: PublishedRates) -> AccountAgain:
    carried = delta = 0
    steps, used, waiting = [], {}, []
    for one in years:
        terms = rates.terms(one.year, one.last_month)
        if one.is_posted_since:
            delta += one.interest_fen
        elif terms is None and one.weight_fen_months > 0:
            waiting.append(one.year)
        elif terms is not None:
            now = _interest(one.weight_fen_months + carried * one.last_month, terms)
            carried += now - one.interest_fen
            delta += now - one.interest_fen
            used[one.year] = terms.rate_ppm
            steps.append({
                "year": one.year, "until": str(Month(one.year, one.last_month)), "rate_ppm": terms.rate_ppm,
                "rate_source": rates.source(one.year, terms), "former_fen": one.interest_fen, "interest_fen": now,
                "weight_fen_months": one.weight_fen_months,
            })  # fmt: skip
    balance = pension.account_balance_fen - pension.delta_fen + delta
    return AccountAgain(balance, delta, tuple(steps), used, tuple(waiting))


def _interest(weight: int, terms: InterestTerms) -> int:
    arguments = terms.arguments
    found = interest_fen(
        weight, terms.rate_ppm, arguments["interest_rounding_quantum_fen"], arguments["interest_rounding_is_up"]
    )  # fmt: skip
    return max(0, int(found))


def _weigh(
    pensions: Sequence[ProvisionalPension], rates: PublishedRates
) -> dict[UUID, tuple[WeighedYear, ...]]:
    """The years of accounts that were never settled because the region had no rate: weights from the ledger."""
    if not pensions:
        return {}
    ids = [one.enrolment_id for one in pensions]
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_YEARS, [ids])
        first = dict(cursor.fetchall())
        cursor.execute(_SETTLED_YEARS, [ids])
        settled = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    asked: dict[tuple[int, int], list[UUID]] = {}
    posted: dict[UUID, list[WeighedYear]] = {}
    for one in pensions:
        until = Month.from_index(one.until_month)
        for year in range(first.get(one.enrolment_id, until.year), until.year + 1):
            last = until.month if year == until.year else 12
            live = settled.get((one.enrolment_id, year)) if year < until.year else None
            if live is None:
                asked.setdefault((year, last), []).append(one.enrolment_id)
            elif not live[1] and live[2] > one.determined_at:
                posted.setdefault(one.enrolment_id, []).append(WeighedYear(year, last, 0, live[0], True))
    for (year, last), enrolments in sorted(asked.items()):
        terms = rates.weighing(year, last)
        for enrolment_id, weight in _weights(terms, enrolments).items() if terms else ():
            posted.setdefault(enrolment_id, []).append(WeighedYear(year, last, weight, 0))
    return {key: tuple(sorted(years, key=lambda one: one.year)) for key, years in posted.items()}


def _weights(terms: InterestTerms, enrolments: list[UUID]) -> dict[UUID, int]:
    settle_into_table(
        terms, "SELECT unnest(%(enrolments)s::uuid[]) AS enrolment_id", {"enrolments": enrolments}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT enrolment_id, interest_weight_fen_months::bigint FROM settled")
        return dict(cursor.fetchall())
