"""The townships' business as the district checks it: how much was sent, returned, found wrong, late; one row per township.

Worked example: a township sent 20 cases in June and 3 were returned: 15.00 %. Two audit findings at its people and one case past
its deadline stand in the same row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

HUNDREDTHS = 10_000
"""A rate is kept in hundredths of a percent: 1500 is 15.00 %."""
_ROWS = """
WITH townships AS (
    SELECT path, name FROM people_division WHERE level = 'township' AND valid_until IS NULL AND path LIKE %(prefix)s),
sent AS (
    SELECT t.path, c.id, c.due_on, (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS closed_on
    FROM cases_case c JOIN townships t ON c.division_path LIKE t.path || '%%'
    WHERE (c.opened_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s
      AND EXISTS (SELECT 1 FROM cases_caseevent v WHERE v.case_id = c.id AND v.makes_proposal
                  AND v.place_path LIKE t.path || '%%')),
figures AS (
    SELECT path, count(*) AS sent,
           count(*) FILTER (WHERE EXISTS (SELECT 1 FROM cases_caseevent v WHERE v.case_id = sent.id
                                          AND v.to_state = 'returned')) AS returned,
           count(*) FILTER (WHERE due_on < coalesce(closed_on, %(today)s)) AS late
    FROM sent GROUP BY path),
wrong AS (
    SELECT t.path, count(*) AS errors FROM supervision_finding f JOIN townships t ON f.division_path LIKE t.path || '%%'
    WHERE f.category <> 'clean' AND f.found_on BETWEEN %(first)s AND %(last)s GROUP BY t.path)
SELECT t.path, t.name, coalesce(f.sent, 0), coalesce(f.returned, 0), coalesce(w.errors, 0), coalesce(f.late, 0)
FROM townships t LEFT JOIN figures f USING (path) LEFT JOIN wrong w USING (path) ORDER BY t.path
"""


@dataclass(frozen=True)
class Quality:
    """One township's figures of a time."""

    path: str
    name: str
    sent: int
    returned: int
    errors: int
    late: int

    @property
    def return_rate(self) -> str:
        """Returned of what was sent: `15.00 %`; a dash where nothing was sent."""
        if not self.sent:
            return "—"
        rate = (2 * self.returned * HUNDREDTHS + self.sent) // (2 * self.sent)
        return f"{rate // 100}.{rate % 100:02d} %"


def township_quality(*, prefix: str, first: date, last: date, today: date) -> list[Quality]:
    """Shape: one row per township under `prefix`, both days included. A case counts where the township proposed it."""
    given: dict[str, str | date] = {"prefix": f"{prefix}%", "first": first, "last": last, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given)
        return [Quality(*row) for row in cursor.fetchall()]
