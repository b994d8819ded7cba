"""“四防”协同: what internal control looks at in one place: conflicting posts, out-of-hours acts, approved imports, tips.

Worked example: on 2026-11-20 the view of the last thirty days has one act at 22:30 with officer and person, two imports with who
proposed and who approved, a refused grant, and three open tips.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.services.access.out_of_hours import LateAct, out_of_hours_acts
from jubao.services.staff.grant_checks import Overdue, are_incompatible, rotation_overdue
from jubao.staff.models import Grant
from jubao.staff.posts import POSTS
from jubao.staff.regions import pack_of
from jubao.supervision.models import TipOff

SHOWN = 100


@dataclass(frozen=True)
class Conflict:
    """One human being who holds two posts that must not meet, under whichever accounts."""

    name: str
    accounts: str
    posts: str
    why: str


@dataclass(frozen=True)
class Risks:
    """Everything of one place and time, the latest first."""

    conflicts: list[Conflict]
    rotation: list[Overdue]
    acts: list[LateAct]
    imports: list[Case]
    tips: list[TipOff]


def risks_of(*, scope: str, first_day: date, today: date) -> Risks:
    """What happened under a place since a day."""
    with read_scope(scope):
        imports = Case.objects.filter(
            division_path__startswith=scope, kind__startswith="import", outcome="approved", closed_at__date__gte=first_day
        )  # fmt: skip
        tips = TipOff.objects.filter(division_path__startswith=scope, taken_on__gte=first_day).select_related(
            "case"
        )
        return Risks(
            post_conflicts(scope=scope, today=today),
            rotation_overdue(scope=scope, today=today),
            out_of_hours_acts(scope=scope, first_day=first_day, limit=SHOWN),
            list(imports.order_by("-closed_at")[:SHOWN]),
            list(tips.order_by("-taken_on", "-id")[:SHOWN]),
        )


def post_conflicts(*, scope: str, today: date) -> list[Conflict]:
    """Live grants of one human being that the region's pairs or the families keep apart; the database refuses new ones."""
    held: dict[object, list[Grant]] = {}
    grants = Grant.objects.filter(
        division_path__startswith=scope, state=Grant.State.ACTIVE, from_on__lte=today, until_on__gt=today
    ).select_related("officer", "natural_person")
    for grant in grants.order_by("natural_person_id", "id"):
        held.setdefault(grant.natural_person_id, []).append(grant)
    return [
        Conflict(
            one.natural_person.name, "、".join(dict.fromkeys((one.officer.username, other.officer.username))),
            f"{POSTS[one.post_id].name}、{POSTS[other.post_id].name}", why,
        )
        for mine in held.values()
        for place, one in enumerate(mine)
        for other in mine[place + 1 :]
        if (why := _conflict(one, other, today))
    ]  # fmt: skip


def _conflict(one: Grant, other: Grant, today: date) -> str:
    first, second = POSTS[one.post_id], POSTS[other.post_id]
    if first.family != second.family:
        return "业务、财务、数据、稽核、系统岗位不得互相兼任"
    setting = pack_of(one.division_path).find_setting("posts.incompatible", today)
    for pair in setting.value if setting else ():
        if are_incompatible(first.words, second.words, pair["one"], pair["other"]):
            return f"{pair['one']}与{pair['other']}是不相容岗位"
    return ""
