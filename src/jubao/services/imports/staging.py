"""Staging: the rows of a file go by COPY into a temporary table, are judged there by set queries, and are kept with the batch.

Worked example: 2 000 participants: one COPY, four UPDATEs (known persons, doubles in the file, names, places), one
INSERT … SELECT into `ImportRow` with decision new | change | same | refused. 100 000 rows take the same statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.kernel.text import translated
from jubao.policy import Pack
from jubao.services.imports.kinds import SQL_TYPES, ImportKind
from jubao.services.imports.reading import ReadFile

COMMON_REMEDIES = {
    "DUPLICATE_ROW": "文件中已有同一人的同一行。请删去重复的行。",
    "NOT_KNOWN": "系统里没有这个证件号码的人。请先办理参保登记，或核对号码。",
    "NOT_ENROLLED": "此人未在本辖区参保。请核对号码和参保地。",
    "OTHER_NAME": "姓名与登记的不一致。请核对；确属更名的请办理信息变更。",
}
_META = (
    "person_id uuid, enrolment_id uuid, decision text, differences jsonb NOT NULL DEFAULT '{}', problem_field text,"
    " problem_rule text, remedy text, target_id uuid"
)


@dataclass
class Staging:
    """What judging needs: the kind, the pack, who imports, the month; `execute` runs SQL over `staged`."""

    kind: ImportKind
    pack: Pack
    actor: Actor
    today: date
    district_code: str
    month: int | None
    source: str
    facts: dict[str, Any] = field(default_factory=dict)

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run one statement; returns how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)

    def refuse(
        self, field_name: str, rule: str, condition: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        """Refuse every row not decided yet that meets the condition (`s` is the staged row)."""
        text = {**COMMON_REMEDIES, **self.kind.remedies}[rule]
        self.execute(
            "UPDATE staged AS s SET decision = 'refused', problem_field = %(field)s, problem_rule = %(rule)s,"
            f" remedy = %(remedy)s WHERE s.decision IS NULL AND ({condition})",
            {"field": field_name, "rule": rule, "remedy": translated(text), **(parameters or {})},
        )

    def refuse_doubles(self) -> None:
        """Of several rows with the same key the first stays."""
        key = ", ".join(f"s.{name}" for name in self.kind.key)
        self.refuse(
            self.kind.key[0],
            "DUPLICATE_ROW",
            "s.line IN (SELECT line FROM (SELECT line, row_number() OVER"
            f" (PARTITION BY {key} ORDER BY line) AS nth FROM staged s) AS n WHERE nth > 1)",
        )

    def refuse_unknown(self) -> None:
        """Only people enrolled in the scope, under their own name."""
        self.refuse("id_number", "NOT_KNOWN", "s.person_id IS NULL")
        self.refuse("id_number", "NOT_ENROLLED", "s.enrolment_id IS NULL")
        self.refuse_other_names()

    def refuse_other_names(self) -> None:
        """A name that differs from the registered one is a finding, not a non-match."""
        self.refuse(
            "name",
            "OTHER_NAME",
            "s.name IS NOT NULL AND EXISTS (SELECT FROM people_person p WHERE p.id = s.person_id AND p.name <> s.name)",
        )


def stage_rows(context: Staging, read: ReadFile) -> None:
    """Fill `staged` and link its rows to persons and live enrolments; call it inside the unit of work."""
    columns = [column.name for column in context.kind.columns]
    types = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in context.kind.columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged")
        cursor.execute(
            f"CREATE TEMP TABLE staged (line serial PRIMARY KEY, source_row int, {types}, {_META}) ON COMMIT DROP"
        )
        with cursor.copy(f"COPY staged (source_row, {', '.join(columns)}) FROM STDIN") as copy:
            for row in read.rows:
                copy.write_row([row["source_row"], *(row[name] for name in columns)])
        cursor.execute("ANALYZE staged")
        if "id_number" in columns:
            cursor.execute(_LINK)


_LINK = """
    UPDATE staged AS s SET person_id = found.person_id, enrolment_id = found.enrolment_id
    FROM (
        SELECT t.line, d.person_id, e.id AS enrolment_id
        FROM staged t
        JOIN LATERAL (SELECT person_id FROM people_identitydocument x WHERE x.number = t.id_number
                      ORDER BY x.valid_until DESC NULLS FIRST LIMIT 1) AS d ON true
        LEFT JOIN people_enrolment e ON e.person_id = d.person_id AND e.scheme = 'resident_pension'
             AND e.ended_on IS NULL
    ) AS found WHERE found.line = s.line"""


def keep_rows(batch: ImportBatch, context: Staging, read: ReadFile) -> None:
    """Keep what was staged and what was rejected as rows of the batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_importrow (batch_id, source_row, values, decision, differences, problem_field,"
            " problem_rule, remedy, target_id)"
            " SELECT %s, s.source_row, to_jsonb(s) - ARRAY['line', 'source_row', 'decision', 'differences', 'problem_field',"
            " 'problem_rule', 'remedy', 'target_id'], coalesce(s.decision, 'new'), s.differences,"
            " coalesce(s.problem_field, ''), coalesce(s.problem_rule, ''), coalesce(s.remedy, ''), s.target_id"
            " FROM staged s ORDER BY s.line",
            [batch.id],
        )
        with cursor.copy(
            "COPY cases_importrow (batch_id, source_row, values, decision, differences, problem_field, problem_rule,"
            " remedy) FROM STDIN"
        ) as copy:
            for row, faults in sorted(read.rejects.items()):
                first = faults[0]
                remedy = "；".join(dict.fromkeys(fault.remedy for fault in faults))[:300]
                copy.write_row([batch.id, row, "{}", "refused", "{}", first.field, first.rule, remedy])


def counts_of(batch: ImportBatch, amount: str) -> dict[str, Any]:
    """Rows by decision with sums of the amount column, and refusals by rule."""
    total = f"coalesce(sum((values->>'{amount}')::bigint), 0)::bigint" if amount else "0::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT decision, count(*), {total} FROM cases_importrow WHERE batch_id = %s GROUP BY decision",
            [batch.id],
        )
        found = {decision: (count, fen) for decision, count, fen in cursor.fetchall()}
        cursor.execute(
            "SELECT problem_rule, count(*) FROM cases_importrow WHERE batch_id = %s AND decision = 'refused'"
            " GROUP BY problem_rule ORDER BY count(*) DESC, problem_rule",
            [batch.id],
        )
        problems = dict(cursor.fetchall())
    names = ("new", "change", "same", "refused")
    return {
        "counts": {name: found.get(name, (0, 0))[0] for name in names},
        "sums": {name: found.get(name, (0, 0))[1] for name in names} if amount else {},
        "problems": problems,
    }
