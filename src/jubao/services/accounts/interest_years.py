"""Interest of personal accounts: once per account and year, on the published rate; a new rate reverses and posts again.

Worked example: 1000.00 on 1 January 2025 and 240.00 booked in March, 2.4 %: at the year's end 24.00 + 240 x 2.4 % x 9/12 =
28.32 is posted to `interest` with the date 2025-12-31. Run again, nothing is posted (第十四条); re-rated to 2.5 %, the
28.32 are reversed and 29.50 posted, and both stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.sealed import is_sealed
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.citation import Citation
from jubao.kernel.errors import CheckFailed, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.matching.batch_interest import InterestTerms, interest_terms
from jubao.people.models import Enrolment
from jubao.policy import load_pack
from jubao.services.access.district_scope import check_district
from jubao.services.accounts.interest_posting import (
    leave_unchanged,
    post_settled,
    settle_into_table,
    supersede_settled,
)

CHISONG_56_14 = Citation("chisongzhengbanfa-2020-56", "第十四条")
_UNSETTLED = f"""
    SELECT DISTINCT a.enrolment_id FROM ledger_account AS a
    WHERE a.enrolment_id IS NOT NULL AND a.district_code = %(district)s
      AND NOT EXISTS (SELECT 1 FROM ledger_interestyear AS y
                      WHERE y.enrolment_id = a.enrolment_id AND y.year = %(year)s AND y.is_live
                        AND (y.is_final OR (y.last_month = 12 AND NOT y.is_provisional)))
      AND NOT {is_sealed("a.enrolment_id")}
"""
_SETTLED = f"""
    SELECT y.enrolment_id FROM ledger_interestyear AS y JOIN people_enrolment AS e ON e.id = y.enrolment_id
    WHERE y.is_live AND y.year = %(year)s AND y.last_month = %(last_month)s AND y.is_final = %(final)s
      AND e.division_path LIKE %(path)s AND NOT {is_sealed("y.enrolment_id")}
"""


@dataclass(frozen=True)
class GivenRate:
    """A rate that the pack does not hold yet, with the document that publishes it."""

    rate_ppm: int
    source: str


@dataclass(frozen=True)
class Settled:
    """What a settlement came to: accounts, fen of interest, how many former settlements were replaced, the rate."""

    accounts: int
    interest_fen: int
    replaced: int
    rate_ppm: int
    rate_source: str
    is_provisional: bool


def rate_of(district_code: str, year: int, until: Month | None, given: GivenRate | None) -> InterestTerms:
    """The terms of a settlement. Raises NotCovered RATE_NOT_PUBLISHED naming the parameter."""
    return interest_terms(load_pack(district_code), year, until, given.rate_ppm if given else None)


def interest_year_settle(
    *,
    actor: Actor,
    district_code: str,
    year: int,
    today: date,
    given_rate: GivenRate | None = None,
    case_id: UUID | None = None,
) -> Settled:
    """Settle a whole year for every account of a district that has none yet, as one set.

    Settlements inside the year and on provisional rates are replaced. Raises CheckFailed YEAR_NOT_OVER, NotCovered
    RATE_NOT_PUBLISHED.
    """
    if today <= date(year, 12, 31):
        raise CheckFailed(
            "YEAR_NOT_OVER",
            _("{year} 年还没有结束，不能年度结息。").format(year=year),
            remedy=_("请在次年 1 月 1 日以后办理；年中结算随注销、转移、核定进行。"),
            citation=CHISONG_56_14,
        )
    terms = rate_of(district_code, year, None, given_rate)
    with unit_of_work(actor, "interest_year_settle", case_id=case_id):
        check_district(actor, district_code)
        settle_into_table(terms, _UNSETTLED, {"district": district_code, "year": year})
        return _book(
            actor, district_code, terms, given_rate, case_id, _("年度结息，替换年中或暂用利率的结算"), False
        )


def interest_settle(
    *,
    actor: Actor,
    enrolment_id: UUID,
    until: Month,
    case_id: UUID,
    today: date,
    is_final: bool,
    given_rate: GivenRate | None = None,
) -> Settled:
    """Settle one account inside a year: claim, transfer, death (`is_final`: the account ends with it).

    Where the year's rate is not published the last one is taken and marked provisional; years before that are not
    settled yet are settled the same way first.
    """
    with unit_of_work(actor, "interest_settle", case_id=case_id):
        enrolment = Enrolment.objects.select_related("division").get(
            id=enrolment_id, division_path__startswith=actor.scope
        )
        district = enrolment.division.code[:6]
        for year in open_years(enrolment_id, until.year):
            _settle_one(actor, enrolment_id, district, Month(year, 12), False, given_rate, case_id)
        return _settle_one(actor, enrolment_id, district, until, is_final, given_rate, case_id)


def interest_catch_up(*, actor: Actor, enrolment_id: UUID, before: int, case_id: UUID) -> None:
    """Settle the whole years below `before` that one account lacks; those without a rate wait for the yearly settlement."""
    with unit_of_work(actor, "interest_catch_up", case_id=case_id):
        places = Enrolment.objects.filter(id=enrolment_id, division_path__startswith=actor.scope)
        district = places.select_related("division").get().division.code[:6]
        for year in open_years(enrolment_id, before):
            try:
                _settle_one(actor, enrolment_id, district, Month(year, 12), False, None, case_id)
            except NotCovered:
                return


def interest_year_rerate(
    *,
    actor: Actor,
    district_code: str,
    year: int,
    reason: str,
    case_id: UUID,
    today: date,
    given_rate: GivenRate | None = None,
) -> Settled:
    """Settle a year again on another rate: every settlement becomes a reversing pair, later years follow.

    Settlements that were final inside the year keep their last month. Raises NotCovered RATE_NOT_PUBLISHED.
    """
    with unit_of_work(actor, "interest_year_rerate", case_id=case_id):
        check_district(actor, district_code)
        first = _settle_again(
            actor,
            district_code,
            year,
            rate_of(district_code, year, None, given_rate),
            reason,
            case_id,
            given_rate,
        )
        for later in _settled_years(district_code, year):
            for rate_ppm in _rates(district_code, later):
                same = GivenRate(rate_ppm, chinese("原利率"))
                _settle_again(
                    actor,
                    district_code,
                    later,
                    rate_of(district_code, later, None, same),
                    reason,
                    case_id,
                    same,
                )
        return first


def interest_follow(*, actor: Actor, enrolment_id: UUID, from_year: int, reason: str, case_id: UUID) -> int:
    """Settle the years of one account again from `from_year` on, each on its own rate, after a correction; how many changed."""
    changed = 0
    with unit_of_work(actor, "interest_follow", case_id=case_id):
        enrolment = Enrolment.objects.select_related("division").get(id=enrolment_id)
        district = enrolment.division.code[:6]
        years = _rows(
            "SELECT year, last_month, rate_ppm, is_final, trace->>'rate_source' FROM ledger_interestyear"
            " WHERE enrolment_id = %s AND is_live AND year >= %s ORDER BY year",
            [enrolment_id, from_year],
        )
        for year, last_month, rate_ppm, is_final, source in years:
            given = GivenRate(rate_ppm, source or "")
            terms = rate_of(district, year, Month(year, last_month), given)
            settle_into_table(
                terms, "SELECT %(enrolment)s::uuid AS enrolment_id", {"enrolment": enrolment_id}
            )
            leave_unchanged(terms)
            changed += _book(actor, district, terms, given, case_id, reason, is_final).replaced
    return changed


def _settle_again(
    actor: Actor,
    district: str,
    year: int,
    terms: InterestTerms,
    reason: str,
    case_id: UUID,
    given: GivenRate | None,
) -> Settled:
    parts = []
    named = given or GivenRate(terms.rate_ppm, terms.source)
    for last_month, is_final in _kinds(district, year):
        shaped = rate_of(district, year, Month(year, last_month), named)
        about = {"year": year, "last_month": last_month, "final": is_final, "path": f"%/{district}/%"}
        settle_into_table(shaped, _SETTLED, about)
        leave_unchanged(shaped)
        parts.append(_book(actor, district, shaped, named, case_id, reason, is_final))
    return Settled(
        sum(part.accounts for part in parts), sum(part.interest_fen for part in parts),
        sum(part.replaced for part in parts), terms.rate_ppm, named.source, False,
    )  # fmt: skip


def _settle_one(
    actor: Actor,
    enrolment_id: UUID,
    district: str,
    until: Month,
    is_final: bool,
    given: GivenRate | None,
    case_id: UUID,
) -> Settled:
    terms = rate_of(district, until.year, until, given)
    settle_into_table(terms, "SELECT %(enrolment)s::uuid AS enrolment_id", {"enrolment": enrolment_id})
    return _book(actor, district, terms, given, case_id, _("年中结算"), is_final)


def _book(
    actor: Actor,
    district: str,
    terms: InterestTerms,
    given: GivenRate | None,
    case_id: UUID | None,
    reason: str,
    is_final: bool,
) -> Settled:
    source = given.source if given else terms.source
    replaced = supersede_settled(terms, source, is_final, case_id)
    accounts, fen = post_settled(actor, district, terms, reason, case_id)
    return Settled(accounts, fen, replaced, terms.rate_ppm, source, terms.is_provisional)


def open_years(enrolment_id: UUID, before: int) -> list[int]:
    """The years below `before`, from the first credit on, that one account has no settlement of."""
    rows = _rows(
        "SELECT min(extract(year FROM t.value_date))::int FROM ledger_transfer AS t JOIN ledger_account AS a"
        " ON a.id = t.credit_account_id AND t.phase IN ('posted', 'post') WHERE a.enrolment_id = %s",
        [enrolment_id],
    )
    settled = {row[0] for row in _rows(
        "SELECT year FROM ledger_interestyear WHERE enrolment_id = %s AND is_live", [enrolment_id]
    )}  # fmt: skip
    first = rows[0][0]
    return [year for year in range(first, before) if year not in settled] if first is not None else []


def _settled_years(district: str, after: int) -> list[int]:
    return [row[0] for row in _rows(
        "SELECT DISTINCT y.year FROM ledger_interestyear AS y JOIN people_enrolment AS e ON e.id = y.enrolment_id"
        " WHERE y.is_live AND y.year > %s AND e.division_path LIKE %s ORDER BY 1",
        [after, f"%/{district}/%"],
    )]  # fmt: skip


def _kinds(district: str, year: int) -> list[tuple[int, bool]]:
    return [(row[0], row[1]) for row in _rows(
        "SELECT DISTINCT y.last_month, y.is_final FROM ledger_interestyear AS y JOIN people_enrolment AS e"
        " ON e.id = y.enrolment_id WHERE y.is_live AND y.year = %s AND e.division_path LIKE %s ORDER BY 1, 2",
        [year, f"%/{district}/%"],
    )]  # fmt: skip


def _rates(district: str, year: int) -> list[int]:
    return [row[0] for row in _rows(
        "SELECT DISTINCT y.rate_ppm FROM ledger_interestyear AS y JOIN people_enrolment AS e ON e.id = y.enrolment_id"
        " WHERE y.is_live AND y.year = %s AND e.division_path LIKE %s",
        [year, f"%/{district}/%"],
    )]  # fmt: skip


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
