"""How often each main page asks the database: bounded, and the same for one row as for many.

Times depend on the machine; the number of questions does not. Session and officer are two of them, the rest is the page;
what opens and closes a transaction, and what is planned once for a connection, is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jubao.cases.models import Case
from jubao.people.models import Division
from jubao.services.staff.grants import grant_end
from jubao.staff.models import Grant
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member
from tests.support.residents import TODAY, Beneficiary, a_beneficiary, an_enrolment
from tests.web.seed import a_case_to_decide, a_story

FRAME = ("PREPARE", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config", "SELECT current_setting")
PERSON_PAGES = (("person", 5), ("person-account", 5), ("person-payments", 5))
LISTS = (("inbox", 6), ("cases", 6), ("payment-runs", 6))


@contextmanager
def questions() -> Iterator[list[str]]:
    """Collects the statements sent inside; several sent at once are one."""
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(FRAME):
            asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def asked_for(client: Client, address: str) -> list[str]:
    """The statements of one page, asked a second time, when what holds for the whole process is known."""
    assert client.get(address).status_code == 200
    with questions() as asked:
        assert client.get(address).status_code == 200
    return asked


@pytest.fixture
def village(cast: Cast) -> Division:
    return Division.objects.get(path=cast.assistant.actor.scope)


@pytest.fixture
def heroine(village: Division) -> Beneficiary:
    """A beneficiary with contributions and a determination."""
    return a_story(village)


def some_cases(cast: Cast, village: Division, count: int) -> None:
    """Proposals to suspend that wait for the reviewer."""
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import CustodyPeriod
    from jubao.services.benefits.suspensions import suspension_propose
    from tests.support.residents import system

    for n in range(count):
        made = a_beneficiary(village=village, birth=date(1960, 3, n % 28 + 1))
        with unit_of_work(system("%"), "test"):
            CustodyPeriod.objects.create(person=made.person, kind="FIXED_TERM", from_on=date(2026, 9, 3))
        suspension_propose(
            actor=cast.handler.actor, entitlement_id=made.entitlement_id, reason="IN_CUSTODY", today=TODAY
        )


@pytest.mark.parametrize(("route", "most"), PERSON_PAGES)
def test_a_page_of_one_person_asks_a_handful_of_times(
    cast: Cast, heroine: Beneficiary, route: str, most: int
) -> None:
    address = reverse(route, args=[heroine.person.pk])

    asked = asked_for(open_browser(cast.reviewer), address)

    assert len(asked) <= most, asked
    assert sum("oversight_accessevent" in one for one in asked) == 1


def test_a_person_with_cases_and_papers_asks_no_more(cast: Cast, village: Division) -> None:
    case = a_case_to_decide(cast, village, "")
    assert case.person_id is not None

    asked = asked_for(open_browser(cast.reviewer), reverse("person", args=[case.person_id]))

    assert len(asked) <= 5, asked


def test_home_asks_a_handful_of_times_and_counts_its_figures_once_a_minute(
    cast: Cast, village: Division
) -> None:
    cache.clear()
    some_cases(cast, village, 3)
    client = open_browser(cast.reviewer)
    with questions() as first:
        assert client.get(reverse("home")).status_code == 200

    assert len(asked_for(client, reverse("home"))) <= 8 < len(first)


@pytest.mark.parametrize(("route", "most"), LISTS)
def test_a_list_of_many_rows_asks_as_often_as_one_of_a_single_row(
    cast: Cast, village: Division, route: str, most: int
) -> None:
    client = open_browser(cast.reviewer)
    some_cases(cast, village, 1)
    single = asked_for(client, reverse(route))
    some_cases(cast, village, 60)

    many = asked_for(client, reverse(route))

    assert Case.objects.count() == 61
    assert len(single) <= len(many) <= len(single) + 1, many  # with a second page the rows are counted
    assert len(many) <= most, many


def test_a_search_asks_once_for_its_page_of_people(cast: Cast, village: Division) -> None:
    for n in range(60):
        an_enrolment(village=village, name="张桂芳", birth=date(1960, 3, n % 28 + 1))
    client = open_browser(cast.handler)
    with questions() as typed:
        assert client.post(reverse("people"), {"q": "zgf"}).status_code == 302

    assert len(typed) <= 5, typed
    found = asked_for(client, reverse("people"))
    assert len(found) <= 4, found
    assert sum("people_identitydocument" in one for one in found) == 1


def test_a_case_page_asks_a_bounded_number_of_times(cast: Cast, village: Division) -> None:
    case = a_case_to_decide(cast, village, "")

    asked = asked_for(open_browser(cast.reviewer), reverse("case", args=[case.pk]))

    assert len(asked) <= 16, asked


def test_the_door_asks_the_account_its_grants_and_its_place_at_once(cast: Cast, heroine: Beneficiary) -> None:
    asked = asked_for(open_browser(cast.reviewer), reverse("person", args=[heroine.person.pk]))

    door = [one for one in asked if "staff_officer" in one]
    assert len(door) == 1 and "staff_grant" in door[0] and "people_division" in door[0]
    assert not any("staff_post" in one for one in asked)


def test_nothing_of_a_right_is_kept_between_two_pages(cast: Cast, heroine: Beneficiary) -> None:
    member: Member = cast.reviewer
    client = open_browser(member)
    address = reverse("person", args=[heroine.person.pk])
    assert client.get(address).status_code == 200

    grant = Grant.objects.get(officer=member.officer)
    grant_end(actor=cast.approver.actor, grant_id=grant.id, reason="调离", today=timezone.localdate())

    assert client.get(address).status_code == 302
