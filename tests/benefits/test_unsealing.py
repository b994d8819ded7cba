"""启封: who may ask for it, where, with what, and who decides."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case
from jubao.kernel.errors import DomainError
from jubao.people.numbers import numbers_of
from jubao.residents.models import FamilyMember
from jubao.services.benefits.unseal_accounts import Applicant, unseal_propose
from jubao.services.people import divisions
from jubao.workbench.access import level_of
from tests.benefits.sealing import DAY, DISTRICT, SON, SON_NAME, Sealing
from tests.support.cast import an_officer
from tests.support.portal import Phone, picture, words

CITY = f"{DISTRICT[:4]}00"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Sealing:
    return Sealing(monkeypatch)


@pytest.mark.requirement("GD-9-16")
def test_only_the_person_or_recorded_family_applies(here: Sealing) -> None:
    someone = here.sealed()

    stranger = here.asks(here.cast.intake, someone, number=SON, name=SON_NAME)
    assert "既不是本人，也不是已登记的家属" in stranger
    assert not Case.objects.filter(kind="unsealing").exists()

    assert "已登记" in here.family(someone)
    assert "已提出" in here.asks(here.cast.intake, someone, number=SON, name=SON_NAME)
    assert here.taken(someone).proposal["relation"] == "子女"
    assert SON not in str(list(FamilyMember.objects.values())) + str(here.taken(someone).proposal)


@pytest.mark.requirement("GD-9-17", "GD-9-18", "GD-9-19", "GD-9-20")
@pytest.mark.parametrize(
    ("member", "outlet", "channel"),
    [
        ("handler", "", "COUNTY"),
        ("intake", "", "TOWNSHIP"),
        ("assistant", "", "VILLAGE"),
        ("handler", "农村商业银行城西支行", "BANK"),
    ],
)
def test_an_application_is_in_the_queue_of_the_city_with_its_channel(
    here: Sealing, member: str, outlet: str, channel: str
) -> None:
    someone = here.sealed()

    assert "已提出" in here.asks(getattr(here.cast, member), someone, bank_outlet=outlet)

    queue = here.queue()
    assert channel in queue and here.taken(someone).number in queue
    assert here.taken(someone).channel == channel
    assert here.taken(someone).number in here.page(here.city, "inbox")


@pytest.mark.requirement("GD-9-21")
def test_the_family_applies_on_the_phone(here: Sealing) -> None:
    someone = here.sealed(name="何秀兰")
    here.family(someone)
    phone = Phone(here.clock)
    phone.login(SON_NAME, SON, "13900000031")
    assert "何秀兰" in phone.text("portal:unseal")
    given = {"person": str(someone.person.pk), "ground": "老人身体不便"}

    without = phone.post("portal:unseal", **given)
    assert "缺少材料" in words(without)
    answer = phone.post("portal:unseal", file=picture(), **given)

    assert answer.status_code == 302
    assert "等待市社保经办机构审批" in words(phone.client.get(answer["Location"]))
    assert "ONLINE" in here.queue() and here.taken(someone).number in here.queue()


def test_a_stranger_on_the_phone_is_told_where_family_is_recorded(here: Sealing) -> None:
    someone = here.sealed(name="何秀兰")
    phone = Phone(here.clock)
    phone.login(SON_NAME, SON, "13900000031")

    assert "登记家属关系" in phone.text("portal:unseal")
    answer = phone.post("portal:unseal", person=str(someone.person.pk), ground="替她办", file=picture())
    assert "既不是本人，也不是已登记的家属" in words(answer)


@pytest.mark.requirement("GD-9-22")
def test_without_papers_the_application_is_refused(here: Sealing) -> None:
    someone = here.sealed()

    assert "缺少材料" in here.asks(here.cast.intake, someone, with_paper=False)
    assert not Case.objects.filter(kind="unsealing").exists()


def with_a_city(patch: pytest.MonkeyPatch) -> Sealing:
    """The county under a city of its own, as most counties stand; its city's officers are of the city and not of the province."""
    above = divisions._above
    city = divisions.Place(CITY, "某市", "city", f"{CITY[:2]}0000", date(1990, 1, 1), None)
    patch.setattr(divisions, "_above", lambda code: [*above(code), *([city] if code == DISTRICT else [])])
    return Sealing(patch)


@pytest.mark.requirement("GD-9-23")
def test_where_there_is_a_city_neither_county_nor_province_approves(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = with_a_city(monkeypatch)
    someone = here.sealed()
    here.asks(here.cast.intake, someone)
    case = here.taken(someone)
    province = an_officer("approver", path=f"{CITY[:2]}0000/")
    assert [level_of(one.actor.scope) for one in (here.city, province)] == ["city", "province"]

    for refused in (here.cast.approver, province):
        assert "市级" in here.approved(case, refused)
    case.refresh_from_db()
    assert case.is_open
    assert "已同意" in here.approved(case, here.city)

    assert "ACTIVE" in here.page(here.cast.handler, "person-account", someone.person.pk)


@pytest.mark.requirement("GD-9-23")
def test_the_county_cannot_approve_and_the_city_can(here: Sealing) -> None:
    someone = here.sealed()
    here.asks(here.cast.intake, someone)
    case = here.taken(someone)

    county = here.approved(case, here.cast.approver)
    assert "市级" in county
    said = here.approved(case, here.city)

    case.refresh_from_db()
    assert "已同意" in said
    assert (case.outcome, case.is_open) == ("approved", False)
    account = here.page(here.cast.handler, "person-account", someone.person.pk)
    assert "ACTIVE" in account and "SEALED" not in account


def test_a_place_that_takes_no_applications_refuses(here: Sealing) -> None:
    someone = here.sealed()
    clerk = an_officer("intake_clerk", path=here.cast.keeper.actor.scope)
    with pytest.raises(DomainError) as refused:
        unseal_propose(
            actor=clerk.actor, entitlement_id=someone.entitlement_id, ground="来市里", today=DAY,
            applicant=Applicant(someone.person.name, numbers_of([someone.person.pk])[someone.person.pk]),
        )  # fmt: skip
    assert refused.value.code == "CHANNEL_NOT_OPEN" and "镇街" in refused.value.remedy
