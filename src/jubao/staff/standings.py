"""What an officer may do today: the live grants, gathered by place, and the actor made from one of them.

Worked example: 李静 holds 受理岗 and 核实岗 in 古南街道 until 2026-12-31; on that date's midnight both end. `standings` gives
one `Standing` for the street with both posts; `actor_of` makes from it the `Actor` that services ask for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jubao.database.actor import Actor
from jubao.database.together import Prepared, given, together
from jubao.staff.models import Grant, Officer


@dataclass(frozen=True)
class Standing:
    """The posts that an officer holds at one place."""

    division_path: str
    grant_id: UUID
    posts: frozenset[str]
    families: frozenset[str]


def live_grants(today: date) -> QuerySet[Grant]:
    """All grants in force on a day: approved, begun, not over (they end at 00:00 of `until_on`)."""
    return Grant.objects.filter(
        state=Grant.State.ACTIVE, from_on__lte=today, until_on__gt=today, officer__is_active=True
    )


def standings(officer_id: UUID, today: date) -> list[Standing]:
    """The places where an officer may act today, in order of their paths; none means no right at all."""
    (grants,) = together({"officer": officer_id, "today": today}, GRANTS)
    return by_place(grants)


ACCOUNT: Prepared[Any] = Prepared(
    lambda: Officer.objects.select_related("natural_person").filter(pk=given("officer"), is_active=True)
)
GRANTS: Prepared[Any] = Prepared(
    lambda: live_grants(given("today")).filter(officer=given("officer")).order_by("division_path", "id")
)
"""The account and the live grants of `officer` on `today`, for `database.together`: the door asks both at every request."""


def by_place(found: Iterable[Grant]) -> list[Standing]:
    """Grants gathered by place, as `GRANTS` orders them."""
    places: dict[str, list[Grant]] = {}
    for grant in found:
        places.setdefault(grant.division_path, []).append(grant)
    return [
        Standing(
            path,
            grants[0].id,
            frozenset(grant.post_id for grant in grants),
            frozenset(grant.family for grant in grants),
        )
        for path, grants in places.items()
    ]


def officer_behind(actor: Actor) -> Officer:
    """The account that acts. Raises ValueError for the program itself, which has none."""
    if actor.officer_id is None:
        raise ValueError(f"no officer stands behind {actor.name}")
    return Officer.objects.select_related("natural_person").get(id=actor.officer_id)


def actor_of(officer: Officer, standing: Standing, *, device: str = "", session: str = "") -> Actor:
    """Who acts, with the posts and the scope of one place."""
    return Actor(
        officer_id=officer.id,
        natural_person_id=officer.natural_person_id,
        grant_id=standing.grant_id,
        name=officer.natural_person.name,
        scope=standing.division_path,
        posts=standing.posts,
        families=standing.families,
        device=device,
        session=session,
    )
