"""Suspension: who proposes, who decides, what must be shown first, from which month nothing is paid.

Worked example: in 500110 an expired period and one failed call is refused, call and visit allowed (CQ-09-5).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import CustodyPeriod
from jubao.services.benefits.suspensions import suspension_batch_propose, suspension_propose
from jubao.services.cases.engine import advance
from jubao.services.certification.duty import certification_duty
from jubao.services.certification.records import certification_record
from jubao.services.people.contacts import contact_record, contact_task_open
from jubao.staff.regions import pack_of
from tests.benefits.county import County, at_ten
from tests.support.residents import system

FEBRUARY = date(2025, 2, 10)


def code_of(call: Any) -> str:
    """The code of the refusal, which says what to do."""
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.remedy
    return refused.value.code


def attempt(here: County, someone: Any, means: str, day: date, reached: bool = False) -> None:
    """A try to reach the person."""
    contact_record(actor=here.cast.field_worker.actor, person_id=someone.person.id, means=means, attempted_on=day,
                   was_reached=reached, today=day)  # fmt: skip


@pytest.mark.requirement("CQ-09-5")
def test_an_expired_period_needs_two_failed_means(database: None) -> None:
    here = County("500110")
    someone = here.someone()

    def propose(on: date = FEBRUARY) -> Case:
        return suspension_propose(
            actor=here.cast.handler.actor,
            entitlement_id=someone.entitlement_id,
            reason="NOT_CERTIFIED",
            today=on,
        )

    assert code_of(lambda: propose(date(2024, 12, 31))) == "NOT_EXPIRED"
    attempt(here, someone, "phone", date(2025, 1, 6))
    attempt(here, someone, "phone", date(2025, 1, 8))
    assert code_of(propose) == "CONTACT_MISSING"
    attempt(here, someone, "home_visit", date(2025, 1, 9))

    case = propose()
    assert case.proposal["legal_basis"] == "渝人社办〔2019〕99号 第九条第二款"
    assert list(case.materials.values_list("kind", flat=True)) == ["contact_record", "evidence"]
    assert here.lines(Month(2025, 2), someone) == [("2025-02", "monthly", "")]
    here.decide(case, on=FEBRUARY)

    status = PaymentStatus.objects.get(entitlement_id=someone.entitlement_id, until_month=None)
    assert (status.kind, status.reason, status.from_month) == (
        "suspended",
        "NOT_CERTIFIED",
        Month(2025, 2).index,
    )
    assert (status.proposed_by, status.decided_by) == (
        here.cast.handler.person.id,
        here.cast.reviewer.person.id,
    )
    assert here.lines(Month(2025, 2), someone) == []


def test_somebody_reached_after_the_failed_tries_is_not_suspended(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    attempt(here, someone, "phone", date(2025, 1, 6))
    attempt(here, someone, "home_visit", date(2025, 1, 9))
    attempt(here, someone, "relative", date(2025, 1, 10), reached=True)
    given = {"actor": here.cast.handler.actor, "entitlement_id": someone.entitlement_id, "today": FEBRUARY}
    assert code_of(lambda: suspension_propose(reason="NOT_CERTIFIED", **given)) == "CONTACT_MISSING"


def test_a_certification_between_proposal_and_decision_ends_it(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    attempt(here, someone, "phone", date(2025, 1, 6))
    attempt(here, someone, "home_visit", date(2025, 1, 9))
    case = suspension_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id,
                              reason="NOT_CERTIFIED", today=FEBRUARY)  # fmt: skip
    certification_record(actor=here.cast.certifier.actor, enrolment_id=someone.enrolment.id, channel="app_face",
                         certified_on=FEBRUARY, today=FEBRUARY)  # fmt: skip
    assert code_of(lambda: here.decide(case, on=FEBRUARY)) == "NOT_EXPIRED"


@pytest.mark.requirement("CQ-21-3")
def test_a_contact_task_with_all_means_failed_proposes_unreachable(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    caller = here.cast.field_worker.actor
    task = contact_task_open(actor=caller, entitlement_id=someone.entitlement_id, today=FEBRUARY)
    given = {"actor": caller, "person_id": someone.person.id, "attempted_on": FEBRUARY, "today": FEBRUARY,
             "was_reached": False}  # fmt: skip
    contact_record(means="phone", **given)
    close = {"actor": caller, "case_id": task.id, "action": "close", "expected_version": 1, "today": FEBRUARY,
             "now": at_ten(FEBRUARY)}  # fmt: skip
    assert code_of(lambda: advance(**close)) == "CONTACT_INCOMPLETE"
    contact_record(means="home_visit", **given)

    advance(**close)

    proposed = Case.objects.get(kind="suspension", person=someone.person)
    assert (proposed.state, proposed.proposal["reason"], proposed.maker_id) == (
        "proposed",
        "UNREACHABLE",
        None,
    )
    here.decide(proposed, on=FEBRUARY)
    assert here.lines(Month(2025, 2), someone) == []


@pytest.mark.requirement("CQ-21-2")
@pytest.mark.parametrize("district", ["500110", "440523"])
def test_somebody_confirmed_as_lost_is_not_in_the_next_payment(database: None, district: str) -> None:
    here = County(district, next_county="500110" if district == "440523" else "440523")
    someone = here.someone()
    day = date(2024, 5, 10)
    case = suspension_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason="ELIGIBILITY_LOST", today=day,
        evidence={"field_check": "丧失资格"},
    )  # fmt: skip
    here.decide(case, on=day)
    assert here.lines(Month(2024, 6), someone) == []


@pytest.mark.requirement("SS-03-2-3d", "SS-03-5-2b")
def test_the_township_files_and_another_officer_of_the_district_decides(database: None) -> None:
    here = County("150404")
    someone = here.someone()
    day = date(2024, 6, 3)
    case = suspension_propose(
        actor=here.cast.intake.actor, entitlement_id=someone.entitlement_id, reason="DEATH_REPORTED", today=day,
        evidence={"list": "2024-05 月报"},
    )  # fmt: skip
    assert case.is_open and here.lines(Month(2024, 6), someone)
    assert code_of(lambda: here.decide(case, on=day, by=here.cast.intake.actor)) == "POST_REQUIRED"
    here.decide(case, on=day)
    assert here.lines(Month(2024, 6), someone) == []


@pytest.mark.requirement("SS-27-1")
def test_the_uncertified_of_the_report_are_suspended_and_investigated(database: None) -> None:
    here = County("150404")
    someone, certified = here.someone(), here.someone()
    day = date(2024, 12, 2)
    certification_record(actor=here.cast.certifier.actor, enrolment_id=certified.enrolment.id, channel="app_face",
                         certified_on=date(2024, 9, 1), today=day)  # fmt: skip
    ids = [someone.entitlement_id, certified.entitlement_id]
    with unit_of_work(system(), "test"):
        from jubao.benefits.models import Entitlement

        Entitlement.objects.filter(id__in=ids).update(start_month=Month(2022, 9).index)
    case = suspension_batch_propose(actor=here.cast.handler.actor, division_path=here.path, entitlement_ids=ids,
                                    reason="NOT_CERTIFIED", today=day, source="资格认证报告书 2024-11-30")  # fmt: skip
    assert [one["code"] for one in case.proposal["left_out"]] == ["NOT_EXPIRED"]

    here.decide(case, on=day)

    assert here.lines(Month(2024, 12), someone, certified) == here.lines(Month(2024, 12), certified) != []
    task = Case.objects.get(kind="investigation", person=someone.person)
    assert (task.is_open, task.division_path) == (True, someone.enrolment.division_path)


@pytest.mark.requirement("SS-27-2")
def test_a_name_on_the_monthly_list_is_not_in_the_next_payment(database: None) -> None:
    here = County("150404")
    someone = here.someone()
    case = suspension_batch_propose(
        actor=here.cast.handler.actor, division_path=here.path, entitlement_ids=[someone.entitlement_id],
        reason="DEATH_REPORTED", today=date(2024, 5, 31), source="2024-05 月报", from_month=Month(2024, 6).index,
    )  # fmt: skip
    here.decide(case, on=date(2024, 5, 31))
    assert here.lines(Month(2024, 5), someone) == [("2024-05", "monthly", "")]
    assert here.lines(Month(2024, 6), someone) == []


@pytest.mark.requirement("SS-24-1")
def test_a_sentence_acts_as_the_table_says(database: None) -> None:
    here = County("150404")
    prison, probation = here.someone(), here.someone()
    with unit_of_work(system(), "test"):
        CustodyPeriod.objects.create(person=prison.person, kind="FIXED_TERM", from_on=date(2024, 5, 10))
        CustodyPeriod.objects.create(
            person=probation.person, kind="SUSPENDED_SENTENCE", from_on=date(2024, 5, 10)
        )
    day = date(2024, 5, 20)

    def propose(who: Any) -> Case:
        return suspension_propose(actor=here.cast.handler.actor, entitlement_id=who.entitlement_id, reason="IN_CUSTODY",
                                  today=day, evidence={"list": "法院"})  # fmt: skip

    assert code_of(lambda: propose(probation)) == "CUSTODY_CONTINUES"
    here.decide(propose(prison), on=day)
    assert here.lines(Month(2024, 5), prison) == [("2024-05", "monthly", "")]
    assert here.lines(Month(2024, 6), prison, probation) == [("2024-06", "monthly", "")]


@pytest.mark.requirement("XW-2-4-1", "XW-2-1-1b")
def test_in_july_the_county_suspends_all_who_did_not_pass(database: None) -> None:
    here = County("360734")
    someone, passed = (
        here.someone(start_month=Month(2019, 3).index),
        here.someone(start_month=Month(2019, 3).index),
    )
    day = date(2021, 7, 1)
    certification_record(actor=here.cast.certifier.actor, enrolment_id=passed.enrolment.id, channel="app_face",
                         certified_on=date(2021, 6, 30), today=day)  # fmt: skip
    listed = {"division_path": here.path, "entitlement_ids": [someone.entitlement_id, passed.entitlement_id],
              "reason": "NOT_CERTIFIED", "today": day}  # fmt: skip
    assert (
        code_of(lambda: suspension_batch_propose(actor=here.cast.intake.actor, **listed)) == "POST_REQUIRED"
    )

    case = suspension_batch_propose(actor=here.cast.data.actor, **listed)
    assert case.proposal["count"] == 1
    here.decide(case, on=day)

    assert here.lines(Month(2021, 7), someone) == []
    status = PaymentStatus.objects.get(entitlement_id=someone.entitlement_id, until_month=None)
    assert (status.reason, status.from_month) == ("NOT_CERTIFIED", Month(2021, 7).index)
    assert here.lines(Month(2021, 7), passed) == [("2021-07", "monthly", "")]


@pytest.mark.requirement("GD-6-02")
def test_the_first_cycle_begins_the_month_after_the_claim_was_approved(database: None) -> None:
    here = County("440523", next_county="500110")
    someone = here.someone(start_month=Month(2024, 1).index, birth=date(1963, 12, 5))
    case_id = here.suspended(someone, Month(2030, 1))
    with unit_of_work(system(), "test"):
        Case.objects.filter(id=case_id).update(closed_at=at_ten(date(2024, 2, 10)))
        someone.enrolment.entitlements.update(case_id=case_id)
    duty = certification_duty(enrolment_id=someone.enrolment.id, pack=pack_of(here.path), on=date(2024, 3, 1))
    assert (duty.first_duty_on, duty.due_on, duty.is_overdue) == (date(2024, 3, 1), date(2025, 2, 28), False)
