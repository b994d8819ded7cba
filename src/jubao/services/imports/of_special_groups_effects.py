"""What an approved list of special groups does: new persons for unknown numbers, marks begun or lengthened by one month.

Worked example: a mark 2026-10 and the list of 2026-11 make one mark 2026-10 to 2026-11; the list of 2026-09 arriving late
moves its first month back. Undoing shortens what was lengthened and takes new marks away.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor

MADE = """
    CREATE TEMP TABLE made ON COMMIT DROP AS
    WITH numbers AS (
        SELECT values->>'id_number' AS number, max(values->>'person_id')::uuid AS known, uuidv7() AS fresh, min(id) AS first_id
        FROM cases_importrow WHERE batch_id = %(batch)s AND decision IN ('new', 'change')
        GROUP BY values->>'id_number')
    SELECT r.id AS row_id, r.source_row, r.decision, coalesce(n.known, n.fresh) AS person_id,
           n.known IS NULL AND r.id = n.first_id AS is_new_person, n.number, r.values->>'name' AS name,
           r.values->>'name_key' AS name_key, r.values->>'name_initials' AS name_initials, r.values->>'gender' AS gender,
           (r.values->>'birth_date')::date AS birth_date, r.values->>'group_code' AS group_code, r.values->>'address' AS address
    FROM cases_importrow r JOIN numbers n ON n.number = r.values->>'id_number'
    WHERE r.batch_id = %(batch)s AND r.decision IN ('new', 'change')"""

APPLY = (
    "UPDATE cases_importrow r SET target_id = m.person_id FROM made m WHERE r.id = m.row_id",
    """WITH counted AS (SELECT count(*) AS people FROM made WHERE is_new_person), first AS (
            INSERT INTO cases_numbersequence (district_code, year, series, next_number)
            SELECT %(district)s, 0, 'person', 1 + people FROM counted
            ON CONFLICT (district_code, year, series) DO UPDATE
            SET next_number = cases_numbersequence.next_number + excluded.next_number - 1
            RETURNING next_number)
        INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
        SELECT m.person_id, %(district)s || lpad((f.next_number - c.people + row_number() OVER (ORDER BY m.row_id) - 1)::text,
               10, '0'), m.name, m.name_key, m.name_initials, m.gender, m.birth_date, clock_timestamp()
        FROM made m, first f, counted c WHERE m.is_new_person""",
    """INSERT INTO people_identitydocument (id, person_id, kind, number, valid_from, case_id)
        SELECT uuidv7(), person_id, 'id_card', number, birth_date, %(case)s FROM made WHERE is_new_person""",
    """INSERT INTO people_address (id, person_id, kind, text, from_on)
        SELECT uuidv7(), person_id, 'register', address, %(today)s FROM made WHERE is_new_person AND address <> ''""",
    """UPDATE people_specialgroupperiod g SET until_month = %(month)s + 1 FROM made m
        WHERE m.decision = 'change' AND g.person_id = m.person_id AND g.group_code = m.group_code
        AND g.until_month = %(month)s""",
    """UPDATE people_specialgroupperiod g SET from_month = %(month)s FROM made m
        WHERE m.decision = 'change' AND g.person_id = m.person_id AND g.group_code = m.group_code
        AND g.from_month = %(month)s + 1 AND NOT EXISTS (
            SELECT FROM people_specialgroupperiod o WHERE o.person_id = m.person_id AND o.group_code = m.group_code
            AND o.until_month = %(month)s + 1 AND o.from_month <= %(month)s)""",
    """INSERT INTO people_specialgroupperiod (id, person_id, group_code, from_month, until_month, source_file,
                                              source_row, case_id)
        SELECT uuidv7(), person_id, group_code, %(month)s, %(month)s + 1, %(file)s, source_row, %(case)s
        FROM made WHERE decision = 'new'""",
)
MARKED = """
    CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT r.target_id AS person_id, r.values->>'group_code' AS group_code, r.decision FROM cases_importrow r
    WHERE r.batch_id = %(batch)s AND r.decision IN ('new', 'change')"""
UNDO = (
    """DELETE FROM people_specialgroupperiod g USING made m WHERE g.person_id = m.person_id AND g.group_code = m.group_code
        AND g.from_month = %(month)s AND g.until_month = %(month)s + 1""",
    """UPDATE people_specialgroupperiod g SET until_month = %(month)s FROM made m
        WHERE g.person_id = m.person_id AND g.group_code = m.group_code AND g.until_month = %(month)s + 1
        AND g.from_month < %(month)s""",
    """UPDATE people_specialgroupperiod g SET from_month = %(month)s + 1 FROM made m
        WHERE g.person_id = m.person_id AND g.group_code = m.group_code AND g.from_month = %(month)s
        AND (g.until_month IS NULL OR g.until_month > %(month)s + 1)""",
)


def _run(first: str, statements: tuple[str, ...], batch: ImportBatch, today: date) -> None:
    parameters: dict[str, Any] = {
        "batch": batch.id,
        "case": batch.case.id if batch.case else None,
        "district": batch.district_code,
        "month": batch.month,
        "file": batch.file_name,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS made")
        cursor.execute(first, parameters)
        cursor.execute("ANALYZE made")
        for statement in statements:
            cursor.execute(statement, parameters)


def apply_marks(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Write the marks of the month."""
    _run(MADE, APPLY, batch, today)
    return int(batch.accepted_count)


def undo_marks(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Take the month out of every mark the batch made or lengthened; persons stay."""
    _run(MARKED, UNDO, batch, today)
    return int(batch.accepted_count)
