"""What was drawn after a death because nobody reported it: the township, the monthly lists that missed it, the amounts.

Worked example: died on 2024-03-02, first report of any source in June 2024: the lists of March, April and May missed it, and the
pensions of April to June (paid before anybody knew) are the loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.facts.overpaid import overpaid_lines
from jubao.kernel.month import Month

_DEATH = """
SELECT d.died_on, (min(d.recorded_at) OVER () AT TIME ZONE 'Asia/Shanghai')::date, d.source
FROM people_deathreport d WHERE d.person_id = %s ORDER BY d.is_decisive DESC, d.died_on, d.id LIMIT 1
"""
_PLACES = """
SELECT name, path, level FROM people_division
WHERE valid_until IS NULL AND level IN ('township', 'village') AND %s LIKE path || '%%' ORDER BY level
"""
_ENTITLEMENT = """
SELECT t.id, e.division_path FROM people_enrolment e LEFT JOIN benefits_entitlement t ON t.enrolment_id = e.id
WHERE e.person_id = %s ORDER BY t.start_month DESC NULLS LAST LIMIT 1
"""


@dataclass(frozen=True)
class Missed:
    """One death reported late. `months` are indexes of the lists that missed it; `lines` what was paid after it."""

    died_on: date
    known_on: date
    source: str
    township: str
    village: str
    division_path: str
    months: tuple[int, ...]
    lines: tuple[dict[str, Any], ...]

    @property
    def amount_fen(self) -> int:
        """What was paid for months after the death."""
        return sum(int(line["amount_fen"]) for line in self.lines)


def missed_reports(person_id: UUID) -> Missed | None:
    """The analysis of one person; None where no death is known or the person is not enrolled here."""
    with connection.cursor() as cursor:
        cursor.execute(_DEATH, [person_id])
        death = cursor.fetchone()
        cursor.execute(_ENTITLEMENT, [person_id])
        drawing = cursor.fetchone()
        if death is None or drawing is None:
            return None
        cursor.execute(_PLACES, [drawing[1]])
        names = {level: name for name, _path, level in cursor.fetchall()}
    died_on, known_on, source = death
    died, known = Month.containing(died_on).index, Month.containing(known_on).index
    lines = overpaid_lines(drawing[0], died + 1) if drawing[0] else []
    return Missed(
        died_on, known_on, source, names.get("township", ""), names.get("village", ""), drawing[1],
        tuple(range(died, known)), tuple(lines),
    )  # fmt: skip
