"""The officers of the tests: one human being per post, in one district, and an outsider of the next county.

Worked example::

    cast = a_cast()                         # 500110: the township's 受理岗 up to the city's 系统管理岗, all in force on TODAY
    case_open(actor=cast.intake.actor, ...)
    cast.outsider.actor.scope               # '440000/440500/440523/': sees nothing of it

Grants are founding ones (`jubao init` makes such), so that no test has to sign thirty times; who tests signing uses
`services.staff.grants`. `an_officer(...)` makes one more, `natural_person=` gives somebody a second account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import uuid4

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division
from jubao.staff.keys import number_digest
from jubao.staff.models import Grant, NaturalPerson, Officer
from jubao.staff.posts import POSTS
from jubao.staff.standings import Standing, actor_of, standings
from tests.support.residents import TODAY, number_of, some_villages

DISTRICT, NEXT_COUNTY = "500110", "440523"
AREA_OF_STAFF = 509902
# Pages ask the real clock, so the grants outlive this year.
FROM, UNTIL = date(2026, 1, 1), date(2099, 1, 1)
NAMES = (
    "李静",
    "王志强",
    "陈丽",
    "刘建国",
    "赵敏",
    "周海燕",
    "吴刚",
    "郑红梅",
    "孙涛",
    "何芳",
    "高峰",
    "林晓",
    "罗英",
    "谢军",
)
_sequence = count(1)


@dataclass(frozen=True)
class Member:
    """One officer of the cast and the actor made from the grants."""

    officer: Officer
    actor: Actor

    @property
    def person(self) -> NaturalPerson:
        """The human being behind the account."""
        return self.officer.natural_person


@dataclass(frozen=True)
class Cast:
    """Everybody, by post; the first four as in the house style: township handler, district reviewer, outsider."""

    intake: Member
    field_worker: Member
    assistant: Member
    handler: Member
    reviewer: Member
    approver: Member
    certifier: Member
    certification_reviewer: Member
    finance: Member
    finance_reviewer: Member
    data: Member
    data_reviewer: Member
    auditor: Member
    bureau: Member
    keeper: Member
    outsider: Member

    def members(self) -> dict[str, Member]:
        """All of them by name."""
        return dict(vars(self))


def a_natural_person(name: str = "") -> NaturalPerson:
    """A human being with a made-up number."""
    person = _unsaved_person(name)
    with unit_of_work(Actor.system("cast", scope="%"), "officer_found"):
        person.save(force_insert=True)
    return person


def _unsaved_person(name: str = "") -> NaturalPerson:
    sequence = next(_sequence)
    number = number_of(AREA_OF_STAFF + sequence // 999, date(1985, 1, 1), sequence)
    return NaturalPerson(
        id=uuid4(), name=name or NAMES[sequence % len(NAMES)], number_digest=number_digest(number)
    )


def an_officer(
    *posts: str,
    path: str,
    username: str = "",
    natural_person: NaturalPerson | None = None,
    from_on: date = FROM,
    until_on: date = UNTIL,
    today: date = TODAY,
) -> Member:
    """An account with these posts at a place; without posts the actor has no right."""
    person = natural_person or a_natural_person()
    with unit_of_work(Actor.system("cast", scope="%"), "officer_found"):
        officer = Officer.objects.create(
            username=username or f"officer{next(_sequence)}", natural_person=person
        )
        for post in posts:
            Grant.objects.create(
                officer=officer,
                natural_person=person,
                post_id=post,
                division_path=path,
                from_on=from_on,
                until_on=until_on,
                state=Grant.State.ACTIVE,
                is_founding=True,
            )
    return Member(officer, actor_now(officer, today))


def actor_now(officer: Officer, today: date = TODAY) -> Actor:
    """The actor of an officer's first place; without a grant one that may nothing."""
    held = standings(officer.id, today)
    if held:
        return actor_of(officer, held[0])
    return Actor(officer.id, officer.natural_person_id, None, officer.natural_person.name, scope="")


def a_cast(district: str = DISTRICT, *, next_county: str = NEXT_COUNTY) -> Cast:
    """Load the places of both counties and fill every post; user names are `<district>-<post>`."""
    county, township, village = _places(district)
    outside = _places(next_county)[0]
    upper = county[: -len(district) - 1]
    places = {
        "intake": ("intake_clerk", township),
        "field_worker": ("field_worker", township),
        "assistant": ("village_assistant", village),
        "handler": ("handler", county),
        "reviewer": ("reviewer", county),
        "approver": ("approver", county),
        "certifier": ("certification_officer", county),
        "certification_reviewer": ("certification_reviewer", county),
        "finance": ("finance_officer", county),
        "finance_reviewer": ("finance_reviewer", county),
        "data": ("data_officer", county),
        "data_reviewer": ("data_reviewer", county),
        "auditor": ("auditor", county),
        "bureau": ("bureau_officer", county),
        "keeper": ("system_keeper", upper),
    }
    wanted = {name: (post, path, f"{district}-{post}") for name, (post, path) in places.items()}
    wanted["outsider"] = ("handler", outside, f"{next_county}-handler")
    return Cast(**_many(wanted))


def _many(wanted: dict[str, tuple[str, str, str]]) -> dict[str, Member]:
    """Officers with one post each, in three statements; name → post, place, user name."""
    with unit_of_work(Actor.system("cast", scope="%"), "officer_found"):
        people = NaturalPerson.objects.bulk_create(_unsaved_person() for _each in wanted)
        officers = Officer.objects.bulk_create(
            Officer(id=uuid4(), username=username, natural_person=person)
            for (_post, _path, username), person in zip(wanted.values(), people, strict=True)
        )
        grants = Grant.objects.bulk_create(
            Grant(
                id=uuid4(),
                officer=officer,
                natural_person=officer.natural_person,
                post_id=post,
                division_path=path,
                from_on=FROM,
                until_on=UNTIL,
                state=Grant.State.ACTIVE,
                is_founding=True,
            )
            for (post, path, _username), officer in zip(wanted.values(), officers, strict=True)
        )
    return {
        name: Member(grant.officer, actor_of(grant.officer, _standing(grant)))
        for name, grant in zip(wanted, grants, strict=True)
    }


def _standing(grant: Grant) -> Standing:
    family = POSTS[grant.post_id].family
    return Standing(grant.division_path, grant.id, frozenset({grant.post_id}), frozenset({family}))


def _places(district: str) -> tuple[str, str, str]:
    """The paths of the district, its first township and that one's first village."""
    if not Division.objects.filter(code__startswith=district, level="village").exists():
        some_villages(district, townships=1, each=1)
    village = Division.objects.filter(code__startswith=district, level="village").order_by("code").first()
    assert village is not None and village.parent is not None and village.parent.parent is not None
    return village.parent.parent.path, village.parent.path, village.path
