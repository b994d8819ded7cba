"""The ordinary claim: taken in, computed, approved; the pension begins with the month after sixty and what passed is awarded.

Worked example: born 1963-08-15, balance 2504.73 of 2024: first month 2023-09, 135.00 + 18.02.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from jubao.benefits.models import Determination, Entitlement
from jubao.cases.models import Case
from jubao.contributions.models import FormerYears
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import Enrolment, EnrolmentStatus
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from jubao.services.benefits.claims import claim_handle, claim_open
from jubao.services.documents.store import document_store
from tests.benefits.county import County, at_ten
from tests.support.residents import an_enrolment, system

DAY = date(2024, 3, 11)


def saver(here: County, balance_fen: int = 250473, months: int = 180) -> Enrolment:
    """Somebody of the village with years certified by the former system and an opening balance."""
    enrolment = an_enrolment(village=here.village)
    with unit_of_work(system(), "test"):
        FormerYears.objects.create(
            enrolment=enrolment, until_year=2024, contribution_months=months, min_tier_months=months
        )
        own = account_ids("transferred_in", here.district, [enrolment.id], actor=system())[enrolment.id]
        fund = fund_account_id("transfer_fund", here.district, actor=system())
        post(
            actor=system(),
            transfers=[NewTransfer(uuid4(), fund, own, balance_fen, "transfer_in", date(2023, 12, 31))],
        )
    return enrolment


def opened(here: County, enrolment: Enrolment) -> Case:
    """A claim with the papers the region asks for."""
    actor = here.cast.intake.actor
    paper = document_store(
        actor=actor, content=b"scan", name="id.jpg", content_type="image/jpeg", document_class="id_document"
    )
    return claim_open(
        actor=actor, enrolment_id=enrolment.id, today=DAY, materials=[("id_document", paper.id)]
    )


def handled(here: County, case: Case) -> Case:
    """办理."""
    return claim_handle(
        actor=here.cast.handler.actor,
        case_id=case.id,
        expected_version=case.version,
        today=DAY,
        now=at_ten(DAY),
    )


def test_a_claim_becomes_a_pension_with_its_past_months(database: None) -> None:
    here = County("500110")
    enrolment = saver(here)
    case = handled(here, opened(here, enrolment))
    assert case.state == "handled"
    assert (case.proposal["first_month"], case.proposal["monthly_pension_fen"]) == ("2023-09", 13500 + 1802)
    assert case.maker_id == here.cast.handler.person.id

    here.decide(case, on=DAY)

    entitlement = Entitlement.objects.get(enrolment=enrolment)
    determination = Determination.objects.get(entitlement=entitlement)
    assert (determination.proposed_by, determination.approved_by) == (
        here.cast.handler.person.id, here.cast.reviewer.person.id,
    )  # fmt: skip
    assert determination.trace and determination.pack_hash
    assert EnrolmentStatus.objects.get(enrolment=enrolment, until_month=None).kind == "drawing"
    lines = [
        (str(Month.from_index(row["benefit_month"])), row["kind"], row["amount_fen"])
        for row in here.dues(Month(2024, 3))
    ]
    assert lines == [
        *(
            (month, "back_pay", 15302)
            for month in ("2023-09", "2023-10", "2023-11", "2023-12", "2024-01", "2024-02")
        ),
        ("2024-03", "monthly", 15302),
    ]


def test_what_changed_after_the_calculation_is_not_approved(database: None) -> None:
    here = County("500110")
    enrolment = saver(here)
    case = handled(here, opened(here, enrolment))
    with unit_of_work(system(), "test"):
        own = account_ids("transferred_in", here.district, [enrolment.id], actor=system())[enrolment.id]
        fund = fund_account_id("transfer_fund", here.district, actor=system())
        post(
            actor=system(), transfers=[NewTransfer(uuid4(), fund, own, 100, "transfer_in", date(2024, 2, 1))]
        )
    with pytest.raises(DomainError) as refused:
        here.decide(case, on=DAY)
    assert refused.value.code == "FACTS_CHANGED"
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize("missing", ["papers", "age"])
def test_a_claim_without_papers_or_age_is_refused(database: None, missing: str) -> None:
    here = County("500110")
    enrolment: Any = saver(here)
    if missing == "papers":
        with pytest.raises(DomainError) as refused:
            claim_open(actor=here.cast.intake.actor, enrolment_id=enrolment.id, today=DAY)
        assert refused.value.code == "MATERIAL_MISSING"
        return
    young = an_enrolment(village=here.village, birth=date(1980, 1, 1))
    case = opened(here, young)
    with pytest.raises(DomainError) as refused:
        handled(here, case)
    assert refused.value.code == "TOO_YOUNG"
