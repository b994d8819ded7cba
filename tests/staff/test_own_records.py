"""Nobody handles the own record, under whichever account (A3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.people.models import Division
from jubao.people.numbers import numbers_of
from jubao.services.access.own_records import require_not_own
from jubao.services.cases.engine import advance, case_open
from jubao.staff.keys import number_digest
from jubao.staff.models import NaturalPerson
from tests.support.cast import Cast, Member, an_officer
from tests.support.residents import a_person, an_enrolment, system

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def insured(cast: Cast) -> tuple[NaturalPerson, object]:
    """An officer-to-be who is insured, and the person of the insurance."""
    village = Division.objects.get(path=cast.assistant.actor.scope)
    person = a_person(name="李静")
    an_enrolment(person, village=village)
    with unit_of_work(system("%"), "test"):
        human = NaturalPerson.objects.create(
            name="李静", number_digest=number_digest(numbers_of([person.id])[person.id])
        )
    return human, person.id


@pytest.mark.parametrize("post", ["intake_clerk", "field_worker"])
def test_an_officer_opens_no_case_about_the_own_record(
    cast: Cast, insured: tuple[NaturalPerson, object], post: str
) -> None:
    human, person_id = insured
    an_officer(post, path=cast.intake.actor.scope, natural_person=human)
    second = an_officer(post, path=cast.intake.actor.scope, natural_person=human)

    with pytest.raises(CheckFailed, match="OWN_RECORD"):
        open_case(second, person_id)
    assert not Case.objects.exists()


def open_case(by: Member, person_id: object) -> Case:
    """A case of the kind that anybody on the spot may open."""
    return case_open(
        actor=by.actor,
        kind="contact",
        district_code="500110",
        division_path=by.actor.scope,
        person_id=person_id,  # type: ignore[arg-type]
        proposal={},
        today=TODAY,
    )


def test_an_officer_takes_no_step_in_a_case_about_the_own_record(
    cast: Cast, insured: tuple[NaturalPerson, object]
) -> None:
    human, person_id = insured
    own = an_officer("handler", path=cast.handler.actor.scope, natural_person=human)
    case = open_case(cast.field_worker, person_id)

    with pytest.raises(CheckFailed, match="OWN_RECORD"):
        advance(actor=own.actor, case_id=case.id, action="close", expected_version=1, today=TODAY, now=NOW)


def test_other_peoples_records_and_the_program_are_not_stopped(
    cast: Cast, insured: tuple[NaturalPerson, object]
) -> None:
    _human, person_id = insured

    require_not_own(cast.intake.actor, person_id)  # type: ignore[arg-type]
    require_not_own(system("%"), person_id)  # type: ignore[arg-type]
    require_not_own(cast.intake.actor, None)
