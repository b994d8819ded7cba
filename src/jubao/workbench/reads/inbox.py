"""What waits for an officer: open cases of the own place whose next step one of the posts held may take.

Worked example: a reviewer of the district finds cases in state `proposed` that somebody else proposed; the maker of a
returned case finds it as 重新提交. The steps come from the transition tables, so a new kind of case needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.services.case_kinds import OPEN, CaseKind, Transition, kinds, level_of, table
from jubao.staff.regions import pack_of


def steps_for(actor: Actor, kind: CaseKind, today: date) -> list[Transition]:
    """The steps of a kind that this officer may take, apart from opening and withdrawing."""
    level = level_of(actor.scope)
    return [
        one
        for one in table(kind, pack_of(actor.scope), today)
        if one.from_state != OPEN
        and not one.maker_only
        and actor.posts & one.posts
        and (not one.levels or level in one.levels)
    ]


def waiting_for(actor: Actor, today: date) -> QuerySet[Case]:
    """The open cases whose next step is this officer's."""
    wanted = Q(pk__isnull=True)
    for kind in kinds().values():
        steps = steps_for(actor, kind, today)
        deciding = {one.from_state for one in steps if one.is_decision}
        others = {one.from_state for one in steps} - deciding
        if others:
            wanted |= Q(kind=kind.kind, state__in=others)
        if deciding:
            own = Q(maker_id=actor.natural_person_id, maker_id__isnull=False)
            wanted |= Q(kind=kind.kind, state__in=deciding) & ~own
    return in_scope(actor).filter(wanted, is_open=True)


def in_scope(actor: Actor) -> QuerySet[Case]:
    """All cases of the officer's place."""
    return Case.objects.filter(division_path__startswith=actor.scope)


def counts_by_kind(cases: QuerySet[Case]) -> list[tuple[str, str, int]]:
    """Kind, its title and how many, most first."""
    titles = {name: kind.title for name, kind in kinds().items()}
    rows = cases.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    return [(kind, titles.get(kind, kind), n) for kind, n in rows]


def kind_choices() -> Iterable[tuple[str, str]]:
    """All kinds of cases for a selection."""
    return [(name, kind.title) for name, kind in kinds().items()]
