"""Two at once: exactly one wins, the other is told why, the effect happens once (F11, F13).

Worked example: fifty threads open a case with one key: one case, one number, fifty equal answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from jubao.benefits.models import Due, PaymentStatus
from jubao.cases.models import Case, CaseEvent, NumberSequence
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.stops import stop_propose
from jubao.services.cases.engine import advance, case_open, case_propose, case_view
from tests.benefits.county import County, at_ten
from tests.casework import demo_kind
from tests.support.cast import an_officer
from tests.support.database import OwnDatabase

DAY = date(2024, 8, 12)
ROUNDS = 5


def together(*runs: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on a connection of its own; the answers, refusals as their codes."""
    barrier = threading.Barrier(len(runs), timeout=60)
    answers: list[Any] = [None] * len(runs)

    def one(position: int, run: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            answers[position] = run()
        except DomainError as refused:
            answers[position] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def plain(here: County, **more: Any) -> Case:
    """A case of the demo kind."""
    return case_open(
        actor=here.cast.intake.actor, kind="test_plain", district_code=here.district, division_path=here.path + "500110001/",
        proposal={"amount_fen": 1}, today=DAY, **more,
    )  # fmt: skip


def step(case: Case, actor: Any, action: str, **more: Any) -> Callable[[], str]:
    """A step ready to be taken, the page having been opened."""
    case_view(actor=actor, case_id=case.id, now=at_ten(DAY))
    given = {
        "expected_version": case.version,
        "digest_seen": case.digest,
        "today": DAY,
        "now": at_ten(DAY),
        "reason": "原因",
    }
    return lambda: advance(actor=actor, case_id=case.id, action=action, **(given | more)).state


def test_fifty_submissions_with_one_key_are_one_case(own_database: OwnDatabase) -> None:
    here = County("500110")
    before = Case.objects.count()

    answers = together(*(lambda: plain(here, idempotency_key="page-7").number for _ in range(50)))

    own_database.see_everything()
    assert set(answers) == {Case.objects.get(kind="test_plain").number}
    assert Case.objects.count() == before + 1
    assert NumberSequence.objects.get(district_code="500110", series="case").next_number == 2


def test_parallel_openings_get_numbers_without_gap_or_double(own_database: OwnDatabase) -> None:
    here = County("500110")
    answers = together(*(lambda: plain(here).number for _ in range(20)))
    assert sorted(int(number[-6:]) for number in answers) == list(range(1, 21))


def test_two_checkers_approve_once(own_database: OwnDatabase) -> None:
    here = County("500110")
    second = an_officer("reviewer", path=here.path)
    for _ in range(ROUNDS):
        demo_kind.DONE.clear()
        case = plain(here)
        answers = together(
            step(case, here.cast.reviewer.actor, "approve"), step(case, second.actor, "approve")
        )
        assert sorted(answers) == ["CASE_MOVED", "approved"]
        assert demo_kind.done() == [case.number]
        own_database.see_everything()
        assert CaseEvent.objects.filter(case=case, action="approve").count() == 1


@pytest.mark.parametrize("other", ["withdraw", "return", "reject"])
def test_an_approval_against_another_step_has_one_winner(own_database: OwnDatabase, other: str) -> None:
    here = County("500110")
    second = an_officer("reviewer", path=here.path)
    who = here.cast.intake.actor if other == "withdraw" else second.actor
    for _ in range(ROUNDS):
        demo_kind.DONE.clear()
        case = plain(here)
        answers = together(step(case, here.cast.reviewer.actor, "approve"), step(case, who, other))
        own_database.see_everything()
        state = Case.objects.get(id=case.id).state
        assert sorted(answers) == sorted(["CASE_MOVED", state])
        assert demo_kind.done() == ([case.number] if state == "approved" else [])


def changed(here: County, case: Case) -> Callable[[], int]:
    """Another proposal, ready to be sent."""
    return lambda: (
        case_propose(
            actor=here.cast.intake.actor,
            case_id=case.id,
            proposal={"amount_fen": 2},
            expected_version=1,
            today=DAY,
        ).version
    )


def test_a_change_against_an_approval_never_approves_the_unseen(own_database: OwnDatabase) -> None:
    here = County("500110")
    for _ in range(ROUNDS):
        case = plain(here)
        answers = together(step(case, here.cast.reviewer.actor, "approve"), changed(here, case))
        own_database.see_everything()
        found = Case.objects.get(id=case.id)
        assert "CASE_MOVED" in answers
        assert (found.state, found.proposal["amount_fen"]) in (("approved", 1), ("proposed", 2))


def test_resumption_against_stop_of_one_person_leaves_one_line_of_months(own_database: OwnDatabase) -> None:
    here = County("500110")
    second = an_officer("reviewer", path=here.path)
    for _ in range(ROUNDS):
        someone = here.someone()
        here.suspended(someone, Month(2024, 6))
        given = {"actor": here.cast.handler.actor, "entitlement_id": someone.entitlement_id, "today": DAY}
        resume = resumption_propose(ground="健在", evidence={"visit": 1}, **given)
        stop = stop_propose(
            reason="DEATH", happened_on=date(2024, 6, 30), source="公安", evidence={"row": 1}, **given
        )
        answers = together(
            step(resume, here.cast.reviewer.actor, "approve"), step(stop, second.actor, "approve")
        )
        own_database.see_everything()
        check_consistent(someone.entitlement_id, answers)


def check_consistent(entitlement_id: UUID, answers: list[Any]) -> None:
    """After a death nothing beyond June lives, whoever came first."""
    assert answers[1] == "approved"
    assert answers[0] in ("approved", "NOT_SUSPENDED")
    last = PaymentStatus.objects.get(entitlement_id=entitlement_id, until_month=None)
    assert last.kind == "stopped"
    live = Due.objects.filter(entitlement_id=entitlement_id, is_live=True)
    assert all(one.benefit_month <= Month(2024, 6).index for one in live)
