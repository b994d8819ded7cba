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
from jubao.services.import_cases import ImportRefused

_ROWS = (
    "(SELECT r.id, r.target_id, r.source_row, r.differences, r.decision, r.values AS v FROM cases_importrow r"
    " WHERE r.batch_id = %(batch)s)"
)
_NEW = f"(SELECT * FROM {_ROWS} AS every WHERE decision = 'new')"

APPLY = (
    """UPDATE cases_importrow SET target_id = coalesce((values->>'person_id')::uuid, uuidv7())
       WHERE batch_id = %(batch)s AND decision = 'new'""",
    f"""WITH first AS (
            INSERT INTO cases_numbersequence (district_code, year, series, next_number)
            VALUES (%(district)s, 0, 'person', 1 + (SELECT count(*) FROM {_NEW} AS n))
            ON CONFLICT (district_code, year, series) DO UPDATE
            SET next_number = cases_numbersequence.next_number + excluded.next_number - 1
            RETURNING next_number - (SELECT count(*) FROM {_NEW} AS n) AS number)
        INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
        SELECT n.target_id, %(district)s || lpad((first.number + row_number() OVER (ORDER BY n.source_row) - 1)::text, 10, '0'),
               v->>'name', v->>'name_key', v->>'name_initials', v->>'gender', (v->>'birth_date')::date, clock_timestamp()
        FROM {_NEW} AS n, first WHERE v->>'person_id' IS NULL""",
    f"""INSERT INTO people_identitydocument (id, person_id, kind, number, valid_from, case_id)
        SELECT uuidv7(), n.target_id, CASE left(v->>'id_number', 1) WHEN '8' THEN 'hmt_residence_permit'
               WHEN '9' THEN 'foreign_residence_permit' ELSE 'id_card' END, v->>'id_number', (v->>'birth_date')::date, %(case)s
        FROM {_NEW} AS n WHERE v->>'person_id' IS NULL""",
    f"""INSERT INTO people_enrolment (id, person_id, scheme, division_id, division_path, enrolled_on,
                                      participation_identity, case_id)
        SELECT uuidv7(), n.target_id, 'resident_pension', (v->>'division_id')::bigint, v->>'division_path',
               coalesce((v->>'enrolled_on')::date, %(today)s), 'ordinary', %(case)s FROM {_NEW} AS n""",
    f"""INSERT INTO people_enrolmentstatus (id, enrolment_id, kind, from_month, reason, case_id)
        SELECT uuidv7(), e.id, 'active', extract(year FROM e.enrolled_on)::int * 12 + extract(month FROM e.enrolled_on)::int - 1,
               '', %(case)s FROM {_NEW} AS n JOIN people_enrolment e ON e.person_id = n.target_id AND e.case_id = %(case)s""",
    f"""INSERT INTO people_address (id, person_id, kind, text, division_id, from_on)
        SELECT uuidv7(), n.target_id, 'register', coalesce(v->>'register_place', concat(v->>'township', v->>'village')),
               (v->>'division_id')::bigint, coalesce((v->>'enrolled_on')::date, %(today)s)
        FROM {_NEW} AS n WHERE v->>'person_id' IS NULL""",
    f"""INSERT INTO people_phone (id, person_id, number, is_mobile, from_on)
        SELECT uuidv7(), n.target_id, v->>'mobile', true, %(today)s
        FROM {_NEW} AS n WHERE v->>'mobile' IS NOT NULL
        AND NOT EXISTS (SELECT FROM people_phone f WHERE f.person_id = n.target_id AND f.until_on IS NULL)""",
    f"""INSERT INTO people_payoutaccount (id, person_id, account_number, holder_name, bank_name, is_social_security_card,
                                          from_on, usable_on, is_custodian, case_id)
        SELECT uuidv7(), n.target_id, v->>'payout_account', v->>'name', coalesce(v->>'payout_bank', ''), true,
               %(today)s, %(today)s, false, %(case)s
        FROM {_NEW} AS n WHERE v->>'payout_account' IS NOT NULL
        AND NOT EXISTS (SELECT FROM people_payoutaccount b WHERE b.until_on IS NULL
                        AND (b.person_id = n.target_id OR b.account_number = v->>'payout_account'))""",
)
_CHANGED = f"(SELECT * FROM {_ROWS} AS every WHERE decision = 'change')"
CHANGE = (
    f"""INSERT INTO people_personchange (id, person_id, field, old_value, new_value, changed_at, case_id)
        SELECT uuidv7(), (n.v->>'person_id')::uuid, d.key, coalesce(d.value->>0, ''), coalesce(d.value->>1, ''),
               clock_timestamp(), %(case)s
        FROM {_CHANGED} AS n, jsonb_each(n.differences) AS d""",
    f"""UPDATE people_enrolment e SET division_path = v->>'division_path', division_id = (v->>'division_id')::bigint
        FROM {_CHANGED} AS n WHERE e.id = (v->>'enrolment_id')::uuid AND n.differences ? 'division_path'""",
    f"""UPDATE people_address a SET until_on = %(today)s FROM {_CHANGED} AS n
        WHERE a.person_id = (v->>'person_id')::uuid AND a.kind = 'register' AND a.until_on IS NULL
        AND a.from_on < %(today)s AND n.differences ? 'division_path'""",
    f"""INSERT INTO people_address (id, person_id, kind, text, division_id, from_on)
        SELECT uuidv7(), (v->>'person_id')::uuid, 'register',
               coalesce(v->>'register_place', concat(v->>'township', v->>'village')),
               (v->>'division_id')::bigint, %(today)s FROM {_CHANGED} AS n
        WHERE n.differences ? 'division_path' AND NOT EXISTS (
            SELECT FROM people_address a WHERE a.person_id = (v->>'person_id')::uuid AND a.kind = 'register'
            AND a.until_on IS NULL)""",
    f"""UPDATE people_phone f SET until_on = %(today)s FROM {_CHANGED} AS n
        WHERE f.person_id = (v->>'person_id')::uuid AND f.until_on IS NULL AND f.is_mobile AND f.from_on < %(today)s
        AND n.differences ? 'mobile'""",
    f"""INSERT INTO people_phone (id, person_id, number, is_mobile, from_on)
        SELECT uuidv7(), (v->>'person_id')::uuid, v->>'mobile', true, %(today)s FROM {_CHANGED} AS n
        WHERE n.differences ? 'mobile' AND NOT EXISTS (
            SELECT FROM people_phone f WHERE f.person_id = (v->>'person_id')::uuid AND f.is_mobile AND f.until_on IS NULL)""",
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
    f"""UPDATE people_enrolment e SET division_path = n.differences->'division_path'->>0,
               division_id = (SELECT d.id FROM people_division d WHERE d.path = n.differences->'division_path'->>0 LIMIT 1)
        FROM {_CHANGED} AS n WHERE e.id = (v->>'enrolment_id')::uuid AND n.differences ? 'division_path'""",
    f"""INSERT INTO people_personchange (id, person_id, field, old_value, new_value, changed_at, case_id)
        SELECT uuidv7(), (n.v->>'person_id')::uuid, d.key, coalesce(d.value->>1, ''), coalesce(d.value->>0, ''),
               clock_timestamp(), %(case)s FROM {_CHANGED} AS n, jsonb_each(n.differences) AS d""",
)


def _run(statements: tuple[str, ...], batch: ImportBatch, today: date) -> None:
    parameters: dict[str, Any] = {
        "batch": batch.id,
        "case": batch.case.id if batch.case else None,
        "district": batch.district_code,
        "today": today,
    }
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, parameters)


def apply_participants(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Make the new people and the changes."""
    from django.db import IntegrityError

    try:
        _run(APPLY + CHANGE, batch, today)
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
