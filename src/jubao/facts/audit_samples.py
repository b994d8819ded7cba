"""Whom an audit may look at, by focus, with the rules that point at somebody; ordered by a hash of the seed, so repeatable.

Worked example: focus `collection`, seed 1, ten of 812 who draw: first those at whom a rule points (a death reported, an account
shared), at most five, then others, each part in the order of SHA-256(seed : key). The same call gives the same ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month

RULES = {
    "UNDER_16": "参保时未满16周岁",
    "OTHER_CONTRIBUTION": "在其他制度缴费",
    "OTHER_BENEFIT": "在其他制度领取待遇",
    "NOT_CERTIFIED": "一年以上没有认证",
    "DEATH_REPORTED": "有死亡报告仍在领取",
    "IN_CUSTODY": "服刑或被羁押期间领取",
    "SHARED_ACCOUNT": "待遇账户与他人相同",
    "OUT_OF_HOURS": "非工作时间办理",
    "RETURNED": "曾被退回",
}
_OTHER = (
    "EXISTS (SELECT 1 FROM people_otherschemerecord o WHERE o.person_id = e.person_id AND o.kind = '{kind}'"
    " AND o.state NOT IN ('transferred', 'refunded', 'ended') AND o.known_on <= %(as_of)s)"
)
_DRAWING = (
    "FROM benefits_entitlement t JOIN people_enrolment e ON e.id = t.enrolment_id"
    " WHERE t.start_month <= %(month)s AND (t.end_month IS NULL OR t.end_month > %(month)s) AND e.division_path LIKE %(prefix)s"
)
_ENROLLED = """FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
    WHERE e.enrolled_on <= %(as_of)s AND (e.ended_on IS NULL OR e.ended_on > %(as_of)s) AND e.division_path LIKE %(prefix)s"""
_CLOSED = """FROM cases_case c WHERE c.kind IN ('claim_free', 'ordinary_claim') AND c.outcome = 'approved'
    AND (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date <= %(as_of)s AND c.division_path LIKE %(prefix)s"""
_SOURCES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "enrolment": ("e.id", "e.division_path", _ENROLLED, {
        "UNDER_16": "e.enrolled_on < p.birth_date + interval '16 years'",
        "OTHER_CONTRIBUTION": _OTHER.format(kind="contribution"),
    }),
    "eligibility": ("e.id", "e.division_path", _DRAWING, {
        "NOT_CERTIFIED": "NOT EXISTS (SELECT 1 FROM certification_certificationevent v WHERE v.enrolment_id = e.id"
                         " AND v.certified_on > %(as_of)s - interval '1 year' AND v.certified_on <= %(as_of)s)",
        "OTHER_BENEFIT": _OTHER.format(kind="benefit"),
    }),
    "collection": ("e.id", "e.division_path", _DRAWING, {
        "DEATH_REPORTED": "EXISTS (SELECT 1 FROM people_deathreport d WHERE d.person_id = e.person_id"
                          " AND d.died_on <= %(as_of)s)",
        "IN_CUSTODY": "EXISTS (SELECT 1 FROM people_custodyperiod u WHERE u.person_id = e.person_id"
                      " AND u.from_on <= %(as_of)s AND (u.until_on IS NULL OR u.until_on > %(as_of)s))",
        "OTHER_BENEFIT": _OTHER.format(kind="benefit"),
        "SHARED_ACCOUNT": "EXISTS (SELECT 1 FROM people_payoutaccount a JOIN people_payoutaccount b"
                          " ON b.account_number = a.account_number AND b.person_id <> a.person_id AND b.until_on IS NULL"
                          " WHERE a.person_id = e.person_id AND a.until_on IS NULL AND NOT a.is_custodian)",
    }),
    "closed_claims": ("c.id", "c.division_path", _CLOSED, {
        "OUT_OF_HOURS": "EXISTS (SELECT 1 FROM cases_caseevent v WHERE v.case_id = c.id AND v.is_out_of_hours)",
        "RETURNED": "EXISTS (SELECT 1 FROM cases_caseevent v WHERE v.case_id = c.id AND v.to_state = 'returned')",
    }),
}  # fmt: skip
_DRAW = """
WITH population AS (SELECT {key} AS id, {path} AS path, array_remove(ARRAY[{rules}]::text[], NULL) AS rules {source}),
ranked AS (
    SELECT id, path, rules, cardinality(rules) > 0 AS is_flagged,
           row_number() OVER (PARTITION BY cardinality(rules) > 0
               ORDER BY sha256(convert_to(%(seed)s::text || ':' || id::text, 'UTF8')), id) AS place,
           count(*) OVER () AS n
    FROM population)
SELECT id, path, rules, n FROM ranked
ORDER BY CASE WHEN is_flagged AND place <= %(flagged)s THEN 0 WHEN NOT is_flagged THEN 1 ELSE 2 END, place
LIMIT %(size)s
"""


@dataclass(frozen=True)
class Drawn:
    """One member: key of the enrolment (or of the case of `closed_claims`), place, rules that point at it."""

    key: UUID
    division_path: str
    rules: tuple[str, ...]


def sample_of(*, focus: str, prefix: str, as_of: date, seed: int, size: int) -> tuple[list[Drawn], int]:
    """The members in order and the size of the population.

    Shape: one row per member, at most `size`; no more than half of them (rounded up) because a rule points at them, as long
    as there are others. Unit: none.
    """
    key, path, source, rules = _SOURCES[focus]
    words = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in rules.items())
    given: dict[str, str | int | date] = {
        "prefix": f"{prefix}%", "as_of": as_of, "month": Month.containing(as_of).index, "seed": seed, "size": size,
        "flagged": (size + 1) // 2,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DRAW.format(key=key, path=path, rules=words, source=source), given)
        rows = cursor.fetchall()
    return [Drawn(one, where, tuple(found)) for one, where, found, _n in rows], rows[0][3] if rows else 0
