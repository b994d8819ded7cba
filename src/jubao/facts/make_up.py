"""How many years somebody about to turn sixty may still make up (可补缴年限), and by which text.

Worked example: born 1964-05-20, paid 2010 to 2022, pilot 2009-12: 174 months before sixty at the start, so fewer than fifteen
years; 13 years paid, up to 15 may be made up: 2 years. Somebody with fifteen full years and no year left out: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack

_PAID = """
SELECT e.id, e.enrolled_on, p.birth_date,
       coalesce(f.contribution_months, 0) + 12 * (
           SELECT count(DISTINCT c.year) FROM contributions_contribution c
           WHERE c.enrolment_id = e.id AND c.is_live AND c.payer IN ('own', 'on_behalf')) AS paid_months
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
LEFT JOIN contributions_formeryears f ON f.enrolment_id = e.id
WHERE e.id = ANY(%(enrolments)s)
"""


@dataclass(frozen=True)
class MakeUp:
    """Full years that may be made up, the years paid, and the text the number rests on."""

    years: int
    paid_years: int
    why: str
    citation: str


def payable_make_up_years(enrolment_id: UUID, on: date, pack: Pack) -> MakeUp:
    """Unit: full years. Up to the least years for those less than that from the age when the pilot began; the unpaid years too
    where the setting `claim.make_up_years` counts them. Source: 国发〔2014〕8号 七."""
    return payable_make_up_years_of([enrolment_id], on, pack)[enrolment_id]


def payable_make_up_years_of(enrolment_ids: Sequence[UUID], on: date, pack: Pack) -> dict[UUID, MakeUp]:
    """The same for many enrolments of one region, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, {"enrolments": list(enrolment_ids)})
        return {
            key: _made_up(enrolled, born, paid, on, pack) for key, enrolled, born, paid in cursor.fetchall()
        }


def _made_up(enrolled_on: date, born: date, paid_months: int, on: date, pack: Pack) -> MakeUp:
    least_value = pack.parameter("min_contribution_years", Month.containing(on))
    least, paid = int(least_value.value), int(paid_months) // 12
    rule = pack.setting("claim.make_up_years", on)
    pilot = _pilot_month(pack, on) or Month.containing(enrolled_on).index
    sixty = Month.containing(born).index + 60 * 12
    to_least = max(0, least - paid) if sixty - pilot < least * 12 else 0
    unpaid = 0
    if rule.value == "to_least_or_unpaid":
        first = max(enrolled_on.year, Month.from_index(pilot).year)
        unpaid = max(0, born.year + 60 - first - paid)
    years = max(to_least, unpaid)
    why = (
        _("已缴 {paid} 年，还有 {years} 年可以补缴。").format(paid=paid, years=years)
        if years
        else _("已缴 {paid} 年，没有可以补缴的年限。").format(paid=paid)
    )
    return MakeUp(years, paid, why, _cited(rule))


def _pilot_month(pack: Pack, on: date) -> int | None:
    found = pack.find_setting("claim.pilot_start_month", on)
    return Month.parse(str(found.value)).index if found is not None else None


def _cited(rule: Any) -> str:
    return str(rule.citation or rule.source)
