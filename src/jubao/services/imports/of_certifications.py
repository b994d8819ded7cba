"""Import of people found alive by a comparison elsewhere: certified by the file, after as many approvals as the region wants.

Worked example: 2 000 persons of 火车出行 with their days: each gets one event `comparison` of that day; somebody
reported dead is refused DEATH_REPORTED and has to be verified first.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.kernel.text import chinese
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.staging import Staging

COLUMNS = (
    ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
    ImportColumn("name", "name", is_required=True, may_be_blank=False),
    ImportColumn(
        "certified_on", "date", is_required=True, may_be_blank=False,
        headers=("认证日期", "最近活动日期", "发生日期", "乘车日期", "就诊日期", "认证时间", "AAC095"),
    ),
    ImportColumn("source", "text", headers=("数据来源", "来源", "认证来源")),
)  # fmt: skip
REMEDIES = {
    "DEATH_REPORTED": "此人已有死亡上报，不能据此认证，请先核实。",
    "NOT_DRAWING": "此人没有在享待遇，不需要认证。",
    "DAY_IN_FUTURE": "认证日期在今天之后。请核对。",
}
_SAME = """
    UPDATE staged s SET decision = CASE WHEN EXISTS (
        SELECT FROM certification_certificationevent e WHERE e.enrolment_id = s.enrolment_id
        AND e.certified_on = s.certified_on AND e.channel = 'comparison') THEN 'same' ELSE 'new' END
    WHERE s.decision IS NULL"""
_APPLY = """
    INSERT INTO certification_certificationevent
        (id, enrolment_id, certified_on, channel, source, evidence_document_id, officer_id, place_path, device, case_id,
         recorded_at)
    SELECT uuidv7(), (r.values->>'enrolment_id')::uuid, (r.values->>'certified_on')::date, 'comparison',
           left(coalesce(r.values->>'source', %(file)s), 60), %(document)s, %(officer)s, %(place)s, %(device)s, %(case)s,
           clock_timestamp()
    FROM cases_importrow r WHERE r.batch_id = %(batch)s AND r.decision = 'new'"""


def judge(*, context: Staging) -> None:
    """Known, under their own name, drawing, not reported dead; the same day again is the same."""
    context.refuse_doubles()
    context.refuse_unknown()
    context.refuse("certified_on", "DAY_IN_FUTURE", "s.certified_on > %(today)s", {"today": context.today})
    context.refuse(
        "id_number",
        "DEATH_REPORTED",
        "EXISTS (SELECT FROM people_deathreport d WHERE d.person_id = s.person_id)",
    )
    context.refuse(
        "id_number",
        "NOT_DRAWING",
        "NOT EXISTS (SELECT FROM benefits_entitlement t WHERE t.enrolment_id = s.enrolment_id AND t.end_month IS NULL)",
    )
    context.execute(_SAME)


def apply_certifications(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """One event per new row, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _APPLY,
            {
                "batch": batch.id, "file": batch.file_name, "document": batch.document.id if batch.document else None,
                "officer": actor.officer_id, "place": actor.scope, "device": actor.device[:100],
                "case": batch.case.id if batch.case else None,
            },
        )  # fmt: skip
        return int(cursor.rowcount)


CERTIFICATIONS = register_import(
    ImportKind(
        kind="certifications",
        title=chinese("数据比对认证名单"),
        columns=COLUMNS,
        judge=judge,
        apply=apply_certifications,
        makers=frozenset({"certification_officer", "data_officer"}),
        reviewers=frozenset({"certification_reviewer", "approver", "data_reviewer"}),
        is_capped=True,
        remedies=REMEDIES,
    )
)
