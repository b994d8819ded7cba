"""Import of another system's roster: our people compared field by field, members of other schemes marked as such.

Worked example: the roster of 机关事保 names 王小英: her 「其他参保」 gets civil_pension with the day of the information; a roster
of our own scheme that calls 张桂芳 张贵芳 and suspended shows both differences and changes nothing (A11, G1, G6).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.kernel.text import chinese
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.staging import Staging

COLUMNS = (
    ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
    ImportColumn("name", "name", is_required=True, may_be_blank=False),
    ImportColumn("scheme", "word"),
    ImportColumn("payment_state", "word"),
    ImportColumn("benefit_start_month", "month"),
    ImportColumn("register_place", "text"),
    ImportColumn("mobile", "number"),
)

_COMPARED = """
    UPDATE staged AS s SET decision = 'same', differences = jsonb_strip_nulls(jsonb_build_object(
        'name', CASE WHEN p.name <> s.name THEN jsonb_build_array(p.name, s.name) END,
        'payment_state', CASE WHEN s.payment_state IS NOT NULL AND ours.kind IS NOT NULL AND s.payment_state <> ours.kind
                              THEN jsonb_build_array(ours.kind, s.payment_state) END,
        'benefit_start_month', CASE WHEN s.benefit_start_month <> t.start_month
                              THEN jsonb_build_array(t.start_month, s.benefit_start_month) END))
    FROM people_person p, people_enrolment e
    LEFT JOIN benefits_entitlement t ON t.enrolment_id = e.id AND t.end_month IS NULL
    LEFT JOIN LATERAL (SELECT CASE x.kind WHEN 'normal' THEN 'normal' WHEN 'stopped' THEN 'ended' ELSE 'suspended' END AS kind
                       FROM benefits_paymentstatus x WHERE x.entitlement_id = t.id AND x.from_month <= %(month)s
                       AND (x.until_month IS NULL OR x.until_month > %(month)s)) AS ours ON true
    WHERE s.decision IS NULL AND p.id = s.person_id AND e.id = s.enrolment_id"""
_OTHER = """
    UPDATE staged AS s SET decision = CASE WHEN EXISTS (
        SELECT FROM people_otherschemerecord o WHERE o.person_id = s.person_id AND o.scheme = s.scheme
        AND o.kind = CASE WHEN s.payment_state IS NULL THEN 'contribution' ELSE 'benefit' END) THEN 'same' ELSE 'new' END
    WHERE s.decision IS NULL AND s.person_id IS NOT NULL AND coalesce(s.scheme, 'resident_pension') <> 'resident_pension'"""


def judge(*, context: Staging) -> None:
    """Rows of other schemes are new marks; rows of ours are compared; who is unknown here is refused by name."""
    month = context.month or context.today.year * 12 + context.today.month - 1
    context.refuse_doubles()
    context.refuse("id_number", "NOT_KNOWN", "s.person_id IS NULL")
    context.execute(_OTHER)
    context.execute(_COMPARED, {"month": month})
    context.refuse("id_number", "NOT_ENROLLED", "s.enrolment_id IS NULL")


def apply_roster(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Mark who is in another scheme; nothing of our own scheme is changed by somebody's list."""
    parameters: dict[str, Any] = {"batch": batch.id, "file": batch.file_name, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_otherschemerecord (id, person_id, scheme, kind, place, from_month, known_on, source_file,
                                                     source_row)
               SELECT uuidv7(), (r.values->>'person_id')::uuid, r.values->>'scheme',
                      CASE WHEN r.values->>'payment_state' IS NULL THEN 'contribution' ELSE 'benefit' END,
                      left(coalesce(r.values->>'register_place', ''), 60), (r.values->>'benefit_start_month')::int,
                      %(today)s, %(file)s, r.source_row
               FROM cases_importrow r WHERE r.batch_id = %(batch)s AND r.decision = 'new'""",
            parameters,
        )
        return int(cursor.rowcount)


ROSTER = register_import(
    ImportKind(
        kind="roster",
        title=chinese("外部名册"),
        columns=COLUMNS,
        judge=judge,
        apply=apply_roster,
        key=("id_number", "scheme"),
    )
)
