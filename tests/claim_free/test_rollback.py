"""回退领待: death or prison before sixty, after the claim was completed: nothing is paid, the next business stands open."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.payments.models import PaymentLine
from jubao.people.models import Enrolment, EnrolmentStatus
from jubao.services.cases.engine import advance, case_view
from jubao.services.claim_free.rollback import rollback_make, rollback_report
from jubao.services.payments.runs import run_draft
from tests.support.claim_free_world import World, at_ten

DIED, TODAY = date(2024, 4, 10), date(2024, 4, 12)


def completed(here: World) -> Enrolment:
    """A pension settled on 2024-03-15 for a birthday on 2024-05-20."""
    who = here.candidate(balance_fen=250473)
    day = date(2024, 3, 15)
    here.reviewed(here.handled(here.accepted(here.listed(who), on=day), on=day), on=day)
    return who


def rolled_back(here: World, who: Enrolment, cause: str = "death", today: date = TODAY) -> Case:
    case = rollback_report(
        actor=here.cast.intake.actor, person_id=who.person_id, cause=cause, happened_on=DIED, source="村委会",
        reason="村干部报告", today=today,
    )  # fmt: skip
    case = rollback_make(
        actor=here.cast.handler.actor, case_id=case.id, reason="核实无误", expected_version=case.version, today=today,
        now=at_ten(today),
    )  # fmt: skip
    reviewer = here.cast.reviewer.actor
    seen = case_view(actor=reviewer, case_id=case.id, now=at_ten(today))
    return advance(
        actor=reviewer, case_id=case.id, action="approve", expected_version=seen.version, digest_seen=seen.digest,
        today=today, now=at_ten(today),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "next_kind"), [("death", "deregistration_task"), ("custody", "claim_after_release")]
)
def test_a_rollback_leaves_no_pension(database: None, cause: str, next_kind: str) -> None:
    here = World()
    who = completed(here)

    case = rolled_back(here, who, cause)

    assert case.state == "approved"
    entitlement = Entitlement.objects.get(enrolment=who)
    assert (entitlement.end_month, entitlement.end_reason) == (entitlement.start_month, "ROLLED_BACK")
    assert PaymentStatus.objects.get(entitlement=entitlement, until_month=None).kind == "stopped"
    assert EnrolmentStatus.objects.get(enrolment=who, until_month=None).kind == "active"
    assert Flag.objects.get(enrolment=who).state == "revoked"
    assert Case.objects.get(kind=next_kind, person=who.person).is_open


def test_a_line_of_a_draft_is_out(database: None) -> None:
    here = World()
    who = completed(here)
    day = date(2024, 6, 3)
    june = run_draft(
        actor=here.cast.handler.actor, district_code="500110", month=Month(2024, 6).index, today=day
    )
    assert PaymentLine.objects.filter(enrolment_id=who.id, run=june, is_in_run=True).count() == 1

    rolled_back(here, who, today=day)

    assert not PaymentLine.objects.filter(enrolment_id=who.id, is_live=True).exists()


@pytest.mark.parametrize(("day", "code"), [(date(2024, 5, 20), "AFTER_THE_AGE"), (date(2024, 5, 19), "")])
def test_only_before_the_age(database: None, day: date, code: str) -> None:
    here = World()
    who = completed(here)

    def report() -> Case:
        return rollback_report(
            actor=here.cast.intake.actor, person_id=who.person_id, cause="death", happened_on=day, source="x", reason="x",
            today=date(2024, 5, 21),
        )  # fmt: skip

    if code:
        with pytest.raises(DomainError) as refused:
            report()
        assert refused.value.code == code
    else:
        assert report().state == "reported"


def test_whoever_has_no_completed_claim_is_not_rolled_back(database: None) -> None:
    here = World()
    who = here.candidate()
    here.listed(who)

    with pytest.raises(DomainError) as refused:
        rollback_report(
            actor=here.cast.intake.actor, person_id=who.person_id, cause="death", happened_on=DIED, source="x", reason="x",
            today=TODAY,
        )  # fmt: skip

    assert refused.value.code == "NOT_COMPLETED"
