"""How a crash trial of a decision is made: everything up to the open case is prepared, the step itself is killed and repeated.

Worked example: `trial(lambda: hold_propose(…))` prepares a county and the proposed hold, lets the reviewer open it, and tries
every point of the reviewer's 同意: the status and the event `approve` are both there or neither is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.kernel.errors import DomainError
from tests.benefits.county import at_ten
from tests.integrity.crash_people import DAY, DISTRICT, actor
from tests.integrity.crash_points import Command


def trial(
    propose: Callable[[], Case],
    *,
    action: str = "approve",
    by: str = "reviewer",
    day: date = DAY,
    district: str = DISTRICT,
    reason: str = "",
    overlooked: tuple[str, ...] = (),
) -> Command:
    """The step of a case that `propose` opened, taken by a post of the district (or by a user name with a dash)."""
    username = by if "-" in by else f"{district}-{by}"

    def prepare() -> dict[str, Any]:
        return looked_at(propose(), username, day)

    def run(given: dict[str, Any]) -> None:
        take(given, action, username, day, reason)

    return Command(prepare, run, overlooked)


def looked_at(case: Case, username: str, day: date = DAY) -> dict[str, Any]:
    """What the page of the case gives its reader: number, version, digest."""
    from jubao.services.cases.engine import case_view

    seen = case_view(actor=actor(username), case_id=case.id, now=at_ten(day))
    return {"case": str(seen.id), "version": seen.version, "digest": seen.digest}


def take(given: dict[str, Any], action: str, username: str, day: date = DAY, reason: str = "") -> Case:
    """One step with the key of the page: repeated, it answers what it answered."""
    from jubao.services.cases.engine import advance

    return advance(
        actor=actor(username), case_id=UUID(given["case"]), action=action, reason=reason,
        expected_version=given["version"], digest_seen=given["digest"], today=day, now=at_ten(day),
        idempotency_key=f"{action}-{given['case']}",
    )  # fmt: skip


def or_refused(run: Callable[[dict[str, Any]], Any], *codes: str) -> Callable[[dict[str, Any]], Any]:
    """A command without a key says by name, when repeated, that it is done; any other refusal is a failure."""

    def repeated(given: dict[str, Any]) -> Any:
        try:
            return run(given)
        except DomainError as refused:
            if refused.code not in codes:
                raise
            return refused.code

    return repeated
