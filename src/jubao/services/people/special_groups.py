"""Which identity follows from somebody's marks: the region's ordered table decides, and says which row of it did.

Worked example: 残疾二级 and 差额低保 in 2026-11 give `disabled_1` (row 3 comes before row 4); `identity_differs_sql` lists the
normal payers whose registered identity is another one (A5, A8).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month
from jubao.policy import Pack

ORDINARY = "ordinary"


@dataclass(frozen=True)
class IdentityFound:
    """The identity, and the row of the table (from 1) with its mark that gave it; 0 and "" for nobody's."""

    identity: str
    row: int
    group: str


@dataclass(frozen=True)
class IdentityDiffers:
    """One normal payer whose registered identity is not the one the lists give."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    registered: str
    found: str
    division_path: str


def identity_of(pack: Pack, marks: Collection[str], on: date) -> IdentityFound:
    """The first row of the region's table whose mark the person bears."""
    order = pack.setting("identity.order", on).value
    for number, line in enumerate(order, 1):
        if line["group"] in marks:
            return IdentityFound(line["identity"], number, line["group"])
    return IdentityFound(ORDINARY, 0, "")


def identity_differs(pack: Pack, *, scope: str, month: Month, limit: int = 100_000) -> list[IdentityDiffers]:
    """The standing list A8: normal payers only, one query, in the order of places."""
    order = pack.setting("identity.order", month.last_day).value
    values = [
        value for number, line in enumerate(order) for value in (number, line["group"], line["identity"])
    ]
    table = ", ".join(["(%s::int, %s, %s)"] * len(order))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH ranked (place, group_code, identity) AS (VALUES {table})
                SELECT * FROM (
                    SELECT e.id, e.person_id, p.name, e.participation_identity, coalesce((
                               SELECT r.identity FROM people_specialgroupperiod g JOIN ranked r USING (group_code)
                               WHERE g.person_id = e.person_id AND g.from_month <= %s
                               AND (g.until_month IS NULL OR g.until_month > %s) ORDER BY r.place LIMIT 1), %s) AS found,
                           e.division_path
                    FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
                    JOIN people_enrolmentstatus s ON s.enrolment_id = e.id AND s.kind = 'active' AND s.from_month <= %s
                         AND (s.until_month IS NULL OR s.until_month > %s)
                    WHERE e.ended_on IS NULL AND starts_with(e.division_path, %s)) AS every
                WHERE found <> participation_identity ORDER BY division_path, id LIMIT %s""",
            [
                *values,
                month.index,
                month.index,
                ORDINARY,
                month.index,
                month.index,
                "" if scope == "%" else scope,
                limit,
            ],
        )
        return [IdentityDiffers(*row) for row in cursor.fetchall()]
