"""The cast of the tests holds the posts it says."""

from __future__ import annotations

from tests.support.cast import Cast


def test_everybody_of_the_cast_holds_one_post(cast: Cast) -> None:
    assert cast.intake.actor.posts == {"intake_clerk"}
    assert cast.keeper.actor.families == {"system"}
    assert not cast.outsider.actor.scope.startswith(cast.handler.actor.scope)
    assert len({member.person.id for member in cast.members().values()}) == 16
