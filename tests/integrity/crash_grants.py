"""Crash trials of posts: applied for, reviewed, approved, taken back.

Worked example: the third signature killed before its commit leaves the grant reviewed; repeated, it is active, and a further
repetition says GRANT_STEP.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.integrity.crash_cases import or_refused
from tests.integrity.crash_people import of
from tests.integrity.crash_points import Command


def _newcomer() -> dict[str, Any]:
    from tests.support.cast import a_cast, an_officer

    cast = a_cast()
    return {"officer": str(an_officer(path=cast.handler.actor.scope, username="newcomer").officer.id)}


def _apply(given: dict[str, Any]) -> Any:
    from jubao.services.staff.grants import grant_apply
    from tests.staff.test_grants import FRIDAY
    from tests.support.cast import UNTIL

    return grant_apply(
        actor=of("approver"), officer_id=UUID(given["officer"]), post="handler", division_path=of("handler").scope,
        from_on=FRIDAY, until_on=UNTIL, reason="新增人员", today=FRIDAY,
    )  # fmt: skip


def _applied() -> dict[str, Any]:
    return {"grant": str(_apply(_newcomer()).id)}


def _sign(step: str, post: str) -> Callable[[dict[str, Any]], Any]:
    def signed(given: dict[str, Any]) -> Any:
        from jubao.services.staff import grants
        from tests.staff.test_grants import FRIDAY

        return getattr(grants, step)(
            actor=of(post), grant_id=UUID(given["grant"]), is_agreed=True, opinion="", today=FRIDAY
        )

    return signed


_review, _approve = _sign("grant_review", "auditor"), _sign("grant_approve", "system_keeper")


def _end(given: dict[str, Any]) -> Any:
    from jubao.services.staff.grants import grant_end
    from tests.staff.test_grants import MONDAY

    return grant_end(actor=of("approver"), grant_id=UUID(given["grant"]), reason="调离", today=MONDAY)


def _after(*steps: Callable[[dict[str, Any]], Any]) -> Callable[[], dict[str, Any]]:
    def prepared() -> dict[str, Any]:
        given = _applied()
        for step in steps:
            step(given)
        return given

    return prepared


COMMANDS = {
    "grant_apply": Command(_newcomer, _apply),
    "grant_review": Command(_applied, or_refused(_review, "GRANT_STEP")),
    "grant_approve": Command(_after(_review), or_refused(_approve, "GRANT_STEP")),
    "grant_end": Command(_after(_review, _approve), or_refused(_end, "GRANT_STEP")),
}
