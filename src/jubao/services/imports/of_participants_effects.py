"""What an approved file of participants does: set-wise inserts of persons and what belongs to them, changes with their history.

Worked example: 2 000 new rows are seven statements: ids, persons, cards, enrolments, statuses, telephones, accounts. A changed
place ends the old address, writes `PersonChange` and moves the enrolment. Undoing needs that nothing builds on it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.services.accounts.holders import accounts_open_selected
from jubao.services.imports.cases import ImportRefused

MADE = """
    CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT r.id AS row_id, r.source_row, coalesce((v.values->>'person_id')::uuid, uuidv7()) AS person_id,
           v.values->>'person_id' IS NOT NULL AS is_known, (v.values->>'enrolment_id')::uuid AS live_enrolment_id,
           uuidv7() AS enrolment_id, r.decision, r.differences, v.values->>'id_number' AS number,
           v.values->>'name' AS name, v.values->>'name_key' AS name_key, v.values->>'name_initials' AS name_initials,
           v.values->>'gender' AS gender, (v.values->>'birth_date')::date AS birth_date,
           coalesce(v.values->>'register_place', concat(v.values->>'township', v.values->>'village')) AS address,
           nullif(v.values->>'division_id', '')::bigint AS division_id, v.values->>'division_path' AS division_path,
           coalesce((v.values->>'enrolled_on')::date, %(today)s) AS enrolled_on, v.values->>'mobile' AS mobile,
           v.values->>'payout_account' AS account, coalesce(v.values->>'payout_bank', '') AS bank
    FROM cases_importrow r CROSS JOIN LATERAL (SELECT r.values) AS v
    WHERE r.batch_id = %(batch)s AND r.decision IN ('new', 'change')"""

# The tables of record have no fresh statistics inside this transaction; all ids therefore stand in `made`, so that no
# statement has to find what the one before it wrote.
NEW = (
    "UPDATE cases_importrow r SET target_id = m.person_id FROM made m WHERE r.id = m.row_id",
    """WITH first AS (
            INSERT INTO cases_numbersequence (district_code, year, series, next_number)
            VALUES (%(district)s, 0, 'person', 1 + %(new)s)
            ON CONFLICT (district_code, year, series) DO UPDATE
            SET next_number = cases_numbersequence.next_number + excluded.next_number - 1
            RETURNING next_number - %(new)s AS number)
        INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
        SELECT m.person_id, %(district)s || lpad((f.number + row_number() OVER (ORDER BY m.source_row) - 1)::text, 10, '0'),
               m.name, m.name_key, m.name_initials, m.gender, m.birth_date, clock_timestamp()
        FROM made m, first f WHERE m.decision = 'new' AND NOT m.is_known""",
    """INSERT INTO people_identitydocument (id, person_id, kind, number, valid_from, case_id)
        SELECT uuidv7(), person_id, CASE left(number, 1) WHEN '8' THEN 'hmt_residence_permit'
               WHEN '9' THEN 'foreign_residence_permit' ELSE 'id_card' END, number, birth_date, %(case)s
        FROM made WHERE decision = 'new' AND NOT is_known""",
    """INSERT INTO people_enrolment (id, person_id, scheme, division_id, division_path, enrolled_on,
                                      participation_identity, case_id)
        SELECT enrolment_id, person_id, 'resident_pension', division_id, division_path, enrolled_on, 'ordinary', %(case)s
        FROM made WHERE decision = 'new'""",
    """INSERT INTO people_enrolmentstatus (id, enrolment_id, kind, from_month, reason, case_id)
        SELECT uuidv7(), enrolment_id, 'active',
               extract(year FROM enrolled_on)::int * 12 + extract(month FROM enrolled_on)::int - 1, '', %(case)s
        FROM made WHERE decision = 'new'""",
    """INSERT INTO people_address (id, person_id, kind, text, division_id, from_on)
        SELECT uuidv7(), person_id, 'register', address, division_id, enrolled_on
        FROM made WHERE decision = 'new' AND NOT is_known""",
    """INSERT INTO people_phone (id, person_id, number, is_mobile, from_on)
        SELECT uuidv7(), person_id, mobile, true, %(today)s
        FROM made m WHERE decision = 'new' AND mobile IS NOT NULL
        AND (NOT is_known OR NOT EXISTS (SELECT FROM people_phone f WHERE f.person_id = m.person_id AND f.until_on IS NULL))""",
    """INSERT INTO people_payoutaccount (id, person_id, account_number, holder_name, bank_name, is_social_security_card,
                                          from_on, usable_on, is_custodian, case_id)
        SELECT uuidv7(), person_id, account, name, bank, true, %(today)s, %(today)s, false, %(case)s
        FROM made m WHERE decision = 'new' AND account IS NOT NULL
        AND NOT EXISTS (SELECT FROM people_payoutaccount b WHERE b.until_on IS NULL AND b.person_id = m.person_id)
        AND NOT EXISTS (SELECT FROM people_payoutaccount b WHERE b.until_on IS NULL AND b.account_number = m.account)""",
)
CHANGE = (
    """INSERT INTO people_personchange (id, person_id, field, old_value, new_value, changed_at, case_id)
        SELECT uuidv7(), m.person_id, d.key, coalesce(d.value->>0, ''), coalesce(d.value->>1, ''),
               clock_timestamp(), %(case)s
        FROM made m, jsonb_each(m.differences) AS d WHERE m.decision = 'change'""",
    """UPDATE people_enrolment e SET division_path = m.division_path, division_id = m.division_id
        FROM made m WHERE e.id = m.live_enrolment_id AND m.differences ? 'division_path'""",
    """UPDATE people_address a SET until_on = %(today)s FROM made m
        WHERE a.person_id = m.person_id AND a.kind = 'register' AND a.until_on IS NULL
        AND a.from_on < %(today)s AND m.differences ? 'division_path'""",
    """INSERT INTO people_address (id, person_id, kind, text, division_id, from_on)
        SELECT uuidv7(), person_id, 'register', address, division_id, %(today)s FROM made m
        WHERE differences ? 'division_path' AND NOT EXISTS (
            SELECT FROM people_address a WHERE a.person_id = m.person_id AND a.kind = 'register' AND a.until_on IS NULL)""",
    """UPDATE people_phone f SET until_on = %(today)s FROM made m
        WHERE f.person_id = m.person_id AND f.until_on IS NULL AND f.is_mobile AND f.from_on < %(today)s
        AND m.differences ? 'mobile'""",
    """INSERT INTO people_phone (id, person_id, number, is_mobile, from_on)
        SELECT uuidv7(), person_id, mobile, true, %(today)s FROM made m
        WHERE differences ? 'mobile' AND NOT EXISTS (
            SELECT FROM people_phone f WHERE f.person_id = m.person_id AND f.is_mobile AND f.until_on IS NULL)""",
)
BUILT_ON = """
    SELECT count(*) FROM people_enrolment e WHERE e.case_id = %(case)s AND (
        EXISTS (SELECT FROM contributions_contribution c WHERE c.enrolment_id = e.id AND c.is_live)
        OR EXISTS (SELECT FROM benefits_entitlement t WHERE t.enrolment_id = e.id)
        OR EXISTS (SELECT FROM cases_case c WHERE c.person_id = e.person_id AND c.outcome <> 'withdrawn'))"""
UNDO = (
    "UPDATE people_enrolmentstatus SET kind = 'ended', reason = 'IMPORT_UNDONE' WHERE case_id = %(case)s",
    "UPDATE people_enrolment SET ended_on = enrolled_on WHERE case_id = %(case)s",
    """UPDATE people_payoutaccount SET until_on = from_on + 1 WHERE case_id = %(case)s AND until_on IS NULL""",
    """UPDATE people_enrolment e SET division_path = m.differences->'division_path'->>0,
               division_id = (SELECT d.id FROM people_division d WHERE d.path = m.differences->'division_path'->>0 LIMIT 1)
        FROM made m WHERE e.id = m.live_enrolment_id AND m.differences ? 'division_path'""",
    """INSERT INTO people_personchange (id, person_id, field, old_value, new_value, changed_at, case_id)
        SELECT uuidv7(), m.person_id, d.key, coalesce(d.value->>1, ''), coalesce(d.value->>0, ''),
               clock_timestamp(), %(case)s FROM made m, jsonb_each(m.differences) AS d WHERE m.decision = 'change'""",
)


def _run(statements: tuple[str, ...], batch: ImportBatch, today: date) -> None:
    parameters: dict[str, Any] = {
        "batch": batch.id,
        "case": batch.case.id if batch.case else None,
        "district": batch.district_code,
        "today": today,
        "new": batch.summary["counts"]["new"],
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS made")
        cursor.execute(MADE, parameters)
        cursor.execute("ANALYZE made")
        for statement in statements:
            cursor.execute(statement, parameters)


def apply_participants(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Make the new people and the changes."""
    from django.db import IntegrityError

    try:
        counts = batch.summary["counts"]
        _run((NEW if counts["new"] else ()) + (CHANGE if counts["change"] else ()), batch, today)
        accounts_open_selected(
            actor=actor, kind="own_payment", district_code=batch.district_code,
            select_sql="SELECT enrolment_id FROM made WHERE decision = 'new'",
        )  # fmt: skip
    except IntegrityError as error:
        if "enrolment_one_live" not in str(error) and "document_one_owner" not in str(error):
            raise
        raise ImportRefused(
            "IMPORT_OVERTAKEN",
            _("暂存之后有人已参保，或在别处有有效的参保；整批未生效。"),
            remedy=_("请退回，重新上传文件查看最新的差异。"),
        ) from error
    return int(batch.summary["counts"]["new"]) + int(batch.summary["counts"]["change"])


def undo_participants(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """End what was made and put changed places back. Raises ImportRefused when something builds on it."""
    with connection.cursor() as cursor:
        cursor.execute(BUILT_ON, {"case": batch.case.id if batch.case else None})
        built = int(cursor.fetchone()[0])
    if built:
        raise ImportRefused(
            "IMPORT_HAS_EFFECTS",
            _("这一批里有 {count} 人已有缴费、待遇或其他业务，不能整批撤销。").format(count=built),
            remedy=_("请按人更正。"),
        )
    _run(UNDO, batch, today)
    return int(batch.accepted_count)
