"""What the system knows about each person of a list, by groups of columns; one query per group, however long the list.

Worked example::

    with asked_people(ids, scope=actor.scope):
        answers_of("state", month=Month(2026, 11), on=date(2026, 11, 20))
        # {person: ("正常待遇", "", "2023-09", "", "")}: state, reason, since, note, decided on

The groups are in `GROUPS`; a group says which families of posts may see it. A person outside the scope has no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.facts.person_state_groups import GROUPS, FactGroup
from jubao.kernel.month import Month

Cells = tuple[object, ...]
EVERYWHERE = "%"

_ASKED = """
    CREATE TEMP TABLE asked ON COMMIT DROP AS
    SELECT p.person_id, e.id AS enrolment_id, e.division_path, e.enrolled_on, e.ended_on, t.id AS entitlement_id,
           t.start_month, t.end_month
    FROM (SELECT DISTINCT unnest(%s::uuid[]) AS person_id) AS p
    JOIN LATERAL (SELECT * FROM people_enrolment x WHERE x.person_id = p.person_id
                  AND x.scheme = 'resident_pension' AND starts_with(x.division_path, %s)
                  ORDER BY x.ended_on DESC NULLS FIRST, x.enrolled_on DESC LIMIT 1) AS e ON true
    LEFT JOIN LATERAL (SELECT * FROM benefits_entitlement y WHERE y.enrolment_id = e.id
                       ORDER BY y.end_month DESC NULLS FIRST, y.start_month DESC LIMIT 1) AS t ON true"""


@contextmanager
def asked_people(person_ids: Iterable[UUID], *, scope: str) -> Iterator[int]:
    """The people asked about who belong to the scope, as the temporary table `asked`; call it inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS asked")
        cursor.execute(_ASKED, [list(person_ids), "" if scope == EVERYWHERE else scope])
        cursor.execute("CREATE UNIQUE INDEX ON asked (person_id)")
        cursor.execute("ANALYZE asked")
        cursor.execute("SELECT count(*) FROM asked")
        count = int(cursor.fetchone()[0])
    yield count
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS asked")


def answers_of(
    group: str, *, month: Month, on: date, parameters: Mapping[str, int] | None = None
) -> dict[UUID, Cells]:
    """One group of facts for everybody in `asked`: person → cells in the order of the group's columns.

    `parameters` are those of the pack that the group names (`pension_age_years`, `min_contribution_years`).
    """
    chosen = GROUPS[group]
    with connection.cursor() as cursor:
        cursor.execute(chosen.sql, {"month": month.index, "on": on, **(parameters or {})})
        return {row[0]: chosen.cells(tuple(row[1:])) for row in cursor.fetchall()}


def groups_for(families: Iterable[str]) -> list[FactGroup]:
    """The groups that posts of these families may see, in the order in which they are offered."""
    held = set(families)
    return [group for group in GROUPS.values() if group.families & held]
