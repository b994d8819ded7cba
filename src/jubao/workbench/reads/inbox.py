"""What waits for an officer: open cases of the own place whose next step one of the posts held may take.

Worked example: a reviewer of the district finds cases in state `proposed` that somebody else proposed; the maker of a
returned case finds it as 重新提交. The steps come from the transition tables, so a new kind of case needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, TextField, Value

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.together import Prepared, given
from jubao.people.models import Division
from jubao.policy import Pack
from jubao.services.cases.kinds import OPEN, kinds, level_of, table
from jubao.staff.regions import pack_of

SHOWN_FIRST = 8
_TEXTS = ArrayField(TextField())
_KIND_AND_STATE = Func(
    F("kind"), Value("/"), F("state"), template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()
)  # fmt: skip


class _AnyOf(Func):
    """`step = ANY(list)`: one text of the query whatever the posts are."""

    template, arg_joiner, output_field = "(%(expressions)s))", " = ANY(", BooleanField()


class _Like(Func):
    """`division_path LIKE pattern`."""

    template, arg_joiner, output_field = "(%(expressions)s)", " LIKE ", BooleanField()


@lru_cache(maxsize=512)
def _steps(
    posts: frozenset[str], levels: frozenset[str], pack: Pack, today: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kind and state of the cases that wait for such an officer: those to decide, and those to work on.

    Opening and withdrawing wait for nobody.
    """
    deciding, others = set(), set()
    for name, kind in kinds().items():
        mine = [
            one
            for one in table(kind, pack, today)
            if one.from_state != OPEN
            and not one.maker_only
            and posts & one.posts
            and (not one.levels or levels & one.levels)
        ]
        deciding |= {f"{name}/{one.from_state}" for one in mine if one.is_decision}
        others |= {f"{name}/{one.from_state}" for one in mine}
    return tuple(sorted(deciding)), tuple(sorted(others - deciding))


def _waiting(scope: Any, deciding: Any, others: Any, me: Any) -> QuerySet[Case]:
    """Open cases in the area that stand before one of these steps; nobody decides what is the own proposal."""
    here = Case.objects.filter(_Like(F("division_path"), scope), is_open=True).alias(step=_KIND_AND_STATE)
    return here.filter(Q(_AnyOf(F("step"), others)) | (Q(_AnyOf(F("step"), deciding)) & ~Q(maker_id=me)))


def waiting_for(actor: Actor, today: date) -> QuerySet[Case]:
    """The open cases whose next step is this officer's."""
    asked = waiting_values(actor, today)
    return _waiting(
        Value(asked["scope"]), Value(asked["deciding"], _TEXTS), Value(asked["others"], _TEXTS), asked["me"]
    )


def waiting_values(actor: Actor, today: date) -> dict[str, Any]:
    """What `FIRST_WAITING` and `WAITING_BY_KIND` are asked with."""
    deciding, others = _steps(actor.posts, _levels(actor.scope), pack_of(actor.scope), today)
    return {
        "scope": f"{actor.scope}%",
        "deciding": list(deciding),
        "others": list(others),
        "me": actor.natural_person_id,
    }


def _levels(scope: str) -> frozenset[str]:
    """The level of a place; a province without cities below is 市级 too (直辖市)."""
    level = level_of(scope)
    if level == "province" and not Division.objects.filter(level="city", path__startswith=scope).exists():
        return frozenset({level, "city"})
    return frozenset({level})


def _given_waiting() -> QuerySet[Case]:
    return _waiting(given("scope"), given("deciding", _TEXTS), given("others", _TEXTS), given("me"))


FIRST_WAITING: Prepared[Any] = Prepared(
    lambda: _given_waiting().select_related("person").defer("proposal").order_by("due_on", "id")[:SHOWN_FIRST]
)
WAITING_BY_KIND: Prepared[Any] = Prepared(
    lambda: _given_waiting().order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
)
"""The most urgent cases that wait, and how many of each kind, for `database.together`."""


def in_scope(actor: Actor) -> QuerySet[Case]:
    """All cases of the officer's place."""
    return Case.objects.filter(division_path__startswith=actor.scope)


def counts_by_kind(cases: QuerySet[Case]) -> list[tuple[str, str, int]]:
    """Kind, its title and how many, most first."""
    return with_titles(cases.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind"))


def with_titles(rows: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Kind and count with the title between."""
    titles = {name: kind.title for name, kind in kinds().items()}
    return [(kind, titles.get(kind, kind), n) for kind, n in rows]


def kind_choices() -> Iterable[tuple[str, str]]:
    """All kinds of cases for a selection."""
    return [(name, kind.title) for name, kind in kinds().items()]
