"""What the data-sharing platform knows about the demo's people near sixty, so that every obstacle occurs.

Worked example: of 1000 people between 58 and 60 three quarters have an answer about the only child, a few have only a landline,
a few a mobile the platform knows. Their cards are not here: the system asks the card system for them (`demo_cards`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.database.staging import run_sql
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import SharedFact

YEARS = (58, 61)
NEAR = """
    SELECT e.id AS enrolment_id, p.id AS person_id, row_number() OVER (ORDER BY p.personal_number) AS n
    FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
    WHERE e.division_path LIKE %(prefix)s AND e.ended_on IS NULL AND p.birth_date BETWEEN %(first)s AND %(last)s
"""
ONLY_CHILDREN = f"""
    INSERT INTO people_sharedfact (person_id, fact, value, source, known_on, source_file)
    SELECT near.person_id, 'only_child', CASE WHEN e.is_only_child THEN 'yes' ELSE 'not_found' END, 'SHARED_DATA', %(on)s, ''
    FROM ({NEAR}) AS near JOIN people_enrolment e ON e.id = near.enrolment_id WHERE near.n %% 4 <> 1
"""
MOBILES = f"""
    INSERT INTO people_sharedfact (person_id, fact, value, source, known_on, source_file)
    SELECT near.person_id, 'mobile', '139' || lpad((near.n * 7919 %% 100000000)::text, 8, '0'), 'SHARED_DATA', %(on)s, ''
    FROM ({NEAR}) AS near
    WHERE near.n %% 2 = 0 AND NOT EXISTS (SELECT FROM people_phone t WHERE t.person_id = near.person_id)
"""
LANDLINES = f"""
    INSERT INTO people_phone (person_id, number, is_mobile, from_on)
    SELECT near.person_id, '0238666' || lpad((near.n %% 10000)::text, 4, '0'), false, %(on)s
    FROM ({NEAR}) AS near
    WHERE near.n %% 5 = 0 AND NOT EXISTS (SELECT FROM people_phone t WHERE t.person_id = near.person_id)
"""
HARD_TO_WALK = f"""
    INSERT INTO people_sharedfact (person_id, fact, value, source, known_on, source_file)
    SELECT near.person_id, 'mobility_impaired', 'yes', 'SHARED_DATA', %(on)s, '' FROM ({NEAR}) AS near WHERE near.n %% 23 = 5
"""
STEPS = (ONLY_CHILDREN, MOBILES, LANDLINES, HARD_TO_WALK)


def records_insert(*, actor: Actor, on: date) -> int:
    """Fill them once for a district; how many rows."""
    values: dict[str, Any] = {
        "prefix": f"{actor.scope}%",
        "first": on.replace(year=on.year - YEARS[1], day=1),
        "last": on.replace(year=on.year - YEARS[0], day=1),
        "on": on,
    }
    with unit_of_work(actor, "demo_claim_free_records"):
        known = SharedFact.objects.filter(person__enrolments__division_path__startswith=actor.scope)
        return 0 if known.exists() else sum(run_sql(sql, values) for sql in STEPS)
