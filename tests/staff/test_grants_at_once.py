"""Two approvals for one human being at the same instant: one wins, the other is refused, whatever the order."""

from __future__ import annotations

import threading
from uuid import UUID

import psycopg
import pytest

from jubao.database.unit_of_work import unit_of_work
from jubao.services.staff.grants import grant_apply, grant_review
from jubao.staff.models import Grant
from tests.staff.test_grants import FRIDAY
from tests.support.cast import UNTIL, Cast, Member, a_cast, a_natural_person, an_officer
from tests.support.database import OwnDatabase

APPROVE = "UPDATE staff_grant SET state = 'active', approved_by_id = %s WHERE id = %s"


def reviewed(cast: Cast, to: Member, post: str) -> UUID:
    """A grant that only waits for the third signature."""
    grant = grant_apply(
        actor=cast.approver.actor,
        officer_id=to.officer.id,
        post=post,
        division_path=cast.handler.actor.scope,
        from_on=FRIDAY,
        until_on=UNTIL,
        reason="",
        today=FRIDAY,
    )
    grant_review(actor=cast.auditor.actor, grant_id=grant.id, is_agreed=True, opinion="", today=FRIDAY)
    return grant.id


def begin(own: OwnDatabase, cast: Cast) -> psycopg.Connection:
    """A transaction of the city's 系统管理岗 as the application role."""
    connection = own.connect()
    connection.autocommit = False
    for name, value in (
        ("app.command", "grant_approve"),
        ("app.natural_person", str(cast.keeper.person.id)),
        ("app.scope", cast.keeper.actor.scope),
    ):
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])
    return connection


@pytest.mark.parametrize("posts", [("handler", "certification_officer"), ("handler", "finance_officer")])
@pytest.mark.parametrize("is_swapped", [False, True])
def test_of_two_forbidden_posts_approved_together_one_is_refused(
    own_database: OwnDatabase, posts: tuple[str, str], is_swapped: bool
) -> None:
    cast = a_cast()
    person = a_natural_person()
    hats = [an_officer(path=cast.handler.actor.scope, natural_person=person) for _each in posts]
    grants = [reviewed(cast, hat, post) for hat, post in zip(hats, posts, strict=True)]
    if is_swapped:
        grants.reverse()
    keeper, second_error = cast.keeper.person.id, []
    first, second = begin(own_database, cast), begin(own_database, cast)
    first.execute(APPROVE, [keeper, grants[0]])

    def approve_second() -> None:
        try:
            second.execute(APPROVE, [keeper, grants[1]])
            second.commit()
        except psycopg.Error as refused:
            second_error.append(str(refused))

    waiting = threading.Thread(target=approve_second)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()  # it waits for the first, and does not decide on what it cannot see
    first.commit()
    waiting.join()
    first.close()
    second.close()

    assert "GRANT_INCOMPATIBLE" in second_error[0] or "grant_one_family" in second_error[0]
    with unit_of_work(cast.keeper.actor, "test"):
        assert Grant.objects.filter(natural_person=person, state="active").count() == 1
