"""Every table of every kind: well formed in every region; every state × action × post behaves as the table says.

Worked example: 复核岗 may 同意 a case in `proposed` and nobody may in `withdrawn`; six posts of the cast try all of it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import transaction

from jubao.cases.models import Case
from jubao.kernel.errors import DomainError
from jubao.policy import load_pack
from jubao.policy.loading import pack_folders
from jubao.services.cases.engine import advance, case_open, case_view
from jubao.services.cases.kinds import OPEN, CaseKind, kinds, level_of, table
from jubao.staff.posts import POSTS
from tests.casework import demo_kind
from tests.support.cast import Cast

DAY = date(2025, 2, 10)
NOW = datetime(2025, 2, 10, 10, tzinfo=timezone(timedelta(hours=8)))
ACTIONS = (
    "approve",
    "reject",
    "return",
    "resubmit",
    "withdraw",
    "approve_second",
    "reject_second",
    "return_second",
)
TRIED = ("intake", "handler", "reviewer", "approver", "data", "outsider")
WAYS = {
    "proposed": (),
    "returned": (("reviewer", "return"),),
    "reviewed": (("reviewer", "approve"),),
    "rejected": (("reviewer", "reject"),),
    "withdrawn": (("intake", "withdraw"),),
    "approved": (("reviewer", "approve"), ("approver", "approve_second")),
}


def all_tables() -> list[tuple[str, CaseKind]]:
    """Every kind in every region."""
    return [(code, kind) for code in sorted(pack_folders()) for kind in kinds().values()]


def test_every_table_is_well_formed_in_every_region() -> None:
    for code, kind in all_tables():
        rows = table(kind, load_pack(code), DAY)
        states = {OPEN} | {one.to_state for one in rows}
        assert all(one.from_state in states for one in rows), (code, kind.kind)
        ended = {one.to_state for one in rows if one.closes}
        assert ended and not ended & {one.from_state for one in rows}, (code, kind.kind)
        assert len({(one.action, one.from_state) for one in rows}) == len(rows), (code, kind.kind)
        assert all(one.posts for one in rows if one.from_state != OPEN), (code, kind.kind)


def test_decisions_belong_to_posts_that_exist_and_never_to_the_program() -> None:
    for code, kind in all_tables():
        for one in table(kind, load_pack(code), DAY):
            if one.is_decision:
                assert "system" not in one.posts, (code, kind.kind, one.action)
                assert one.posts & set(POSTS), (code, kind.kind, one.action)


def brought_to(cast: Cast, state: str) -> Case:
    """A case of the kind with two approvals in a state."""
    case = case_open(actor=cast.intake.actor, kind="test_double", district_code="500110",
                     division_path=cast.intake.actor.scope, proposal={"n": 1}, today=DAY)  # fmt: skip
    for member, action in WAYS[state]:
        case = taken(cast, case, member, action)
    return case


def taken(cast: Cast, case: Case, member: str, action: str) -> Case:
    """One step by a member of the cast, having looked."""
    actor = cast.members()[member].actor
    case_view(actor=actor, case_id=case.id, now=NOW)
    return advance(actor=actor, case_id=case.id, action=action, reason="原因", expected_version=case.version,
                   digest_seen=case.digest, today=DAY, now=NOW)  # fmt: skip


@pytest.mark.parametrize("state", WAYS)
def test_every_action_of_every_post_does_what_the_table_says(cast: Cast, state: str) -> None:
    case = brought_to(cast, state)
    rows = {(one.action, one.from_state): one for one in demo_kind.DOUBLE.transitions}
    acted = {"intake", *(member for member, _action in WAYS[state])}
    for name in TRIED:
        member = cast.members()[name]
        for action in ACTIONS:
            step = rows.get((action, state))
            allowed = (
                step is not None
                and bool(member.actor.posts & step.posts)
                and (not step.levels or level_of(member.actor.scope) in step.levels)
                and case.division_path.startswith(member.actor.scope)
                and not (step.maker_only and name != "intake")
                and not (step.is_decision and name in acted & {"intake"})
            )
            assert could(cast, case, name, action) == allowed, (state, action, name)


def could(cast: Cast, case: Case, member: str, action: str) -> bool:
    """Whether the step is taken; undone again."""
    try:
        with transaction.atomic():
            taken(cast, case, member, action)
            transaction.set_rollback(True)
            return True
    except DomainError:
        return False
