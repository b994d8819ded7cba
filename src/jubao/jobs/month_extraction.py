"""The list of a month: the claim-free extraction where a text knows one, elsewhere the people who turn sixty next month.

Worked example: 綦江 on 2026-11-01 screens 140 people near sixty: 96 candidates get flag and case, 44 are excluded, headline
NO_PAYOUT_ACCOUNT first; 松山 lists the 31 people whose sixtieth birthday lies in 2026-12 (SS-21-1). A dry run only reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jubao.claim_free.models import Extraction, Screened
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.matching.batch_extract import ScreeningTerms
from jubao.people.models import Enrolment
from jubao.services.benefits.ordinary_route import notices_for_excluded
from jubao.services.claim_free.extraction import extraction_of, extraction_run
from jubao.services.claim_free.screening import AGE_MONTHS, screen_month, terms_of_month

CANDIDATE, EXCLUDED, ABOUT_TO_QUALIFY = "candidate", "excluded", "about_to_qualify"


@dataclass(frozen=True)
class Extracted:
    """Whom the month concerns. `people`: enrolment, decision, headline reason."""

    is_claim_free: bool
    people: list[tuple[str, str, str]] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """For the table that a clerk sees, and for the page of the list."""
        reasons: dict[str, int] = {}
        for _enrolment, decision, headline in self.people:
            if decision == EXCLUDED:
                reasons[headline] = reasons.get(headline, 0) + 1
        counts = {
            name: sum(1 for one in self.people if one[1] == name)
            for name in (CANDIDATE, EXCLUDED, ABOUT_TO_QUALIFY)
        }
        return {
            "claim_free": self.is_claim_free,
            **{name: count for name, count in counts.items() if count},
            "reasons": dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
            "people": [list(one) for one in self.people],
        }


def extract_month(
    *, actor: Actor, district_code: str, month: Month, now: datetime | None = None
) -> Extracted:
    """Draw the list of a month on its first day. Without `now` it only reads (--dry-run).

    Raises OutsideUnavailable when database or card system do not answer; then no flag is set.
    """
    try:
        terms: ScreeningTerms | None = terms_of_month(district_code, month, month.first_day)
    except NotCovered:
        terms = None
    if terms is None:
        return _about_to_qualify(actor, month)
    if now is None:
        return _looked(actor, district_code, month, terms)
    made = extraction_run(
        actor=actor, district_code=district_code, month=month, drawn_on=month.first_day, now=now
    )
    notices_for_excluded(actor=actor, extraction_id=made.id, today=month.first_day)
    with read_scope(actor.scope):
        return _of(made)


def _looked(actor: Actor, district_code: str, month: Month, terms: ScreeningTerms) -> Extracted:
    """What a run would find, or what it found."""
    with read_scope(actor.scope):
        made = extraction_of(district_code, month)
        if made is not None:
            return _of(made)
        near = screen_month(scope=actor.scope, terms=terms, drawn_on=month.first_day)
    return _listed((str(one.enrolment_id), one.decision, one.obstacles) for one in near)


def _of(made: Extraction) -> Extracted:
    rows = Screened.objects.filter(extraction=made).order_by("enrolment_id")
    return _listed(
        (str(enrolment_id), decision, tuple(obstacles))
        for enrolment_id, decision, obstacles in rows.values_list("enrolment_id", "decision", "obstacles")
    )


def _listed(found: Iterable[tuple[str, str, tuple[str, ...]]]) -> Extracted:
    return Extracted(True, [(who, decision, why[0] if why else "") for who, decision, why in found])


def _about_to_qualify(actor: Actor, month: Month) -> Extracted:
    """Who becomes of age next month and draws nothing yet."""
    born = Month.from_index((month + 1).index - AGE_MONTHS)
    with read_scope(actor.scope):
        found = Enrolment.objects.filter(
            division_path__startswith=actor.scope,
            ended_on__isnull=True,
            entitlements__isnull=True,
            person__birth_date__range=(born.first_day, born.last_day),
        ).order_by("id")
        return Extracted(
            False, [(str(one), ABOUT_TO_QUALIFY, "") for one in found.values_list("id", flat=True)]
        )
