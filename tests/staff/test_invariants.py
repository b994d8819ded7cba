"""The self-audit finds what somebody with the owner's rights has done to grants, and nothing in honest ones."""

from __future__ import annotations

import pytest

from jubao.staff.invariants import INVARIANTS
from tests.support.cast import Cast, a_cast, a_natural_person, an_officer
from tests.support.database import OwnDatabase

TAMPERINGS = {
    "A2": """
        INSERT INTO staff_grant (officer_id, natural_person_id, post_id, family, division_path, from_on, until_on, state,
                                 is_founding, reason, ended_reason)
        SELECT officer_id, natural_person_id, 'reviewer', 'business', division_path, from_on, until_on, 'active', true, '', ''
        FROM staff_grant WHERE post_id = 'handler' LIMIT 1""",
    "A4": "UPDATE staff_grant SET post_id = 'system_keeper' WHERE post_id = 'handler'",
}


def found(own: OwnDatabase) -> dict[str, list[tuple[str, ...]]]:
    """The violations of each invariant."""
    with own.connect("postgres") as server:
        return {one.id: server.execute(one.violations).fetchall() for one in INVARIANTS}


def test_honest_grants_break_nothing(own_database: OwnDatabase) -> None:
    cast: Cast = a_cast()
    twin = a_natural_person()
    for post in ("intake_clerk", "field_worker"):
        an_officer(post, path=cast.intake.actor.scope, natural_person=twin)

    assert found(own_database) == {"A2": [], "A4": [], "A5": []}
    with own_database.connect("postgres") as server:
        assert all(server.execute(one.checked).fetchone() for one in INVARIANTS)


@pytest.mark.parametrize("invariant", list(TAMPERINGS))
def test_tampering_with_grants_is_found(own_database: OwnDatabase, invariant: str) -> None:
    a_cast()
    with own_database.connect("postgres") as server:
        server.execute("ALTER TABLE staff_grant DISABLE TRIGGER ALL")
        server.execute(TAMPERINGS[invariant])

    lines = found(own_database)[invariant]

    assert lines and all(line[0] == "staff_grant" and line[1] for line in lines)
