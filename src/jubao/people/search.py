"""Finding people by what a clerk types: initials, name, pinyin, identity number or personal number, inside a scope.

Worked example: `search_people(scope="500000/500110/", text="zgf")` gives the first 50 people whose initials begin with zgf,
and `after` of the answer fetches the next 50 at the same price, however far down the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from jubao.database.together import Plain, together
from jubao.kernel.characters import fold
from jubao.kernel.id_number import clean_id_text, mask_id

PAGE = 50
LAST = "\U0010ffff"
"""The last character there is: what begins with a text stands before the text with this behind it."""
_NUMBER = re.compile(r"[0-9]{4,17}[0-9X]?")
_LETTERS = re.compile(r"[a-z]{1,30}")


@dataclass(frozen=True)
class Found:
    """One person of the answer; the number is masked."""

    person_id: UUID
    name: str
    masked_number: str
    personal_number: str
    gender: str
    birth_date: date
    place: str


@dataclass(frozen=True)
class FoundPage:
    """One page of people and the key that fetches the next one ("" at the end)."""

    people: list[Found]
    after: str


def search_people(*, scope: str, text: str, after: str = "", limit: int = PAGE) -> FoundPage:
    """People whose initials, name, pinyin, number or personal number begin with `text`, inside `scope`, in that order."""
    expression, prefix = _key(fold(text))
    if not prefix:
        return FoundPage([], "")
    last_key, _sep, last_id = after.rpartition("|")
    values = {"scope": scope, "low": prefix, "high": prefix + LAST, "last_key": last_key, "last_id": last_id}
    (rows,) = together(values, _question(expression, bool(after), limit + 1))
    people = [Found(r[1], r[2], mask_id(r[3]), r[4], r[5], r[6], r[7]) for r in rows[:limit]]
    more = f"{rows[limit - 1][0]}|{rows[limit - 1][1]}" if len(rows) > limit else ""
    return FoundPage(people, more)


@cache
def _question(expression: str, is_further: bool, limit: int) -> Plain:
    """The query for one way of searching; `low` and `high` bound what begins with the text."""
    source = "people_person p"
    if expression == "d.number":
        source = (
            "people_identitydocument d JOIN people_person p ON p.id = d.person_id AND d.valid_until IS NULL"
        )
    # Numbers are indexed byte by byte, whatever the collation of the database; so are they compared and ordered.
    is_bytewise = expression in ("d.number", "p.personal_number")
    order = f"{expression} USING ~<~" if is_bytewise else expression
    begins = f"{expression} >= %(low)s AND {expression} < %(high)s"
    beyond = f"AND ({expression}, p.id) > (%(last_key)s, %(last_id)s::uuid)"
    if is_bytewise:
        begins = f"{expression} ~>=~ %(low)s AND {expression} ~<~ %(high)s"
        beyond = f"AND {expression} ~>=~ %(last_key)s AND ({expression} <> %(last_key)s OR p.id > %(last_id)s::uuid)"
    # The page of people comes first; what stands beside each is looked up for these alone.
    return Plain(f"""
        SELECT p.key, p.id, p.name, coalesce(({_LIVE_NUMBER}), ''), p.personal_number, p.gender, p.birth_date,
               coalesce(({_PLACE}), ({_REGISTERED}), '')
        FROM (SELECT {expression} AS key, p.id, p.name, p.personal_number, p.gender, p.birth_date,
                     row_number() OVER (ORDER BY {order}, p.id) AS place
              FROM {source} CROSS JOIN LATERAL ({_INSIDE}) AS inside
              WHERE {begins} {beyond if is_further else ""}
              ORDER BY {order}, p.id LIMIT {limit}) AS p
        ORDER BY p.place""")


# LIMIT keeps the planner from gathering everybody of the area before the first page is filled.
_INSIDE = """
    SELECT FROM (
        SELECT FROM people_enrolment e WHERE e.person_id = p.id AND starts_with(e.division_path, %(scope)s)
        UNION ALL
        SELECT FROM people_address x JOIN people_division v ON v.id = x.division_id
        WHERE x.person_id = p.id AND x.kind = 'register' AND x.until_on IS NULL AND starts_with(v.path, %(scope)s)
    ) AS either LIMIT 1"""
_PLACE = """
    SELECT concat(t.name, v.name) FROM people_enrolment e
    LEFT JOIN people_division v ON v.path = e.division_path AND v.valid_until IS NULL
                               AND v.level IN ('township', 'village')
    LEFT JOIN people_division t ON t.path = regexp_replace(e.division_path, '[^/]+/$', '')
                               AND t.valid_until IS NULL AND t.level IN ('township', 'village')
    WHERE e.person_id = p.id AND starts_with(e.division_path, %(scope)s) LIMIT 1"""
_REGISTERED = """
    SELECT v.name FROM people_address x JOIN people_division v ON v.id = x.division_id
    WHERE x.person_id = p.id AND x.kind = 'register' AND x.until_on IS NULL AND starts_with(v.path, %(scope)s) LIMIT 1"""
_LIVE_NUMBER = """
    SELECT number FROM people_identitydocument WHERE person_id = p.id AND valid_until IS NULL
    ORDER BY kind <> 'id_card' LIMIT 1"""


def _key(text: str) -> tuple[str, str]:
    """The indexed expression to look in and the prefix to look for."""
    number = clean_id_text(text)
    letters = text.lower()
    if _NUMBER.fullmatch(number):
        return ("d.number", number) if _looks_like_identity(number) else ("p.personal_number", number)
    if letters.replace("'", " ").count(" ") and letters.replace(" ", "").isascii():
        return "p.name_key", " ".join(letters.split())
    if _LETTERS.fullmatch(letters):
        return "p.name_initials", letters
    return 'p.name COLLATE "C"', "".join(text.split())


def _looks_like_identity(number: str) -> bool:
    """A personal number is the district and ten figures; an identity number has a year of birth after the area."""
    return len(number) > 16 or len(number) < 8 or number[6:8] in ("18", "19", "20")
