"""The whole claim-free way by the services: extracted, accepted, handled, reviewed; then a pension, an account, a task."""

from __future__ import annotations

from datetime import date

from jubao.benefits.models import Determination, Entitlement
from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.people.models import PayoutAccount
from tests.support.claim_free_world import BANK, World


def test_from_the_list_to_the_pension(database: None) -> None:
    here = World()
    enrolment = here.candidate(balance_fen=250473)
    case = here.listed(enrolment)

    case = here.accepted(case)
    assert (case.state, case.channel, case.due_on) == ("accepted", "COUNTER", date(2024, 3, 18))
    case = here.handled(case)
    assert case.proposal["monthly_pension_fen"] == sum(case.proposal["parts"].values())
    case = here.reviewed(case)

    assert (case.state, case.is_open) == ("approved", False)
    assert Flag.objects.get(enrolment=enrolment).state == "used"
    entitlement = Entitlement.objects.get(enrolment=enrolment)
    assert entitlement.start_month == 2024 * 12 + 5
    assert (
        Determination.objects.get(entitlement=entitlement).monthly_pension_fen
        == case.proposal["monthly_pension_fen"]
    )
    assert PayoutAccount.objects.get(person=enrolment.person, until_on=None).bank_name == BANK
    assert Case.objects.get(kind="certification_collection", person=enrolment.person).state == "waiting"
