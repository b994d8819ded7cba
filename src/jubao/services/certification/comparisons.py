"""A comparison stored: the run, the list of everybody, the evidence; certifications from life; tasks for named people.

Worked example: `comparison_store` of 2026-11 keeps 8 000 judged people and 40 000 rows of evidence, adds 6 900 certification
events of channel `comparison`, and opens one task per township with people to verify. The same content is stored once: a second
call answers the first run and changes nothing. Nobody's status changes here (Q14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import connection

from jubao.comparison.models import ComparisonRun, FeedFile
from jubao.database.actor import Actor
from jubao.database.staging import run_sql, stage, unstage
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.certification.records import certification_record

KIND = "comparison_check"
FINDERS = frozenset({"field_worker", "village_assistant", "certification_officer", "intake_clerk", "handler"})
LISTS = {"to_verify": "待核实", "lost": "丧失资格"}

register(
    CaseKind(
        KIND,
        "比对结果核实",
        (
            Transition(
                "open", OPEN, "accepted", frozenset({"data_officer", "handler"}), title=chinese("下发")
            ),
            Transition(
                "finish",
                "accepted",
                "done",
                FINDERS,
                closes=True,
                title=chinese("核实完毕"),
                outcome="done",
                needs_reason=True,
            ),
        ),
    )
)

SUBJECTS = """
    INSERT INTO comparison_judgedsubject (run_id, enrolment_id, division_path, list_name, headline_reason, reasons,
                                          certified_until, due_on)
    SELECT %(run)s, r.enrolment_id::uuid, r.division_path, s.list_name, coalesce(s.headline_reason, ''),
           coalesce(s.reasons, ''), s.certified_until, s.due_on
    FROM compared_subject AS s JOIN compared_roster AS r ON r.id_number = s.id_number
"""
EVIDENCE = """
    INSERT INTO comparison_evidence (run_id, enrolment_id, source, feed_file_id, file_name, file_row, event_on, nature, link,
                                     score, used)
    SELECT %(run)s, r.enrolment_id::uuid, e.source, f.feed_id::uuid, coalesce(e.file, ''), e.row, e.event_on, e.evidence,
           e.link, nullif(e.score, '')::float, e.used
    FROM compared_evidence AS e JOIN compared_roster AS r ON r.id_number = e.id_number
    LEFT JOIN compared_feed AS f ON f.source = e.source AND f.file = e.file
"""
CERTIFICATIONS = """
    INSERT INTO certification_certificationevent (enrolment_id, certified_on, channel, source, evidence_id, place_path, device,
                                                  recorded_at)
    SELECT DISTINCT ON (e.enrolment_id) e.enrolment_id, e.event_on, 'comparison', e.source, e.id, s.division_path, '',
           clock_timestamp()
    FROM comparison_judgedsubject AS s
    JOIN comparison_evidence AS e ON e.run_id = s.run_id AND e.enrolment_id = s.enrolment_id
    JOIN compared_roster AS r ON r.enrolment_id = s.enrolment_id::text AND r.payment_state = 'normal'
    WHERE s.run_id = %(run)s AND s.list_name = 'eligible' AND e.nature = 'life' AND e.link = 'exact' AND e.used = 'used'
      AND e.feed_file_id IS NOT NULL AND e.event_on <= %(today)s
      AND (r.last_certified_on IS NULL OR e.event_on > r.last_certified_on)
    ORDER BY e.enrolment_id, e.event_on DESC, e.source, e.id
"""
SUSPENDED = """
    SELECT DISTINCT ON (e.enrolment_id) e.enrolment_id, e.event_on, e.source, e.id
    FROM comparison_judgedsubject AS s
    JOIN comparison_evidence AS e ON e.run_id = s.run_id AND e.enrolment_id = s.enrolment_id
    JOIN compared_roster AS r ON r.enrolment_id = s.enrolment_id::text AND r.payment_state = 'suspended'
    WHERE s.run_id = %(run)s AND s.list_name = 'eligible' AND e.nature = 'life' AND e.link = 'exact' AND e.used = 'used'
      AND e.feed_file_id IS NOT NULL AND e.event_on <= %(today)s
    ORDER BY e.enrolment_id, e.event_on DESC, e.source, e.id
"""
TOWNSHIPS = """
    SELECT list_name, regexp_replace(division_path, '^((?:[0-9]{6}/)+(?:[0-9]{9}/)?).*$', '\\1') AS place, count(*)::int,
           min(due_on)
    FROM comparison_judgedsubject WHERE run_id = %(run)s AND list_name = ANY(%(lists)s) GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Compared:
    """What the engine found, ready to be stored. Shape: one row per person, per record, per person on the roster."""

    district_code: str
    month: int
    as_of: date
    run_hash: str
    pack_hash: str
    subjects: pa.Table
    evidence: pa.Table
    roster: pa.Table
    feeds: Sequence[tuple[FeedFile, str]]
    counts: dict[str, Any] = field(default_factory=dict)


def comparison_store(*, actor: Actor, found: Compared, today: date) -> tuple[ComparisonRun, bool]:
    """Store a comparison with what follows from it, in one transaction; the run, and whether it is new."""
    with unit_of_work(actor, "comparison_store"):
        known = ComparisonRun.objects.filter(
            district_code=found.district_code, month=found.month, run_hash=found.run_hash
        ).first()
        if known is not None:
            return known, False
        run = ComparisonRun.objects.create(
            district_code=found.district_code, month=found.month, as_of=found.as_of, run_hash=found.run_hash,
            pack_hash=found.pack_hash, counts=found.counts,
            feeds=[{"source": feed.source, "file": name, "sha256": feed.sha256} for feed, name in found.feeds],
        )  # fmt: skip
        _insert(actor, run, found, today)
        return run, True


def _insert(actor: Actor, run: ComparisonRun, found: Compared, today: date) -> None:
    stage("compared_roster", found.roster)
    stage("compared_subject", found.subjects)
    stage("compared_evidence", found.evidence)
    stage("compared_feed", _feed_table(found.feeds))
    # Of rows just written the planner knows nothing: a nested loop over them would take minutes.
    run_sql("SET LOCAL enable_nestloop = off")
    given = {"run": run.id, "today": today}
    for sql in (SUBJECTS, EVIDENCE, CERTIFICATIONS):
        run_sql(sql, given)
    _certify_suspended(actor, run.id, today)
    run_sql("SET LOCAL enable_nestloop = on")
    unstage("compared_roster", "compared_subject", "compared_evidence", "compared_feed")
    _open_tasks(actor, run, today)


def _feed_table(feeds: Sequence[tuple[FeedFile, str]]) -> pa.Table:
    """Source and file name → the feed; of two files of one name the later one."""
    by_name = {(feed.source, name): str(feed.id) for feed, name in feeds}
    return pa.table(
        {
            "source": pa.array([source for source, _name in by_name], pa.string()),
            "file": pa.array([name for _source, name in by_name], pa.string()),
            "feed_id": pa.array(list(by_name.values()), pa.string()),
        }
    )


def _certify_suspended(actor: Actor, run: UUID, today: date) -> None:
    """Whoever is suspended and was seen alive: one by one, because an application for resumption follows (GD-17-06)."""
    with connection.cursor() as cursor:
        cursor.execute(SUSPENDED, {"run": run, "today": today})
        rows = cursor.fetchall()
    for enrolment, event_on, source, evidence in rows:
        certification_record(
            actor=actor, enrolment_id=enrolment, certified_on=event_on, channel="comparison", today=today, source=source,
            evidence_id=evidence, is_decided_elsewhere=True,
        )  # fmt: skip


def _open_tasks(actor: Actor, run: ComparisonRun, today: date) -> None:
    """One task per list and township, for the people there to find out; the program decides nothing."""
    with connection.cursor() as cursor:
        cursor.execute(TOWNSHIPS, {"run": run.id, "lists": list(LISTS)})
        rows = cursor.fetchall()
    for list_name, place, count, due_on in rows:
        case = case_open(
            actor=actor, kind=KIND, district_code=run.district_code, division_path=place, subject_id=run.id,
            title=chinese("比对{list}：{count} 人").format(list=LISTS[list_name], count=count), today=today, channel="comparison",
            proposal={"run_id": str(run.id), "list": list_name, "count": count, "due_on": str(due_on or "")},
        )  # fmt: skip
        if due_on is not None and case.due_on != due_on:
            type(case).objects.filter(id=case.id).update(due_on=due_on)
