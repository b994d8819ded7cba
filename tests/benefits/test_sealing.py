"""Long suspensions: listed with the months left, sealed by decision, reopened only by the level the pack names.

Worked example: suspended 20 months where two years seal: 4 months left (GD-9-11).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jubao.benefits.models import PaymentStatus
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.numbers import numbers_of
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.seal_accounts import long_suspended_list, seal_propose
from jubao.services.benefits.unseal_accounts import Applicant, unseal_propose
from jubao.services.documents.store import document_store
from tests.benefits.county import County
from tests.support.cast import an_officer
from tests.support.residents import Beneficiary, system


def code_of(call: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


@pytest.mark.requirement("GD-9-11")
def test_a_person_suspended_twenty_months_has_four_left(database: None) -> None:
    here = County("440523", next_county="500110")
    someone, fresh = here.someone(), here.someone()
    here.suspended(someone, Month(2023, 9))
    listed = long_suspended_list(scope=here.path, today=date(2025, 5, 12))
    assert [(one.entitlement_id, one.months, one.months_left) for one in listed] == [
        (someone.entitlement_id, 20, 4)
    ]
    assert fresh.entitlement_id not in {one.entitlement_id for one in listed}


def sealed(here: County, day: date) -> Beneficiary:
    """Somebody sealed on a day."""
    someone = here.someone()
    here.suspended(someone, Month(2023, 9))
    case = seal_propose(actor=here.cast.data.actor, entitlement_id=someone.entitlement_id, today=day)
    here.decide(case, on=day)
    return someone


def test_sealing_waits_for_its_months_and_is_off_elsewhere(database: None) -> None:
    here = County("440523", next_county="500110")
    someone = here.someone()
    here.suspended(someone, Month(2023, 9))
    given = {"actor": here.cast.data.actor, "entitlement_id": someone.entitlement_id}
    assert code_of(lambda: seal_propose(today=date(2025, 8, 29), **given)) == "SEAL_TOO_EARLY"
    assert seal_propose(today=date(2025, 9, 1), **given).is_open


def test_a_sealed_account_accepts_only_its_reopening_even_by_sql(database: None) -> None:
    here = County("440523", next_county="500110")
    day = date(2025, 9, 1)
    someone = sealed(here, day)
    assert code_of(lambda: resumption_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id,
                                              ground="申请", today=day, evidence={"a": 1})) == "NOT_SUSPENDED"  # fmt: skip
    for change in ({"until_month": Month(2026, 1).index}, {"reason": "OTHER"}):
        with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(system(), "by_hand"):
            PaymentStatus.objects.filter(entitlement_id=someone.entitlement_id, kind="sealed").update(
                **change
            )
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(system(), "by_hand"):
        PaymentStatus.objects.create(
            entitlement_id=someone.entitlement_id, kind="normal", from_month=Month(2030, 1).index
        )


def test_only_the_city_reopens(database: None) -> None:
    here = County("440523", next_county="500110")
    day = date(2025, 9, 8)
    someone = sealed(here, date(2025, 9, 1))
    actor = here.cast.intake.actor
    paper = document_store(
        actor=actor, content=b"scan", name="proof", content_type="image/png", document_class="proof_documents"
    )
    oneself = Applicant(someone.person.name, numbers_of([someone.person.id])[someone.person.id])
    case = unseal_propose(actor=actor, entitlement_id=someone.entitlement_id, ground="本人申请", today=day, applicant=oneself,
                          materials=[("proof_documents", paper.id)])  # fmt: skip
    assert code_of(lambda: here.decide(case, on=day, by=here.cast.approver.actor)) == "LEVEL_REQUIRED"

    city = an_officer("approver", path=here.cast.keeper.actor.scope)
    here.decide(case, on=day, by=city.actor)

    status = PaymentStatus.objects.get(entitlement_id=someone.entitlement_id, until_month=None)
    assert status.kind == "suspended"
