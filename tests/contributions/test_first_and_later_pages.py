"""First and later contributions at the counter of 松山: with the enrolment at once, later with the card alone (赤松 第六条).

Worked example: enrolled on 2024-05-06, 200 yuan the same day: credited to 2024; in 2025 the number of the card is enough.
"""

from __future__ import annotations

from datetime import date

import pytest

import tests.support.cast as cast_module
from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.people.numbers import numbers_of
from tests.support.counter import Counter, a_file
from tests.support.residents import an_enrolment, number_of

INTAKE, OFFICE, REVIEWER = "150404-intake_clerk", "songshan-township", "150404-reviewer"
DAY = date(2024, 5, 6)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    desk.on(DAY)
    township = desk.world.cast.intake.actor.scope
    cast_module.an_officer("handler", path=township, username=OFFICE, from_on=cast_module.FROM)
    return desk


def paid(here: Counter, number: str, year: int, receipt: str) -> str:
    return here.post(
        OFFICE, "contribution-record", number=number, year=str(year), amount="200", means="pos",
        treasury_on=f"{here.at:%Y-%m-%d}", receipt_number=receipt,
    )  # fmt: skip


@pytest.mark.requirement("SS-06-1")
def test_the_contribution_of_this_year_is_paid_with_the_enrolment(here: Counter) -> None:
    number = number_of(159903, date(1990, 3, 4), 7)
    here.post(
        INTAKE, "enrolment-new", name="李新人", number=number, document_kind="id_card", gender="male",
        village=here.world.villages[0].code, id_document=a_file("身份证"), household_booklet=a_file("户口簿"),
    )  # fmt: skip
    case = Case.objects.get(kind="enrolment")
    here.post(INTAKE, "case-action", case.pk, action="register", version=case.version)

    case.refresh_from_db()
    here.review(case, "confirm", by=REVIEWER, points=())

    said = paid(here, number, 2024, "R1")

    assert "缴费已记入个人账户" in said
    found = Contribution.objects.get(receipt_number="R1")
    assert (found.year, found.amount_fen, found.is_make_up) == (2024, 20000, False)
    assert found.enrolment.enrolled_on == DAY


@pytest.mark.requirement("SS-06-2")
def test_a_later_year_needs_the_identity_card_alone(here: Counter) -> None:
    who = an_enrolment(village=here.world.villages[0], name="王秀兰")
    here.on(date(2025, 3, 10))

    said = paid(here, numbers_of([who.person_id])[who.person_id], 2025, "R2")

    assert "缴费已记入个人账户" in said
    assert Contribution.objects.get(receipt_number="R2").year == 2025
