"""The case engine: who may take a step, what must have been seen, what happens to two at once.

Worked example: the intake clerk proposes, the reviewer opens and approves, and the effect has run exactly once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.services.cases.engine import advance, case_open, case_propose, case_view
from tests.casework.demo_kind import DONE, done
from tests.support.cast import Cast, an_officer

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=8)))
NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=timezone(timedelta(hours=8)))


def opened(cast: Cast, kind: str = "test_plain", actor: Actor | None = None, **proposal: Any) -> Case:
    """A case of the demo kind proposed by the intake clerk."""
    who = actor or cast.intake.actor
    return case_open(
        actor=who, kind=kind, district_code="500110", division_path=cast.intake.actor.scope,
        proposal=proposal or {"amount_fen": 16302}, today=TODAY,
    )  # fmt: skip


def step(case: Case, actor: Actor, action: str, *, look: bool = True, **more: Any) -> Case:
    """Open the page and take a step on what it shows."""
    if look:
        case_view(actor=actor, case_id=case.id, now=NOW)
    given = {"digest_seen": case.digest, "expected_version": case.version, "today": TODAY, "now": NOW, **more}
    return advance(actor=actor, case_id=case.id, action=action, **given)


def code_of(call: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message and refused.value.remedy
    return refused.value.code


def test_a_proposal_is_approved_by_another_and_takes_effect_once(cast: Cast) -> None:
    DONE.clear()
    case = opened(cast)

    case = step(case, cast.reviewer.actor, "approve")

    assert (case.state, case.is_open, case.outcome) == ("approved", False, "approved")
    assert (case.maker_id, case.checker_id) == (cast.intake.person.id, cast.reviewer.person.id)
    assert done() == [case.number]
    events = list(
        CaseEvent.objects.filter(case=case).order_by("sequence").values_list("action", "digest_seen")
    )
    assert events == [("open", case.digest), ("viewed", case.digest), ("approve", case.digest)]


def test_numbers_of_a_district_have_no_gap(cast: Cast) -> None:
    first, second = opened(cast), opened(cast)
    assert second.number == f"{first.number[:-6]}{int(first.number[-6:]) + 1:06d}"
    assert first.number.startswith("500110-2026-")


@pytest.mark.requirement("SS-40-3")
def test_who_handled_a_case_cannot_review_it_even_with_both_posts(cast: Cast) -> None:
    both = an_officer("intake_clerk", "reviewer", path=cast.reviewer.actor.scope)
    case = opened(cast, actor=both.actor)
    assert code_of(lambda: step(case, both.actor, "approve")) == "SELF_APPROVAL"

    second = an_officer("reviewer", path=cast.reviewer.actor.scope, natural_person=both.person)
    assert code_of(lambda: step(case, second.actor, "approve")) == "SELF_APPROVAL"


def test_the_database_refuses_self_approval_by_sql(cast: Cast) -> None:
    case = opened(cast)
    maker = case.maker_id
    for change in ({"checker_id": maker}, {"maker_id": None, "checker_id": maker}):
        with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(cast.intake.actor, "by_hand"):
            Case.objects.filter(id=case.id).update(**change)


def test_a_former_maker_may_not_decide_what_another_sent_again(cast: Cast) -> None:
    both = an_officer("intake_clerk", "reviewer", path=cast.reviewer.actor.scope)
    case = opened(cast, actor=both.actor)
    case = step(case, cast.reviewer.actor, "return", reason="材料看不清")
    case = step(case, cast.intake.actor, "resubmit")
    assert case.maker_id == cast.intake.person.id
    assert code_of(lambda: step(case, both.actor, "approve")) == "SELF_APPROVAL"
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(both.actor, "by_hand"):
        Case.objects.filter(id=case.id).update(checker_id=both.person.id)


def test_an_approval_is_for_what_was_seen(cast: Cast) -> None:
    case = opened(cast)
    seen = case.digest
    case_view(actor=cast.reviewer.actor, case_id=case.id, now=NOW)
    changed = case_propose(
        actor=cast.intake.actor, case_id=case.id, proposal={"amount_fen": 1}, expected_version=1, today=TODAY
    )
    assert changed.digest != seen

    late = {"look": False, "digest_seen": seen, "expected_version": changed.version}
    assert code_of(lambda: step(changed, cast.reviewer.actor, "approve", **late)) == "DIGEST_CHANGED"
    assert code_of(lambda: step(changed, cast.reviewer.actor, "approve", look=False)) == "EVIDENCE_NOT_OPENED"
    assert step(changed, cast.reviewer.actor, "approve").state == "approved"


def test_post_level_place_and_system_are_checked(cast: Cast) -> None:
    case = opened(cast)
    assert code_of(lambda: step(case, cast.intake.actor, "approve")) == "POST_REQUIRED"
    township = replace(cast.reviewer.actor, scope=cast.intake.actor.scope)
    assert code_of(lambda: step(case, township, "approve")) == "LEVEL_REQUIRED"
    outside = an_officer("reviewer", path=cast.outsider.actor.scope)
    with pytest.raises((DomainError, Case.DoesNotExist)):
        step(case, outside.actor, "approve", look=False)
    machine = Actor.system("night", scope=cast.reviewer.actor.scope)
    assert code_of(lambda: step(case, machine, "approve")) == "SYSTEM_CANNOT_DECIDE"


def test_return_reject_and_withdraw_need_a_reason(cast: Cast) -> None:
    case = opened(cast)
    assert code_of(lambda: step(case, cast.reviewer.actor, "return")) == "REASON_REQUIRED"
    assert code_of(lambda: step(case, cast.reviewer.actor, "reject")) == "REASON_REQUIRED"
    assert code_of(lambda: step(case, cast.intake.actor, "withdraw")) == "REASON_REQUIRED"
    assert code_of(lambda: step(case, cast.handler.actor, "withdraw", reason="不办了")) == "NOT_THE_MAKER"
    assert step(case, cast.intake.actor, "withdraw", reason="登记错人").outcome == "withdrawn"


def test_two_approvals_are_given_by_three_people(cast: Cast) -> None:
    DONE.clear()
    both = an_officer("reviewer", "approver", path=cast.reviewer.actor.scope)
    case = opened(cast, "test_double")
    case = step(case, both.actor, "approve")
    assert (case.state, done()) == ("reviewed", [])
    assert code_of(lambda: step(case, both.actor, "approve_second")) == "DECIDED_BEFORE"
    case = step(case, cast.approver.actor, "approve_second")
    assert (case.outcome, case.approver_id) == ("approved", cast.approver.person.id)
    assert done() == [case.number]


def test_a_failing_effect_undoes_the_step(cast: Cast) -> None:
    case = opened(cast, fails=True)
    with transaction.atomic(), pytest.raises(DomainError), transaction.atomic():
        step(case, cast.reviewer.actor, "approve")
    case = Case.objects.get(id=case.id)
    assert (case.state, case.version, case.checker_id) == ("proposed", 1, None)


def test_a_step_out_of_hours_is_marked(cast: Cast) -> None:
    case = step(opened(cast), cast.reviewer.actor, "approve", now=NIGHT)
    assert CaseEvent.objects.get(case=case, action="approve").is_out_of_hours


def test_one_open_case_of_a_kind_names_the_other(cast: Cast) -> None:
    from tests.support.residents import a_person

    person = a_person()
    kinds = {"kind": "test_plain", "district_code": "500110", "division_path": cast.intake.actor.scope}
    given = {"actor": cast.intake.actor, "person_id": person.id, "proposal": {}, "today": TODAY, **kinds}
    first = case_open(**given)
    with pytest.raises(DomainError) as refused:
        case_open(**given)
    assert refused.value.code == "CASE_ALREADY_OPEN"
    assert first.number in refused.value.message


def test_the_same_key_opens_one_case_and_another_body_is_refused(cast: Cast) -> None:
    kinds = {"kind": "test_plain", "district_code": "500110", "division_path": cast.intake.actor.scope}
    given = {"actor": cast.intake.actor, "today": TODAY, "idempotency_key": "page-1", **kinds}
    first = case_open(proposal={"a": 1}, **given)
    assert case_open(proposal={"a": 1}, **given).id == first.id
    assert code_of(lambda: case_open(proposal={"a": 2}, **given)) == "IDEMPOTENCY_CONFLICT"
