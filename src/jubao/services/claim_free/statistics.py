"""免申即享统计 for an officer: the place asked for inside what the officer's role in the programme shows, counted now.

Worked example: `statistics(actor=…, place="", first_month=24290, last_month=24290, today=…)` of a leader has one row per
township of the district; the same of a township's member has one row per village of that township (QJ-1-1, QJ-A2-4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts.claim_free_figures import Figures, figures_by_month, figures_by_place, figures_total
from jubao.services.cases.kinds import level_of
from jubao.services.claim_free.programme import overview_scope

MONTHS_BACK = 11


@dataclass(frozen=True)
class Statistics:
    """What a page of figures shows: the place, the whole, the places below, the last twelve months."""

    scope: str
    place: str
    level: str
    total: Figures
    rows: list[Figures]
    months: list[Figures]


def place_asked(actor: Actor, place: str, today: date) -> tuple[str, str]:
    """The officer's place in the programme, and the place asked for if it lies inside it."""
    scope = overview_scope(actor, today)
    return scope, place if place.startswith(scope) and place.endswith("/") else scope


def latest_month(scope: str, today: date) -> int:
    """The month of the last extraction that found anybody here; before the first one the present month."""
    with read_scope(scope):
        found = Flag.objects.filter(division_path__startswith=scope).order_by("-month")
        month = found.values_list("month", flat=True).first()
    return int(month) if month is not None else today.year * 12 + today.month - 1


def statistics(*, actor: Actor, place: str, first_month: int, last_month: int, today: date) -> Statistics:
    """Count. A place outside the officer's programme is answered by the whole of it."""
    scope, chosen = place_asked(actor, place, today)
    with read_scope(scope):
        return Statistics(
            scope,
            chosen,
            level_of(chosen),
            figures_total(chosen, first_month, last_month),
            figures_by_place(chosen, first_month, last_month) if level_of(chosen) != "village" else [],
            figures_by_month(chosen, last_month - MONTHS_BACK, last_month),
        )
