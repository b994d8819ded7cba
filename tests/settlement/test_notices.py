"""申请注销登记告知: the list goes to the townships, the village brings the notice, the deadline runs from the delivery."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import DeathReport, Division, Enrolment
from tests.settlement.office import Office, scan
from tests.support.portal import Clock, words
from tests.support.residents import a_beneficiary, system

MAY = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
SIGNED = {"delivered_on": "2026-05-06", "receiver": "王小军", "by": "协办员林晓", "signed": "1"}


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


@pytest.fixture
def clock(here: Office, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, MAY)


def a_death(here: Office, village: Division | None = None) -> Enrolment:
    who = a_beneficiary(village=village or here.village)
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(
            person=who.person, died_on=datetime(2026, 4, 28).date(), source="CREMATION"
        )
    return who.enrolment


def sent(here: Office, *people: Enrolment) -> str:
    """Ticked by 数据岗."""
    rows = {"row": [str(one.person_id) for one in people]}
    return words(here.browser(here.cast.data).post(reverse("deregistration-notices-send"), rows, follow=True))


def delivered(here: Office, whom: Enrolment, **more: object) -> str:
    """The form of the village assistant."""
    case = Case.objects.get(kind="deregistration_notice", person_id=whom.person_id)
    given = {**SIGNED, "version": case.version, "receipt": scan(), **more}
    address = reverse("deregistration-notice", args=[case.pk])
    return words(here.browser(here.cast.assistant).post(address, given, follow=True))


@pytest.mark.requirement("SS-19-2")
def test_three_people_of_a_township_are_three_tasks_there_and_none_elsewhere(
    here: Office, clock: Clock
) -> None:
    below = Division.objects.filter(path__startswith=here.path)
    other = max(below.exclude(path__startswith=here.cast.intake.actor.scope), key=lambda one: len(one.path))
    people = [a_death(here) for _one in range(3)]
    away = a_death(here, other)

    page = here.page(here.cast.data, "deregistration-notices")
    assert page.count("CREMATION") == 4
    assert "已下发 4 人" in sent(here, *people, away)
    assert "NOTHING_CHOSEN" in sent(here, *people)

    township = here.page(here.cast.intake, "deregistration-notices")
    assert township.count("登记送达") == 3
    assert "没有未完成的告知任务" in here.page(here.cast.outsider, "deregistration-notices")


@pytest.mark.requirement("SS-19-3", "SS-03-2-4c")
def test_the_delivery_keeps_day_receiver_and_signature_or_refusal(here: Office, clock: Clock) -> None:
    signed, refused = a_death(here), a_death(here)
    sent(here, signed, refused)
    task = Case.objects.get(person_id=signed.person_id)
    pdf = here.browser(here.cast.assistant).get(reverse("deregistration-notice-file", args=[task.pk]))
    assert pdf.content.startswith(b"%PDF")

    assert "DELIVERY_UNCLEAR" in delivered(here, signed, receiver="")
    assert "DELIVERY_UNCLEAR" in delivered(here, refused, signed="")
    assert "申请期限到 2026-06-05" in delivered(here, signed)
    assert "申请期限到 2026-06-05" in delivered(here, refused, signed="", refusal="认为人还在世")

    about = Case.objects.get(person_id=signed.person_id).proposal
    assert (about["delivered_on"], about["receiver"], about["is_signed"]) == ("2026-05-06", "王小军", True)
    assert about["payee"] and about["due_on"] == "2026-06-05"
    page = here.page(here.cast.intake, "deregistration-notices")
    assert "已签收" in page and "认为人还在世" in page


@pytest.mark.requirement("SS-19-4")
def test_the_day_after_the_last_one_is_overdue_until_the_application_comes(
    here: Office, clock: Clock
) -> None:
    someone = a_death(here)
    sent(here, someone)
    delivered(here, someone)

    clock.at = datetime(2026, 6, 5, 2, 0, tzinfo=UTC)
    here.browsers.clear()
    assert "逾期" not in here.page(here.cast.handler, "deregistration-notices")
    clock.at = datetime(2026, 6, 6, 2, 0, tzinfo=UTC)
    here.browsers.clear()
    assert "逾期未申请 1 人" in here.page(here.cast.handler, "deregistration-notices")

    here.applied(someone, happened_on="2026-04-28", informed_on="", informed_by="", valid_until="2030-01-01")
    assert "2026-05-06 送达" in here.case(someone).proposal["informed"]
    assert "逾期未申请" not in here.page(here.cast.handler, "deregistration-notices")
    assert Case.objects.get(kind="deregistration_notice").outcome == "applied"
