"""First enrolment in Songshan: taken anywhere, on the spot, with complete papers, confirmed by the district (第四、五条)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jubao.cases.models import Case, CaseEvent
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import Division, Enrolment, EnrolmentStatus, OtherSchemeRecord
from jubao.people.numbers import person_by_number
from jubao.policy import load_pack
from jubao.services.people.enrolments import enrolment_open
from jubao.services.people.identity_documents import presented_check
from tests.support.cast import Cast, Member, a_cast, an_officer
from tests.support.papers import papers, step
from tests.support.residents import TODAY, a_person, number_of, some_villages

CARD = number_of(159901, date(1990, 5, 1), 2)
FULL = ("id_document", "household_booklet")


@pytest.fixture
def songshan(database: None) -> Cast:
    some_villages("150404")
    return a_cast("150404")


def taken(who: Member, *kinds: str, **about: Any) -> Case:
    village = Division.objects.filter(code__startswith="150404", level="village").order_by("code").first()
    assert village is not None
    facts = {
        "name": "王小英", "document_kind": "id_card", "number": CARD, "valid_until": date(2036, 1, 1),
        "village_code": village.code, "address": "振兴街道新民村", "today": TODAY, **about,
    }  # fmt: skip
    return enrolment_open(actor=who.actor, materials=papers(who.actor, *(kinds or FULL)), **facts)


def counter_of_another_township(cast: Cast) -> Member:
    town = Division.objects.filter(code__startswith="150404", level="township").order_by("code")[1]
    return an_officer("intake_clerk", path=town.path)


@pytest.mark.requirement("SS-04-1")
def test_without_the_household_booklet_the_missing_paper_is_named(songshan: Cast) -> None:
    with pytest.raises(DomainError, match="MATERIAL_MISSING"):
        taken(songshan.intake, "id_document")

    assert not Case.objects.exists() and person_by_number(CARD) is None


@pytest.mark.requirement("SS-04-2", "SS-03-3-1a", "SS-03-3-2a")
def test_the_village_assistant_sends_to_the_township_and_decides_nothing(songshan: Cast) -> None:
    case = taken(songshan.assistant)

    assert case.state == "submitted" and case.division_path.startswith(songshan.intake.actor.scope)
    assert case.materials.count() == 2 and person_by_number(CARD) is None
    with pytest.raises(DomainError, match="POST_REQUIRED"):
        step(songshan.assistant.actor, case, "register")


@pytest.mark.requirement("SS-03-2-2a", "SS-03-5-1a", "SS-03-2-2e")
def test_the_township_registers_and_the_district_makes_it_effective(songshan: Cast) -> None:
    case = taken(songshan.intake)
    with pytest.raises(DomainError, match="STEP_NOT_POSSIBLE"):
        step(songshan.reviewer.actor, case, "confirm")

    case = step(songshan.intake.actor, case, "register")

    person = person_by_number(CARD)
    assert person is not None and not Enrolment.objects.exists() and case.state == "registered"
    entered = CaseEvent.objects.get(case=case, action="register")
    assert (entered.officer_id, entered.at.date() >= date(2026, 1, 1)) == (songshan.intake.officer.id, True)

    case = step(songshan.reviewer.actor, case, "confirm")

    enrolment = Enrolment.objects.get(person=person)
    assert enrolment.enrolled_on == TODAY and case.outcome == "approved"
    assert EnrolmentStatus.objects.get(enrolment=enrolment).from_month == Month(2026, 11).index


@pytest.mark.requirement("SS-04-3")
def test_taken_in_at_another_township_it_belongs_to_the_place_of_the_register(songshan: Cast) -> None:
    other = counter_of_another_township(songshan)

    case = taken(other)
    step(other.actor, case, "register")
    case = step(songshan.reviewer.actor, case, "confirm")

    enrolment = Enrolment.objects.get(person__documents__number=CARD)
    assert enrolment.division_path.startswith(songshan.intake.actor.scope)
    assert case.division_path == other.actor.scope == case.proposal["accepted_at"]


@pytest.mark.requirement("SS-05-1")
def test_complete_papers_cannot_be_refused(songshan: Cast) -> None:
    case = taken(songshan.intake)

    with pytest.raises(DomainError, match="REFUSAL_WITHOUT_RULE"):
        step(songshan.intake.actor, case, "refuse", reason="系统忙，改日再来")

    assert step(songshan.intake.actor, case, "register").state == "registered"
    assert case.due_on is not None and case.due_on >= TODAY


def test_a_rule_refuses_with_its_code(songshan: Cast) -> None:
    child = number_of(159901, date(2012, 5, 1), 2)
    insured = number_of(159901, date(1980, 5, 1), 4)
    from jubao.database.unit_of_work import unit_of_work
    from tests.support.residents import system

    person = a_person(district="150404", number=insured, birth=date(1980, 5, 1))
    with unit_of_work(system(), "test"):
        OtherSchemeRecord.objects.create(
            person=person, scheme="employee_pension", kind="contribution", known_on=TODAY
        )

    for code, facts in (
        ("TOO_YOUNG", {"number": child}),
        ("OTHER_SCHEME", {"number": insured}),
        ("STUDENT", {"is_student": True}),
    ):
        with pytest.raises(DomainError, match=code):
            taken(songshan.intake, **facts)


@pytest.mark.requirement("SS-41-1", "SS-41-2", "SS-41-3", "SS-41-4", "SS-41-5")
@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("id_card", CARD), ("social_security_card", CARD), ("hmt_residence_permit", number_of(819900, date(1990, 5, 1), 2)),
        ("foreign_residence_permit", "915990199005010022"), ("passport", "E12345678"),
    ],
)  # fmt: skip
def test_a_document_is_accepted_until_its_last_day(kind: str, number: str) -> None:
    pack = load_pack("150404")

    for last_day in (None, TODAY, TODAY + timedelta(days=1)):
        assert presented_check(pack=pack, kind=kind, number=number, valid_until=last_day, today=TODAY)
    with pytest.raises(DomainError, match="ID_DOCUMENT_EXPIRED"):
        presented_check(
            pack=pack, kind=kind, number=number, valid_until=TODAY - timedelta(days=1), today=TODAY
        )


def test_a_region_names_its_documents() -> None:
    with pytest.raises(DomainError, match="ID_DOCUMENT_NOT_ACCEPTED"):
        presented_check(pack=load_pack("360734"), kind="passport", number="E1", valid_until=None, today=TODAY)
