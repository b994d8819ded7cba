"""Changes of data and of the payout account: proposed by the township of the register, decided by the district."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.notices.models import OutboxMessage
from jubao.people.models import Division, Enrolment, PayoutAccount, Person, PersonChange
from jubao.people.numbers import numbers_of, person_by_number
from jubao.services.benefits.death_reports import death_decide, death_report, sources_beside
from jubao.services.people.data_changes import data_change_propose
from jubao.services.people.payout_accounts import account_change_propose
from tests.support.cast import Cast, a_cast, an_officer
from tests.support.papers import papers, step
from tests.support.residents import (
    TODAY,
    a_person,
    an_account,
    an_enrolment,
    number_of,
    some_villages,
    system,
)


@pytest.fixture
def songshan(database: None) -> Cast:
    some_villages("150404")
    return a_cast("150404")


@pytest.fixture
def resident(songshan: Cast) -> Enrolment:
    village = Division.objects.filter(path__startswith=songshan.intake.actor.scope, level="village").first()
    return an_enrolment(village=village, name="张贵芳", mobile="13800000001")


def proposed(cast: Cast, enrolment: Enrolment, **changes: str):  # type: ignore[no-untyped-def]
    return data_change_propose(
        actor=cast.intake.actor, person_id=enrolment.person_id, changes=changes, reason="更名", today=TODAY
    )


@pytest.mark.requirement("SS-03-2-2i")
def test_a_passed_name_change_keeps_the_old_name(songshan: Cast, resident: Enrolment) -> None:
    case = proposed(songshan, resident, name="单桂芳")

    step(songshan.reviewer.actor, case, "approve")

    person = Person.objects.get(id=resident.person_id)
    assert (person.name, person.name_initials) == ("单桂芳", "sgf")
    change = PersonChange.objects.get(person=person)
    assert (change.old_value, change.new_value, change.case_id) == ("张贵芳", "单桂芳", case.id)


@pytest.mark.requirement("SS-03-2-2j", "SS-03-5-1e")
def test_an_error_requested_by_the_township_is_applied_by_the_district_alone(
    songshan: Cast, resident: Enrolment
) -> None:
    old = numbers_of([resident.person_id])[resident.person_id]
    right = number_of(159901, date(1963, 8, 16), 998)
    case = proposed(songshan, resident, number=right, birth_date="1963-08-16")

    with pytest.raises(DomainError, match="POST_REQUIRED"):
        step(songshan.intake.actor, case, "approve")
    with pytest.raises(DomainError, match=r"POST_REQUIRED|LEVEL_REQUIRED"):
        data_change_propose(
            actor=songshan.reviewer.actor,
            person_id=resident.person_id,
            changes={"name": "李"},
            reason="无",
            today=TODAY,
        )
    step(songshan.reviewer.actor, case, "approve")

    found = person_by_number(right)
    assert found is not None and found.birth_date == date(1963, 8, 16)
    assert person_by_number(old) == found


@pytest.mark.requirement("SS-02-1")
def test_another_township_cannot_change_the_data(songshan: Cast, resident: Enrolment) -> None:
    town = Division.objects.filter(code__startswith="150404", level="township").order_by("code")[1]
    other = an_officer("intake_clerk", path=town.path)

    with pytest.raises(DomainError, match="NOT_OF_YOUR_PLACE"):
        data_change_propose(
            actor=other.actor,
            person_id=resident.person_id,
            changes={"name": "李桂芳"},
            reason="更名",
            today=TODAY,
        )


def test_name_and_number_together_need_a_second_approval(songshan: Cast, resident: Enrolment) -> None:
    step(songshan.reviewer.actor, proposed(songshan, resident, name="单桂芳"), "approve")

    case = proposed(songshan, resident, number=number_of(159901, date(1963, 8, 15), 996))
    case = step(songshan.reviewer.actor, case, "approve")

    assert case.kind == "data_change_both" and case.is_open
    assert PersonChange.objects.filter(field="number").count() == 0
    step(songshan.approver.actor, case, "approve_second")
    assert PersonChange.objects.filter(field="number").count() == 1


def test_a_number_of_somebody_else_and_a_birth_against_the_number_are_refused(
    songshan: Cast, resident: Enrolment
) -> None:
    other = a_person(district="150404", name="李四")

    with pytest.raises(DomainError, match="NUMBER_TAKEN"):
        proposed(songshan, resident, number=numbers_of([other.id])[other.id])
    with pytest.raises(DomainError, match="NUMBER_CONTRADICTS"):
        proposed(songshan, resident, birth_date="1964-01-01")
    with pytest.raises(DomainError, match="NOTHING_CHANGES"):
        proposed(songshan, resident, name="张贵芳")


def account(cast: Cast, enrolment: Enrolment, number: str, **about):  # type: ignore[no-untyped-def]
    return account_change_propose(
        actor=cast.intake.actor, person_id=enrolment.person_id, account_number=number, holder_name="张贵芳",
        bank_name="农业银行", materials=papers(cast.intake.actor, "id_document"), today=TODAY, **about,
    )  # fmt: skip


def test_a_new_account_waits_and_both_telephones_are_told(songshan: Cast, resident: Enrolment) -> None:
    former = an_account(resident.person, "6217000000000000011")

    case = account(songshan, resident, "6217000000000000029", new_mobile="13900000009")
    step(songshan.reviewer.actor, case, "approve")

    former.refresh_from_db()
    now = PayoutAccount.objects.get(person=resident.person, until_on__isnull=True)
    assert former.until_on == TODAY and now.usable_on == date(2026, 12, 4)
    told = OutboxMessage.objects.filter(case_id=case.id)
    assert {message.recipient for message in told} == {"13800000001", "13900000009"}
    assert all("0029" in message.body and "6217000000000000029" not in message.body for message in told)


def test_an_account_of_another_person_or_of_staff_is_refused(songshan: Cast, resident: Enrolment) -> None:
    from jubao.staff.keys import number_digest

    somebody = a_person(district="150404", name="李四")
    an_account(somebody, "6217000000000000011")
    with pytest.raises(DomainError, match="ACCOUNT_OF_ANOTHER"):
        account(songshan, resident, "6217000000000000011")

    with unit_of_work(system(), "test"):
        clerk = songshan.handler.person
        clerk.number_digest = number_digest(numbers_of([somebody.id])[somebody.id])
        clerk.save()
    with pytest.raises(DomainError, match="STAFF_ACCOUNT"):
        account(songshan, resident, "6217000000000000011", is_custodian=True)


def test_sources_of_a_death_stand_side_by_side(songshan: Cast, resident: Enrolment) -> None:
    actor = songshan.intake.actor
    late = death_report(
        actor=actor, person_id=resident.person_id, died_on=date(2026, 10, 5), source="殡葬", today=TODAY
    )
    death_report(
        actor=actor, person_id=resident.person_id, died_on=date(2026, 8, 3), source="村报", today=TODAY
    )
    death_decide(actor=songshan.reviewer.actor, report_id=late.id, reason="火化证明")

    beside = sources_beside(resident.person_id, claimed=Month(2026, 10))

    assert [(one.source, one.months_to_claimed, one.is_decisive) for one in beside] == [
        ("村报", -2, False),
        ("殡葬", 0, True),
    ]
    with pytest.raises(DomainError, match="DEATH_IN_FUTURE"):
        death_report(
            actor=actor, person_id=resident.person_id, died_on=date(2027, 1, 1), source="x", today=TODAY
        )
