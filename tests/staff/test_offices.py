"""Registers of the offices behind their pages: village assistants with indicators, trainings, liaison officers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.people.models import Division
from jubao.staff.models import Grant
from jubao.staff.offices import AssistantAssessment, Liaison, Training
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, a_cast, an_officer
from tests.support.portal import Clock, words
from tests.support.residents import system


@pytest.fixture
def songshan(database: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """松山 on 20 April 2026."""
    Clock(monkeypatch, datetime(2026, 4, 20, 2, tzinfo=UTC))
    return a_cast("150404", next_county="440523")


def sent(cast: Cast, month: Month, at: datetime) -> None:
    """The monthly list of the assistant's village, sent at that time."""
    village = cast.assistant.actor.scope
    with unit_of_work(system("%"), "test"):
        case = Case.objects.create(
            number=f"T-{month}", kind="village_contribution_list", district_code="150404", division_path=village,
            state="sent", proposal={"month": month.index},
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(opened_at=at)


@pytest.mark.requirement("SS-03-1-1")
def test_an_assistant_with_two_late_monthly_reports_is_shown_and_assessed_with_two(songshan: Cast) -> None:
    grant = Grant.objects.get(officer=songshan.assistant.officer)
    sent(songshan, Month(2026, 1), datetime(2026, 2, 1, 1, tzinfo=UTC))
    sent(songshan, Month(2026, 2), datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
    sent(songshan, Month(2026, 3), datetime(2026, 4, 2, 1, tzinfo=UTC))
    browser = open_browser(songshan.intake)

    shown = browser.get(reverse("assistants")).content.decode()
    name = songshan.assistant.person.name
    assert name in shown and "2026-01-01" in shown and "2098-12-31" in shown
    assert 'title="2026-01 2026-03 ">2</td>' in shown

    address = reverse("assistant-assess", args=[grant.pk])
    assert "GRADE_UNKNOWN" in words(browser.post(address, {"year": "2026", "grade": "x"}, follow=True))
    assert "YEAR_IN_FUTURE" in words(browser.post(address, {"year": "2027", "grade": "good"}, follow=True))
    done = {"year": "2026", "grade": "good", "opinion": "两次迟报，已提醒"}
    assert "2026 称职" in words(browser.post(address, done, follow=True))
    found = AssistantAssessment.objects.get()
    assert (found.late_reports, found.missing_reports, found.natural_person) == (
        2,
        0,
        songshan.assistant.person,
    )


def test_a_month_not_sent_is_missing_and_a_stranger_assesses_nobody(songshan: Cast) -> None:
    shown = open_browser(songshan.intake).get(reverse("assistants")).content.decode()
    assert 'title="2026-01 2026-02 2026-03 ">3</td>' in shown

    grant = Grant.objects.get(officer=songshan.assistant.officer)
    places = Division.objects.filter(path__startswith=songshan.outsider.actor.scope, level="township")
    other = an_officer("intake_clerk", path=places.order_by("code")[0].path)
    answer = open_browser(other).post(
        reverse("assistant-assess", args=[grant.pk]), {"year": "2026", "grade": "good"}
    )
    assert answer.status_code in (302, 403)
    assert not AssistantAssessment.objects.exists()


@pytest.mark.requirement("SS-03-5-4a")
def test_a_training_is_recorded_with_day_office_and_participants(songshan: Cast) -> None:
    browser, address = open_browser(songshan.handler), reverse("trainings")
    people = [songshan.intake.officer.username, songshan.assistant.officer.username]
    given = {
        "title": "待遇申领经办",
        "held_on": "2026-03-05",
        "hours": "4",
        "trainer": "何芳",
        "person": people,
    }

    for wrong, code in (
        ({"title": ""}, "TITLE_MISSING"), ({"held_on": "2026-04-21"}, "DAY_IN_FUTURE"), ({"held_on": "x"}, "DATE_UNREADABLE"),
        ({"hours": "0"}, "HOURS_WRONG"), ({"person": []}, "PARTICIPANTS_UNKNOWN"),
        ({"person": [songshan.outsider.officer.username]}, "PARTICIPANTS_UNKNOWN"),
    ):  # fmt: skip
        assert code in words(browser.post(address, given | wrong, follow=True))
    assert not Training.objects.exists()

    shown = words(browser.post(address, given, follow=True))
    assert "待遇申领经办" in shown and "2026-03-05" in shown
    assert songshan.intake.person.name in shown and songshan.assistant.person.name in shown
    assert Training.objects.get().participants.count() == 2


@pytest.mark.requirement("GD-11-13")
def test_a_county_without_a_liaison_officer_is_reported_until_it_has_one(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, datetime(2026, 3, 2, 2, tzinfo=UTC))
    cast = a_cast("440523", next_county="500110")
    county = cast.handler.actor.scope
    province = an_officer("data_officer", path=county.split("/")[0] + "/")
    browser, address = open_browser(province), reverse("liaisons")
    assert "没有联络员" in (before := words(browser.get(address))) and "南澳县" in before

    given = {"place": county, "name": "林晓", "phone": "0754-86800000", "from_on": "2026-01-01"}
    for wrong, code in (
        ({"name": ""}, "NAME_MISSING"), ({"phone": "12"}, "PHONE_WRONG"), ({"place": cast.outsider.actor.scope}, "OUT_OF_SCOPE"),
    ):  # fmt: skip
        assert code in words(browser.post(address, given | wrong, follow=True))
    shown = words(browser.post(address, given, follow=True))
    assert "林晓" in shown and "0754-86800000" in shown and "2026-01-01" in shown
    gap = shown.split("没有联络员")[1].split("单位")[0] if "没有联络员" in shown else ""
    assert "南澳县" not in gap

    assert "高峰" in words(
        browser.post(address, given | {"name": "高峰", "from_on": "2026-03-01"}, follow=True)
    )
    first, second = Liaison.objects.order_by("from_on")
    assert (str(first.until_on), second.until_on) == ("2026-03-01", None)
    assert "PERIOD_WRONG" in words(browser.post(address, given | {"from_on": "2026-02-01"}, follow=True))
