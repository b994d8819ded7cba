"""What the pages of a payment run show: figures, what is left to do before the next step, the pages of long lists.

Worked example: run 2026-11 in state `draft` with 2 open holds and 1 unexplained difference shows both in red, and 送审
stays shut until they are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, QuerySet, Sum, When

from jubao.benefits.models import HoldProposal
from jubao.database.actor import Actor
from jubao.facts.twin import CAUSES, DIFFERENCES, twin_summary
from jubao.forms.masks import masked_name
from jubao.payments.models import PaymentLine, PaymentRun
from jubao.people.models import Enrolment
from jubao.workbench.reads.places import place_names

SHOWN = 200
"""Findings on one page; deciding these brings up the next ones."""


@dataclass(frozen=True)
class Totals:
    """The head of a run: lines, people, sum; what stands in the way."""

    lines: int
    total_fen: int
    open_holds: int
    unexplained: int

    @property
    def is_clear(self) -> bool:
        """Whether the draft may be handed in."""
        return not (self.open_holds or self.unexplained) and self.lines > 0


def runs_in(actor: Actor) -> QuerySet[PaymentRun]:
    """The runs of the officer's place; a township sees the run of its district."""
    own = PaymentRun.objects.filter(division_path__startswith=actor.scope)
    return (
        own
        if own.exists() or not actor.scope
        else PaymentRun.objects.filter(division_path=_district(actor.scope))
    )


def _district(scope: str) -> str:
    codes = [code for code in scope.split("/") if len(code) == 6]
    return "".join(f"{code}/" for code in codes)


def totals_of(run: PaymentRun, twin: Sequence[dict[str, Any]]) -> Totals:
    """Fixed totals once handed in; before that the lines as they stand."""
    lines, total = run.line_count, run.total_fen
    if not run.digest:
        live = PaymentLine.objects.filter(run=run, is_in_run=True)
        lines, total = live.count(), live.aggregate(n=Sum("amount_fen"))["n"] or 0
    holds = HoldProposal.objects.filter(run_id=run.pk, state="open").count()
    unexplained = sum(row["people"] - row["explained"] for row in twin if row["cause"] == "")
    return Totals(lines, total, holds, unexplained)


def twin_of(run: PaymentRun) -> list[dict[str, Any]]:
    """Differences against last month by kind and cause, in words."""
    if run.state == "void":
        return []
    return [
        row
        | {
            "title": DIFFERENCES[row["difference"]],
            "words": CAUSES.get(row["cause"], row["cause"]) or "没有原因",
        }
        for row in twin_summary(run.pk)
    ]


def people_of(enrolment_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Enrolment → person's key, masked name, place; two queries."""
    found = Enrolment.objects.filter(pk__in=enrolment_ids).select_related("person")
    places = place_names(one.division_path for one in found)
    return {
        one.pk: {
            "person_id": one.person_id,
            "name": masked_name(one.person.name),
            "place": places.get(one.division_path, ""),
        }
        for one in found
    }


def holds_of(run: PaymentRun) -> list[tuple[HoldProposal, dict[str, Any]]]:
    """The proposals of the checks, open ones first, each with its person."""
    open_first = Case(When(state="open", then=0), default=1)
    proposals = HoldProposal.objects.filter(run_id=run.pk).select_related("entitlement")
    found = list(proposals.order_by(open_first, "reason", "id")[:SHOWN])
    who = people_of([one.entitlement.enrolment_id for one in found])
    return [(one, who.get(one.entitlement.enrolment_id, {})) for one in found]
