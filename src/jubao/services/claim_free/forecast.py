"""到龄预测: who reaches sixty in each of the next twelve months, and what would keep them off the list if it were drawn today.

Worked example: in 2027-03 新民村 has 4 people; one has no card account, one missed 2015, one has no mobile: the village can mend
all three before the extraction of 2027-01 begins to ask. The obstacles are those of the screening rules; the telephone and the
activation of the card's bank function are added because a message and a payment need them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import connection

from jubao.facts.claim_screening import screening_rows
from jubao.facts.make_up import payable_make_up_years_of
from jubao.kernel.month import Month
from jubao.kernel.text import chinese
from jubao.matching.batch_extract import ScreeningTerms
from jubao.rules.registry import RULES, decode
from jubao.services.claim_free.check import query_of, terms_of
from jubao.services.claim_free.screening import screening
from jubao.services.claim_free.words import sentence_of
from jubao.staff.regions import pack_of

MONTHS, AGE_MONTHS = 12, 60 * 12
NO_MOBILE, CARD_NOT_ACTIVE, OUT_OF_REACH = "NO_MOBILE", "CARD_NOT_ACTIVE", "YEARS_OUT_OF_REACH"
SHORT = "CONTRIBUTION_YEARS_SHORT"
VILLAGE = (
    NO_MOBILE, "NO_PAYOUT_ACCOUNT", "BANK_NOT_PAYING_AGENT", CARD_NOT_ACTIVE, "CONTRIBUTION_GAP",
    SHORT,
)  # fmt: skip
"""What the village can mend by a visit: telephone, card, years that can still be paid; in the order of how quickly."""
OFFICE = (
    "IN_TRANSIT_TAX", "IN_TRANSIT_TRANSFER", "IN_TRANSIT_OTHER", "EMPLOYEE_SCHEME_RECORD", "CIVIL_SCHEME_RECORD",
    "CROSS_PROVINCE_CONTRIBUTION", "CROSS_PROVINCE_BENEFIT",
)  # fmt: skip
"""What the agency can clear with other schemes; the rest is nobody's to mend."""
_OWN_WORDS = {
    NO_MOBILE: chinese("没有可收短信的手机号码"),
    CARD_NOT_ACTIVE: chinese("社保卡金融功能未激活"),
    OUT_OF_REACH: chinese("缴费年限不足，满60周岁前缴满、补缴也不够"),
}
_CONTACTS = """
SELECT e.id, p.name, EXISTS (SELECT FROM people_phone t WHERE t.person_id = p.id AND t.is_mobile AND t.until_on IS NULL),
       k.is_activated IS FALSE,
       EXISTS (SELECT FROM contributions_contribution c WHERE c.enrolment_id = e.id AND c.is_live AND c.year = %s)
FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
LEFT JOIN LATERAL (SELECT x.is_activated FROM people_cardaccountcheck x WHERE x.person_id = p.id
                   ORDER BY x.fetched_at DESC, x.id DESC LIMIT 1) k ON true
WHERE e.ended_on IS NULL AND e.division_path LIKE %s AND p.birth_date BETWEEN %s AND %s
"""


@dataclass(frozen=True)
class Contact:
    """What a visit is about: name, whether a mobile is known, whether the card's bank function is off, this year's payment."""

    name: str
    has_mobile: bool
    is_card_off: bool
    has_paid_this_year: bool


@dataclass(frozen=True)
class Expected:
    """Somebody who will reach sixty: when, where, what stands against them as of today, what can be mended first."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    division_path: str
    month: int
    obstacles: tuple[str, ...]
    is_on_list: bool

    @property
    def is_ready(self) -> bool:
        """Whether nothing would keep this person off the list, nor the message from arriving."""
        return not self.obstacles


def mender_of(code: str) -> str:
    """Who can mend an obstacle: village, office or nobody."""
    return "village" if code in VILLAGE else "office" if code in OFFICE else "nobody"


def rank_of(code: str) -> tuple[int, int]:
    """The order of obstacles: what the village can mend first, then the office, then the rest."""
    for group, codes in enumerate((VILLAGE, OFFICE)):
        if code in codes:
            return group, codes.index(code)
    return 2, 0


def words_of(code: str) -> str:
    """The sentence of an obstacle."""
    return _OWN_WORDS.get(code) or sentence_of(code)


def forecast(*, place: str, today: date) -> list[Expected]:
    """Everybody of a place who reaches sixty in this month or the eleven after it, in order of months and places.

    It only reads, inside the caller's scope. Raises NotCovered CLAIM_FREE_NOT_COVERED where no claim-free text holds.
    """
    first = Month.containing(today)
    born_from = Month.from_index(first.index - AGE_MONTHS).first_day
    born_until = Month.from_index(first.index - AGE_MONTHS + MONTHS - 1).last_day
    terms = terms_of(pack_of(place), today)
    rows = screening_rows(
        prefix=place, drawn_on=today, born_from=born_from, born_until=born_until, **query_of(terms)
    )
    if not rows.num_rows:
        return []
    found = _judged(rows, terms)
    contacts = _contacts(place, born_from, born_until, today.year)
    members = rows.to_pylist()
    lost = _out_of_reach(members, found, contacts, terms, today)
    people = [_expected(row, found[row["source_row"]], contacts, lost) for row in members]
    return sorted(people, key=lambda one: (one.month, one.division_path, one.name))


def _judged(rows: pa.Table, terms: ScreeningTerms) -> dict[int, tuple[str, ...]]:
    """Row → obstacles, whatever the window: that the day has not come is no obstacle here."""
    with screening(rows, terms) as con:
        rule = RULES["claim_free_obstacles"]
        masks = con.execute("SELECT source_row, claim_free_obstacles FROM screened").fetchall()
        return {row: decode(rule, mask) for row, mask in masks}


def _out_of_reach(
    rows: Sequence[Mapping[str, Any]], found: Mapping[int, Sequence[str]], contacts: Mapping[UUID, Contact],
    terms: ScreeningTerms, today: date,
) -> set[UUID]:  # fmt: skip
    """Who lacks more years than can still be paid until sixty and made up then: a visit does not mend that."""
    short = {UUID(row["enrolment_id"]): row for row in rows if SHORT in found[row["source_row"]]}
    make_up = payable_make_up_years_of(list(short), today, terms.pack)
    least = int(terms.arguments["min_contribution_years"])
    lost = set()
    for key, row in short.items():
        ahead = int(row["birth_date"]) // 10000 + 60 - today.year - contacts[key].has_paid_this_year
        if int(row["contribution_months"]) // 12 + max(ahead, 0) + make_up[key].years < least:
            lost.add(key)
    return lost


def _contacts(place: str, born_from: date, born_until: date, year: int) -> dict[UUID, Contact]:
    """What the visit of the village is about, by enrolment."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [year, f"{place}%", born_from, born_until])
        return {key: Contact(*about) for key, *about in cursor.fetchall()}


def _expected(
    row: Mapping[str, Any], codes: Sequence[str], contacts: Mapping[UUID, Contact], lost: Collection[UUID]
) -> Expected:
    enrolment = UUID(row["enrolment_id"])
    about = contacts[enrolment]
    own = [
        code
        for code, is_so in ((NO_MOBILE, not about.has_mobile), (CARD_NOT_ACTIVE, about.is_card_off))
        if is_so
    ]
    codes = [OUT_OF_REACH if code == SHORT and enrolment in lost else code for code in codes]
    born = int(row["birth_date"])
    return Expected(
        enrolment, UUID(row["person_id"]), about.name, row["division_path"],
        born // 10000 * 12 + born // 100 % 100 - 1 + AGE_MONTHS, tuple(sorted([*own, *codes], key=rank_of)),
        row["flag_state"] in ("flagged", "used"),
    )  # fmt: skip
