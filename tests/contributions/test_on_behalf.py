"""Payment on behalf: collected in the village, confirmed by the township, decided by the district.

Worked example: 李强 is severely disabled in 2024: confirmed, the order stands; without the township's step nobody can decide.
"""

from __future__ import annotations

import pytest

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import OnBehalfOrder
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.oversight.models import AccessEvent
from jubao.people.models import Enrolment, SpecialGroupPeriod
from jubao.people.numbers import numbers_of
from tests.support.collecting import ASSISTANT, OFFICE, REVIEWER, Collecting
from tests.support.counter import a_file
from tests.support.residents import system

PAGE = "on-behalf"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    return Collecting(monkeypatch)


def marked(who: Enrolment, until: Month | None = None) -> None:
    with unit_of_work(system(), "test"):
        SpecialGroupPeriod.objects.create(
            person_id=who.person_id, group_code="severely_disabled", from_month=Month(2023, 3).index,
            until_month=until.index if until else None,
        )  # fmt: skip


def collected(here: Collecting, who: Enrolment, **more: object) -> str:
    number = numbers_of([who.person_id])[who.person_id]
    sent = {"number": number, "year": "2024", "kind": "proof_documents", "file": a_file("残疾证"), **more}
    return here.post(ASSISTANT, PAGE, do="collect", **sent)


def the_case() -> Case:
    return Case.objects.get(kind="paid_on_behalf")


def step(here: Collecting, by: str, action: str, reason: str = "") -> str:
    case = the_case()
    here.get(by, "case", case.id)
    for paper in CaseMaterial.objects.filter(case=case):
        here.get(by, "case-material", case.id, paper.id)
    here.get(by, "case-actions", case.id)
    case = the_case()
    return here.post(
        by, "case-action", case.id, action=action, version=case.version, digest=case.digest, reason=reason
    )


@pytest.mark.requirement("SS-03-3-2b")
def test_an_assistants_material_goes_to_the_township_and_deciding_is_refused(here: Collecting) -> None:
    who = here.person("李强")
    marked(who)
    assert "MATERIAL_MISSING" in collected(here, who, file="")

    assert "已收件并上报镇街" in collected(here, who)

    case = the_case()
    assert CaseMaterial.objects.filter(case=case, kind="proof_documents").count() == 1
    assert case.number in here.text(OFFICE, "inbox")
    here.post(ASSISTANT, "case-action", case.id, action="confirm", version=case.version, digest=case.digest)
    assert the_case().state == "sent" and not OnBehalfOrder.objects.exists()
    assert AccessEvent.objects.filter(was_refused=True).exists()


@pytest.mark.requirement("SS-03-2-2c")
def test_a_mark_valid_this_year_confirmed_makes_the_order(here: Collecting) -> None:
    who = here.person("李强")
    marked(who)
    collected(here, who)

    step(here, OFFICE, "confirm")

    order = OnBehalfOrder.objects.get()
    assert (order.enrolment_id, order.year, order.group_code) == (who.id, 2024, "severely_disabled")
    assert (order.tier_fen, order.state) == (10000, "ordered")
    assert "待区级确认" in here.text(OFFICE, PAGE)


def test_a_mark_of_a_former_year_is_not_enough(here: Collecting) -> None:
    who = here.person("李强")
    marked(who, until=Month(2024, 1))
    collected(here, who)

    assert "NOT_ENTITLED" in step(here, OFFICE, "confirm")
    assert not OnBehalfOrder.objects.exists()


@pytest.mark.requirement("SS-03-5-1b")
def test_the_district_decides_only_what_the_township_passed(here: Collecting) -> None:
    who = here.person("李强")
    marked(who)
    collected(here, who)
    step(here, REVIEWER, "approve")
    assert the_case().state == "sent" and not OnBehalfOrder.objects.exists()

    step(here, OFFICE, "confirm")
    step(here, REVIEWER, "approve")

    assert OnBehalfOrder.objects.get().state == "effective"
    assert (the_case().outcome, the_case().is_open) == ("approved", False)


def test_the_district_may_refuse_and_the_township_return(here: Collecting) -> None:
    who = here.person("李强")
    marked(who)
    collected(here, who)
    step(here, OFFICE, "return", "残疾证过期")
    assert "已重新上报" in here.post(ASSISTANT, PAGE, do="again", case=the_case().id)
    step(here, OFFICE, "confirm")

    step(here, REVIEWER, "reject", "已参加职工保险")

    assert OnBehalfOrder.objects.get().state == "refused"
