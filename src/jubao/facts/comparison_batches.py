"""What came of each comparison: how many people it put on which list, what of it was handed out, verified and is late.

Worked example: batch 500110-202611-3f0a91c2 handed out 42 people in 5 tasks; two tasks are done: 18 of 42 cleared, 42.8 %. A
district without a comparison of the month that is over is a row of `missing_months`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month

TASK = "comparison_check"
SHOWN = 60

_BATCHES = """
SELECT r.id, r.district_code, r.month, r.as_of, r.run_hash, r.pack_hash, r.created_at::date, r.counts,
       count(c.id)::int AS tasks, count(c.id) FILTER (WHERE NOT c.is_open)::int AS done,
       coalesce(sum((c.proposal->>'count')::int), 0)::int AS received,
       coalesce(sum((c.proposal->>'count')::int) FILTER (WHERE NOT c.is_open), 0)::int AS cleared,
       coalesce(bool_or(c.is_open AND c.due_on < %(today)s), false) AS is_late
FROM comparison_comparisonrun r
LEFT JOIN cases_case c ON c.subject_id = r.id AND c.kind = %(task)s AND c.division_path LIKE %(scope)s
WHERE %(run)s::uuid IS NULL OR r.id = %(run)s
GROUP BY r.id ORDER BY r.created_at DESC, r.id LIMIT %(shown)s
"""
_ENTRIES = """
SELECT s.enrolment_id, e.person_id, p.name, s.division_path, s.list_name, s.headline_reason, s.reasons, s.certified_until,
       s.due_on, c.id, c.number, c.division_path, c.is_open
FROM comparison_judgedsubject s
JOIN people_enrolment e ON e.id = s.enrolment_id
JOIN people_person p ON p.id = e.person_id
LEFT JOIN LATERAL (SELECT k.id, k.number, k.division_path, k.is_open FROM cases_case k
                   WHERE k.subject_id = s.run_id AND k.kind = %(task)s AND k.proposal->>'list' = s.list_name
                     AND starts_with(s.division_path, k.division_path) LIMIT 1) c ON true
WHERE s.run_id = %(run)s AND s.list_name = %(list)s AND s.division_path LIKE %(scope)s
ORDER BY s.division_path, p.name_key, s.enrolment_id LIMIT %(shown)s
"""
_COMPARED = "SELECT district_code, array_agg(DISTINCT month) FROM comparison_comparisonrun GROUP BY 1"
_DISTRICTS = """
SELECT code, name FROM people_division WHERE level = 'district' AND valid_until IS NULL AND path LIKE %(scope)s ORDER BY code
"""


@dataclass(frozen=True)
class Batch:
    """One comparison of a district and month. Shape: one row per run; persons and tasks within the reader's place."""

    id: UUID
    district_code: str
    month: int
    as_of: date
    run_hash: str
    pack_hash: str
    made_on: date
    counts: dict[str, Any]
    tasks: int
    done: int
    received: int
    cleared: int
    is_late: bool

    @property
    def number(self) -> str:
        """The batch number: district, month, beginning of the digest of what was compared."""
        month = str(Month.from_index(self.month)).replace("-", "")
        return f"{self.district_code}-{month}-{self.run_hash[:8]}"

    @property
    def rule_version(self) -> str:
        """The version of the rules it was judged by: the beginning of the pack's digest."""
        return self.pack_hash[:12]

    @property
    def clearance(self) -> str:
        """Cleared / received; a dash where nothing was handed out (B15)."""
        return f"{self.cleared * 1000 // self.received / 10:.1f}%" if self.received else "—"


@dataclass(frozen=True)
class Entry:
    """One person on a list of a batch, with whose task it is."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    division_path: str
    list_name: str
    headline_reason: str
    reasons: str
    certified_until: date | None
    due_on: date | None
    task_id: UUID | None
    task_number: str | None
    owner_path: str | None
    is_open: bool | None

    @property
    def why(self) -> str:
        """Every reason in words with its clause, without its code: `认证期内没有任何证据（CQ-14-1）；…`."""
        parts = [one.split("|") for one in self.reasons.split(";") if one.count("|") == 2]
        return (
            "；".join(f"{words}（{clause}）" if clause else words for _code, words, clause in parts)
            or self.reasons
        )


def batches(scope: str, today: date, run_id: UUID | None = None) -> list[Batch]:
    """The newest comparisons that the reader's place sees, or one of them."""
    given = {"today": today, "task": TASK, "scope": f"{scope}%", "run": run_id, "shown": SHOWN}
    return [Batch(*row) for row in _rows(_BATCHES, given)]


def entries(run_id: UUID, list_name: str, scope: str, shown: int) -> list[Entry]:
    """The people whom a batch put on a list, of the reader's place only."""
    given = {"run": run_id, "list": list_name, "scope": f"{scope}%", "task": TASK, "shown": shown}
    return [Entry(*row) for row in _rows(_ENTRIES, given)]


def missing_months(scope: str, today: date) -> list[tuple[str, str, Month]]:
    """Districts that have no comparison of a month that is over, or ends today (GD-7-04, GD-11-09): code, name, month."""
    ended = Month.containing(today + timedelta(days=1)) - 1
    compared = dict(_rows(_COMPARED, {}))
    districts = _rows(_DISTRICTS, {"scope": f"{scope}%"})
    return [(code, name, ended) for code, name in districts if ended.index not in compared.get(code, [])]


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
