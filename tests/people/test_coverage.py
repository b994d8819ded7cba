"""The residents who are not enrolled, by name, with the rate of enrolment (松山第三条)."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.database.unit_of_work import unit_of_work
from jubao.facts.coverage import Coverage, coverage, not_enrolled
from jubao.people.models import Address, Division, OtherSchemeRecord, Person
from tests.support.residents import TODAY, a_person, an_enrolment, some_villages, system


def a_resident(village: Division, **about: object) -> Person:
    """Somebody of the register who is not enrolled."""
    person = a_person(district=village.code[:6], **about)  # type: ignore[arg-type]
    with unit_of_work(system(), "test"):
        Address.objects.create(
            person=person, kind="register", text="", division=village, from_on=date(2020, 1, 1)
        )
    return person


@pytest.mark.requirement("SS-03-2-1a")
def test_missing_residents_are_named_and_the_rate_is_cut_to_two_places(database: None) -> None:
    village, other = some_villages("150404")[:2]
    for _number in range(13):
        an_enrolment(village=village, birth=date(1980, 1, 1))
    missing = a_resident(village, name="王小英", birth=date(2010, 11, 20))
    a_resident(village, name="小毛", birth=date(2010, 11, 21))
    elsewhere = a_resident(village, name="李工", birth=date(1980, 1, 1))
    a_resident(other, name="邻村", birth=date(1980, 1, 1))
    with unit_of_work(system(), "test"):
        OtherSchemeRecord.objects.create(
            person=elsewhere, scheme="employee_pension", kind="contribution", known_on=TODAY
        )

    found = coverage(village.path, on=TODAY, youngest=16)

    assert (found.eligible, found.enrolled, found.rate) == (14, 13, "92.85 %")
    assert [one.person_id for one in not_enrolled(village.path, on=TODAY, youngest=16)] == [missing.id]
    assert Coverage(1000, 930).rate == "93.00 %" and Coverage(0, 0).rate == "0.00 %"
