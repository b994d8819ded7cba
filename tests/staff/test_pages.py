"""Own account, grants and officers through the pages, as a browser sends them; refusals are written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.services.staff.grants import grant_end
from jubao.staff.models import Grant
from jubao.workbench.access import SESSION_SEEN
from tests.staff.browsing import PASSWORD, Browser, code_now, with_password
from tests.support.cast import Cast, a_cast, an_officer
from tests.support.residents import number_of


@pytest.mark.requirement("GD-9-02")
def test_an_address_typed_by_hand_without_the_post_is_refused_and_written_down(
    cast: Cast, browser: Browser
) -> None:
    answer = browser(cast.intake).post(reverse("grant-approve", args=[cast.intake.officer.id]))

    assert answer.status_code == 403
    event = AccessEvent.objects.get(was_refused=True)
    assert (event.officer_id, event.fields) == (cast.intake.officer.id, "grant-approve")
    seen = browser(cast.auditor).get(reverse("refusals")).content.decode()
    assert "grant-approve" in seen and cast.intake.officer.username in seen


def test_a_refusal_of_a_service_behind_an_open_page_is_written_down_too(cast: Cast, browser: Browser) -> None:
    other = an_officer(path=cast.handler.actor.scope)
    browser(cast.approver).post(
        reverse("grant-apply"),
        {
            "username": other.officer.username,
            "post": "handler",
            "division_path": cast.outsider.actor.scope,
            "from_on": "2026-11-23",
            "last_on": "2098-06-30",
        },
    )

    assert AccessEvent.objects.get(was_refused=True).fields == "申请岗位权限"


@pytest.mark.requirement("SS-40-1")
def test_a_session_ends_the_moment_the_post_is_taken_back(cast: Cast, browser: Browser) -> None:
    client = browser(cast.reviewer)
    assert client.get(reverse("my-account")).status_code == 200
    grant = Grant.objects.get(officer=cast.reviewer.officer)

    grant_end(actor=cast.approver.actor, grant_id=grant.id, reason="调离", today=timezone.localdate())

    assert client.get(reverse("my-account")).status_code == 302


def test_a_post_is_granted_through_the_pages_by_three_people(cast: Cast, browser: Browser) -> None:
    number = number_of(509903, timezone.localdate().replace(year=1990, month=5, day=5), 7)
    registered = browser(cast.approver).post(
        reverse("officer-register"),
        {"name": "新来", "id_number": number, "username": "xinlai", "phone": "13800000000"},
    )
    assert registered.status_code == 302
    today = timezone.localdate()
    last = today + timedelta(days=200)
    applied = browser(cast.approver).post(
        reverse("grant-apply"),
        {
            "username": "xinlai",
            "post": "handler",
            "division_path": cast.handler.actor.scope,
            "from_on": f"{today}",
            "last_on": f"{last}",
            "reason": "新增",
        },
    )
    assert applied["Location"].endswith("state=applied")
    grant = Grant.objects.get(officer__username="xinlai")
    assert "xinlai" in browser(cast.auditor).get(reverse("grants")).content.decode()

    browser(cast.auditor).post(reverse("grant-review", args=[grant.id]), {"agree": "1"})
    secret = with_password(cast.keeper)
    keeper = browser(cast.keeper)
    approve = reverse("grant-approve", args=[grant.id])
    assert "/my/confirm/" in keeper.post(approve, {"agree": "1"})["Location"]
    keeper.post(reverse("confirm-identity"), {"password": PASSWORD, "code": code_now(secret)})
    keeper.post(approve, {"agree": "1"})

    grant.refresh_from_db()
    assert (grant.state, grant.until_on) == ("active", last + timedelta(days=1))
    assert {grant.applied_by_id, grant.reviewed_by_id, grant.approved_by_id} == {
        cast.approver.person.id,
        cast.auditor.person.id,
        cast.keeper.person.id,
    }


def test_the_own_account_changes_the_password_and_stays_logged_in(cast: Cast, browser: Browser) -> None:
    with_password(cast.handler)
    here, elsewhere = browser(cast.handler), browser(cast.handler)
    new = "江水东流三百里之后终见大海"

    here.post(reverse("my-password"), {"former": PASSWORD, "new": new, "again": new})

    assert here.get(reverse("my-account")).status_code == 200
    assert elsewhere.get(reverse("my-account")).status_code == 302


def test_losing_the_phone_ends_the_own_session(cast: Cast, browser: Browser) -> None:
    client = browser(cast.outsider)

    client.post(reverse("my-phone"), {"do": "lost"})

    assert client.get(reverse("my-account")).status_code == 302


def test_working_at_another_place_changes_the_scope(cast: Cast, browser: Browser) -> None:
    second = Grant.objects.get(officer=cast.assistant.officer).division_path
    member = an_officer("intake_clerk", path=cast.intake.actor.scope)
    with unit_of_work(Actor.system("cast", scope="%"), "officer_found"):
        Grant.objects.create(
            officer=member.officer,
            natural_person=member.person,
            post_id="village_assistant",
            division_path=second,
            from_on="2026-01-01",
            until_on="2099-01-01",
            state="active",
            is_founding=True,
        )
    client = browser(member)
    assert client.get(reverse("my-account")).context["actor"].scope == cast.intake.actor.scope

    client.post(reverse("my-place"), {"place": second})

    assert client.get(reverse("my-account")).context["actor"].scope == second


def test_pages_of_a_second_district_do_not_mix(database: None) -> None:
    assert a_cast("360734", next_county="150404").handler.actor.scope.startswith("360000/")


@pytest.mark.parametrize(("minutes", "is_in"), [(59, True), (61, False)])
def test_an_idle_hour_ends_the_session(cast: Cast, browser: Browser, minutes: int, is_in: bool) -> None:
    client = browser(cast.handler)
    assert client.get(reverse("my-account")).status_code == 200
    session = client.session
    session[SESSION_SEEN] = int(timezone.now().timestamp()) - minutes * 60
    session.save()

    assert client.get(reverse("my-account")).status_code == (200 if is_in else 302)
