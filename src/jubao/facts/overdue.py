"""Who is paid and has not been certified in time: the list a suspension begins with.

Worked example: on 2021-07-01 the people of a county with a window from January to June whose last pass was in 2020.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.rules import certification  # noqa: F401  registers the rules
from jubao.rules.evaluate import select_sql

FACTS = ("certified_on", "has_certification", "benefit_start_month")

_CANDIDATES = """
SELECT t.id AS entitlement_id, p.id AS person_id, p.name, e.division_path, t.start_month::bigint AS benefit_start_month,
       max(c.certified_on) AS last_on, max(c.certified_on) IS NOT NULL AS has_certification,
       coalesce(to_char(max(c.certified_on), 'YYYYMMDD')::bigint, 19000101) AS certified_on
FROM benefits_entitlement t
JOIN benefits_paymentstatus s ON s.entitlement_id = t.id AND s.kind = 'normal' AND s.until_month IS NULL
JOIN people_enrolment e ON e.id = t.enrolment_id
JOIN people_person p ON p.id = e.person_id
LEFT JOIN certification_certificationevent c ON c.enrolment_id = e.id AND c.certified_on <= %(on)s
WHERE t.end_month IS NULL AND e.division_path LIKE %(prefix)s
GROUP BY t.id, p.id, p.name, e.division_path
"""
_FIRST = "certification_first_due_date"


def overdue(
    *, prefix: str, on: date, constants: dict[str, Any], limit: int
) -> list[tuple[UUID, UUID, str, str, date | None, int]]:
    """Shape: (entitlement, person, name, place, last pass, last day yyyymmdd) of those overdue, by place.

    `constants` are the arguments of the certification rules from the pack.
    """
    rules = select_sql(
        ("certified_until", _FIRST), FACTS, constants, "candidates", dialect="postgres"
    ).replace("%", "%%")
    due = f"CASE WHEN has_certification AND certified_until > {_FIRST} THEN certified_until ELSE {_FIRST} END"
    sql = f"""
        WITH candidates AS MATERIALIZED ({_CANDIDATES}), judged AS MATERIALIZED ({rules})
        SELECT entitlement_id, person_id, name, division_path, last_on, {due} FROM judged
        WHERE {due} < %(on_number)s ORDER BY division_path, entitlement_id LIMIT %(limit)s
    """
    number = on.year * 10000 + on.month * 100 + on.day
    with connection.cursor() as cursor:
        cursor.execute(sql, {"prefix": f"{prefix}%", "on": on, "on_number": number, "limit": limit})
        return list(cursor.fetchall())
