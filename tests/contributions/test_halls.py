"""At any hall of the district: payments of other places, proofs, the registering office, the form for the tax hall.

Worked example: 王秀兰 of the first township pays at the second: one entry in her account, one line in either ledger.
"""

from __future__ import annotations

from datetime import date

import pytest

import tests.support.cast as cast_module
from jubao.cases.models import Case
from jubao.contributions.models import Contribution, ContributionProof, RegisteringOffice, TaxRecord
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.ledger.balances import balance_of
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.contributions.records import contribution_record
from jubao.services.people.enrolments import enrolment_open
from tests.support.collecting import DISTRICT_HANDLER, INTAKE, MAY, REVIEWER, SONGSHAN, Collecting
from tests.support.counter import pdf_text
from tests.support.papers import papers
from tests.support.residents import number_of, system

PAGE, LEDGER, OTHER = "contribution-halls", "contribution-ledger", "songshan-second-township"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    desk = Collecting(monkeypatch)
    cast_module.an_officer("intake_clerk", path=second(desk), username=OTHER, from_on=cast_module.FROM)
    return desk


def second(here: Collecting) -> str:
    """The path of the other township."""
    own = here.world.cast.intake.actor.scope
    village = next(one for one in here.world.villages if not one.path.startswith(own))
    return village.path[:-13]


def number(who: Enrolment) -> str:
    return numbers_of([who.person_id])[who.person_id]


def pay(here: Collecting, who: Enrolment, by: str = OTHER, receipt: str = "N1") -> str:
    sent = {
        "number": number(who),
        "year": "2024",
        "amount": "500",
        "means": "tax_hall",
        "treasury_on": "2024-05-18",
    }
    return here.post(by, PAGE, do="pay", receipt_number=receipt, **sent)


@pytest.mark.requirement("SS-06-3")
def test_a_payment_at_another_township_is_credited_and_listed_for_both(here: Collecting) -> None:
    who = here.person("王秀兰")

    assert "缴费已记入个人账户" in pay(here, who)

    assert balance_of(who.id)["own_payment"] == 50000
    home, there = here.text(INTAKE, LEDGER, query=MAY), here.text(OTHER, LEDGER, query=MAY)
    assert "N1" in home and "本处收取、登记的外镇街人员" not in home
    assert "N1" in there.partition("本处收取、登记的外镇街人员")[2]
    assert "RECEIPT_TAKEN" in pay(here, here.person("刘桂英"))


def test_a_hall_takes_nobody_of_another_district(here: Collecting) -> None:
    from tests.support.residents import a_village, an_enrolment

    stranger = an_enrolment(village=a_village("360734"))

    assert "NOT_ENROLLED" in pay(here, stranger)
    assert not Contribution.objects.exists()


@pytest.mark.requirement("SS-03-6-1h")
def test_after_the_change_later_payments_go_to_the_new_office(here: Collecting) -> None:
    who = here.person("王秀兰")
    recorded(who, 2023, date(2024, 5, 6), "R1")
    here.post(INTAKE, PAGE, do="office", number=number(who), office=second(here))
    case = Case.objects.get(kind="registering_office")
    here.get(REVIEWER, "case", case.id)
    here.get(REVIEWER, "case-actions", case.id)
    case.refresh_from_db()
    here.post(REVIEWER, "case-action", case.id, action="approve", version=case.version, digest=case.digest)
    office = RegisteringOffice.objects.get()
    assert (office.office_path, str(office.from_on)) == (second(here), "2024-05-20")

    here.on(date(2024, 5, 30))
    recorded(who, 2024, date(2024, 5, 28), "R2")

    home, there = here.text(INTAKE, LEDGER, query=MAY), here.text(OTHER, LEDGER, query=MAY)
    assert "R1" in home and "R2" not in home
    assert "R2" in there and "R1" not in there
    assert balance_of(who.id)["own_payment"] == 40000


def recorded(who: Enrolment, year: int, on: date, receipt: str) -> None:
    contribution_record(
        actor=system(), enrolment_id=who.id, year=year, tier_fen=20000, amount_fen=20000, treasury_on=on,
        receipt_number=receipt, means="mobile", today=date(2024, 5, 30),
    )  # fmt: skip


@pytest.mark.requirement("SS-03-6-1e")
def test_a_proof_holds_the_verified_payments_and_the_issuer(here: Collecting) -> None:
    who = here.person("王秀兰")
    recorded(who, 2023, date(2024, 5, 6), "R1")
    recorded(who, 2024, date(2024, 5, 7), "R2")
    assert "NOTHING_VERIFIED" in here.post(INTAKE, PAGE, do="proof", number=number(who))
    with unit_of_work(system(), "test"):
        TaxRecord.objects.create(
            district_code=SONGSHAN, month=Month(2024, 5).index, receipt_number="R1", enrolment_id=who.id, year=2023,
            amount_fen=20000, treasury_on=date(2024, 5, 6),
        )  # fmt: skip

    here.post(INTAKE, PAGE, do="proof", number=number(who))

    proof = ContributionProof.objects.get()
    paper = pdf_text(here.get(INTAKE, "contribution-proof", proof.id).content)
    issuer = here.world.cast.intake.actor.name
    for word in ("参保缴费证明", "王秀兰", "R1", "200.00", "另有1笔", issuer, proof.number):
        assert word in paper
    assert "R2" not in paper
    assert here.get(OTHER, "contribution-proof", proof.id).status_code == 404


@pytest.mark.requirement("SS-08-5")
def test_the_form_of_the_districts_hall_carries_amount_due_and_reference(here: Collecting) -> None:
    clerk = here.world.cast.handler.actor
    case = enrolment_open(
        actor=clerk, name="王小英", document_kind="id_card", number=number_of(159901, date(1999, 3, 8), 2),
        valid_until=date(2035, 1, 1), village_code=here.village.rstrip("/").rpartition("/")[2], address="新民村",
        materials=papers(clerk, "id_document", "household_booklet"), today=date(2024, 5, 20),
    )  # fmt: skip
    refused = here.post(DISTRICT_HANDLER, PAGE, do="form", case=case.number, tier="123")
    assert "TIER_NOT_OFFERED" in refused

    answer = here.client(DISTRICT_HANDLER).post(
        "/workbench/contributions/halls/", {"do": "form", "case": case.number, "tier": "500"}
    )

    paper = pdf_text(answer.content)
    for word in ("参保登记表", "王小英", "500.00", "伍佰元整", case.number, "区税务大厅"):
        assert word in paper
