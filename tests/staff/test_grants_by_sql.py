"""Two hats, one head: what the application role writes by hand is refused by the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.staff.models import Grant
from tests.support.cast import FROM, UNTIL, Cast, Member, a_natural_person, an_officer

INSERT = """
    INSERT INTO staff_grant (officer_id, natural_person_id, post_id, family, division_path, from_on, until_on, state,
                             applied_by_id, reviewed_by_id, approved_by_id, is_founding, reason, ended_reason)
    VALUES (%(officer)s, %(person)s, %(post)s, %(family)s, %(path)s, %(from_on)s, %(until_on)s, %(state)s,
            %(applied_by)s, %(reviewed_by)s, %(approved_by)s, %(is_founding)s, '', '')
    RETURNING id
"""


@pytest.fixture
def two_hats(cast: Cast) -> tuple[Member, Member]:
    """One human being with two accounts; the first is 认证岗 in the outsider's county."""
    person = a_natural_person("谢军")
    place = cast.outsider.actor.scope
    first = an_officer("certification_officer", path=place, natural_person=person)
    return first, an_officer(path=place, natural_person=person)


def insert(to: Member, post: str, path: str, **given: object) -> UUID:
    """A row of one's own making."""
    row = {
        "officer": to.officer.id,
        "person": to.person.id,
        "post": post,
        "family": "business",
        "path": path,
        "from_on": FROM,
        "until_on": UNTIL,
        "state": "applied",
        "applied_by": None,
        "reviewed_by": None,
        "approved_by": None,
        "is_founding": False,
    } | given
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
        return UUID(str(cursor.fetchone()[0]))


def forced(cast: Cast, to: Member, post: str, path: str) -> None:
    """All three steps by SQL, each in the name of its signer."""
    with unit_of_work(cast.approver.actor, "by_hand"):
        see_everything()
        grant = insert(to, post, path, applied_by=cast.approver.person.id)
    for actor, column, state in (
        (cast.auditor.actor, "reviewed_by_id", "reviewed"),
        (cast.keeper.actor, "approved_by_id", "active"),
    ):
        with unit_of_work(actor, "by_hand"), connection.cursor() as cursor:
            see_everything()
            cursor.execute(
                f"UPDATE staff_grant SET {column} = %s, state = %s WHERE id = %s",
                [actor.natural_person_id, state, grant],
            )


def see_everything() -> None:
    """Row security is proved elsewhere; here a forger has got past it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.scope = '%'")


@pytest.fixture(autouse=True)
def _as_application_role(database: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "jubao_app"
    yield


@pytest.mark.requirement("GD-9-05", "GD-9-03", "SS-40-2")
@pytest.mark.parametrize(
    ("post", "word"),
    [
        ("handler", "GRANT_INCOMPATIBLE: 待遇核定 / 资格认证"),
        ("certification_reviewer", "GRANT_INCOMPATIBLE: 经办 / 复核"),
        ("finance_officer", "(?s)(GRANT_INCOMPATIBLE|grant_one_family)"),
        ("data_officer", "grant_one_family"),
        ("auditor", "grant_one_family"),
    ],
)
def test_the_second_account_of_one_person_gets_no_forbidden_post(
    cast: Cast, two_hats: tuple[Member, Member], post: str, word: str
) -> None:
    place = cast.outsider.actor.scope

    with pytest.raises(DatabaseError, match=word), transaction.atomic():
        forced(cast, two_hats[1], post, place)


def test_the_way_by_hand_works_for_what_is_allowed(cast: Cast, two_hats: tuple[Member, Member]) -> None:
    forced(cast, two_hats[1], "field_worker", cast.outsider.actor.scope)

    assert Grant.objects.get(officer=two_hats[1].officer).state == "active"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"state": "active"}, "GRANT_NOT_APPLIED"),
        ({"is_founding": True, "state": "active"}, "GRANT_FOUNDING"),
        ({"applied_by": "another"}, "GRANT_NOT_APPLIED"),
        ({"applied_by": "own"}, "grant_not_for_oneself"),
        ({"person": "another"}, "GRANT_WRONG_PERSON"),
        ({"until_on": date(2026, 1, 1)}, "grant_period"),
        ({"until_on": None}, "until_on"),
    ],
)
def test_a_grant_cannot_begin_but_as_an_application(cast: Cast, given: dict[str, object], word: str) -> None:
    newcomer = an_officer(path=cast.handler.actor.scope)
    people = {"another": cast.auditor.person.id, "own": newcomer.person.id}
    row = {"applied_by": cast.approver.person.id} | {
        key: people.get(str(value), value) for key, value in given.items()
    }
    actor: Actor = newcomer.actor if given.get("applied_by") == "own" else cast.approver.actor

    with pytest.raises(DatabaseError, match=word), transaction.atomic(), unit_of_work(actor, "by_hand"):
        see_everything()
        insert(newcomer, "handler", cast.handler.actor.scope, **row)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("state = 'active', approved_by_id = applied_by_id", "GRANT_STEP"),
        ("state = 'active'", "GRANT_STEP"),
        ("state = 'reviewed', reviewed_by_id = natural_person_id", "GRANT_STEP"),
        ("until_on = '2199-01-01'", "GRANT_FIXED"),
        ("post_id = 'approver'", "GRANT_FIXED"),
        ("division_path = '440000/'", "GRANT_FIXED"),
    ],
)
def test_no_step_is_skipped_and_nothing_signed_is_changed(cast: Cast, change: str, word: str) -> None:
    newcomer = an_officer(path=cast.handler.actor.scope)
    with unit_of_work(cast.approver.actor, "by_hand"):
        grant = insert(newcomer, "handler", cast.handler.actor.scope, applied_by=cast.approver.person.id)

    with (
        pytest.raises(DatabaseError, match=word),
        transaction.atomic(),
        unit_of_work(cast.approver.actor, "by_hand"),
        connection.cursor() as cursor,
    ):
        see_everything()
        cursor.execute(f"UPDATE staff_grant SET {change} WHERE id = %s", [grant])


def test_system_keepers_stand_at_the_city_or_above(cast: Cast) -> None:
    newcomer = an_officer(path=cast.handler.actor.scope)

    with pytest.raises(DatabaseError, match="GRANT_LEVEL"), transaction.atomic():
        forced(cast, newcomer, "system_keeper", cast.handler.actor.scope)


def test_an_account_stays_with_its_human_being(cast: Cast) -> None:
    other = cast.auditor.person.id

    with (
        pytest.raises(DatabaseError, match="OFFICER_FIXED"),
        transaction.atomic(),
        unit_of_work(cast.keeper.actor, "by_hand"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE staff_officer SET natural_person_id = %s", [other])


def test_the_application_cannot_loosen_the_pairs(cast: Cast) -> None:
    for table in ("staff_incompatiblepair", "staff_postword", "staff_post"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            unit_of_work(cast.keeper.actor, "by_hand"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")
