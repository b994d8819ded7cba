"""Log-in, own account, grants and officers through the pages, as a browser sends them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.services.ecard import cards_bind
from jubao.services.grants import grant_end
from jubao.staff.keys import seal
from jubao.staff.models import Grant, LoginAttempt, LoginChallenge, Officer
from jubao.staff.one_time_codes import code_at, new_secret
from jubao.staff.phones import new_key, sign
from jubao.workbench.access import SESSION_EPOCH, SESSION_OFFICER
from tests.support.cast import Cast, Member, a_cast, an_officer
from tests.support.residents import number_of

PASSWORD = "春天的第一列火车开往重庆"
Browser = Callable[[Member | None], Client]


@pytest.fixture
def browser(database: None) -> Browser:
    """A browser in which somebody is logged in already, or nobody."""

    def open_browser(member: Member | None = None) -> Client:
        client = Client(SERVER_NAME="localhost")
        if member is not None:
            session = client.session
            session[SESSION_OFFICER] = str(member.officer.id)
            session[SESSION_EPOCH] = Officer.objects.get(id=member.officer.id).session_epoch
            session.save()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return open_browser


def with_password(member: Member) -> str:
    """Give an officer a password; the secret of the authenticator."""
    secret = new_secret()
    officer = Officer.objects.get(id=member.officer.id)
    officer.set_password(PASSWORD)
    officer.one_time_code_secret = seal(secret, about=officer.id)
    with unit_of_work(Actor.system("test", scope=""), "test"):
        officer.save()
    return secret


def code_now(secret: str, later: int = 0) -> str:
    """What the authenticator shows."""
    return code_at(secret, int(timezone.now().timestamp()) + later)


def test_logging_in_goes_on_to_the_page_that_was_asked_for(cast: Cast, browser: Browser) -> None:
    secret = with_password(cast.auditor)
    client = browser(None)
    wanted = reverse("grants")
    assert client.get(wanted)["Location"] == f"{reverse('login')}?next=%2Fworkbench%2Fgrants%2F"

    wrong = client.post(
        reverse("login"), {"username": "500110-auditor", "password": PASSWORD, "code": "000000"}
    )
    right = client.post(
        reverse("login"),
        {"username": "500110-auditor", "password": PASSWORD, "code": code_now(secret), "next": wanted},
    )

    assert wrong.status_code == 401 and "用户名、密码或验证码不对" in wrong.content.decode()
    assert right["Location"] == wanted
    assert client.get(wanted).status_code == 200
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(wanted).status_code == 302


def test_a_foreign_address_to_go_on_to_is_ignored(cast: Cast, browser: Browser) -> None:
    secret = with_password(cast.auditor)
    answer = browser(None).post(
        reverse("login"),
        {
            "username": "500110-auditor",
            "password": PASSWORD,
            "code": code_now(secret),
            "next": "https://elsewhere.example/",
        },
    )

    assert answer["Location"] == reverse("home")


@pytest.mark.requirement("GD-9-07")
def test_where_the_password_is_off_only_the_card_lets_in(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    secret = with_password(cast.outsider)
    username = cast.outsider.officer.username
    client = browser(None)
    refused = client.post(
        reverse("login"), {"username": username, "password": PASSWORD, "code": code_now(secret)}
    )
    assert refused.status_code == 401 and "本地区停用密码登录" in refused.content.decode()

    cards_bind([username], now=timezone.now())
    page = client.post(reverse("login-scan"), {"username": username, "next": reverse("my-account")})
    challenge = LoginChallenge.objects.get(officer=cast.outsider.officer)
    assert challenge.match_number in page.content.decode()
    state = reverse("login-scan-state", args=[challenge.id]) + f"?next={reverse('my-account')}"
    assert client.get(state, headers={"HX-Request": "true"}).status_code == 200
    phone = browser(None).post(
        reverse("ecard-scan"),
        {"card": username, "code": str(challenge.id), "match_number": challenge.match_number},
    )
    assert "已确认" in phone.content.decode()
    thief = browser(None).get(state, headers={"HX-Request": "true"})
    assert "另一个浏览器" in thief.content.decode() and "HX-Redirect" not in thief

    on = client.get(state, headers={"HX-Request": "true"})

    assert on["HX-Redirect"] == reverse("my-account")
    assert client.get(reverse("my-account")).status_code == 200


def test_the_door_of_the_card_platform_takes_signed_answers_only(cast: Cast, browser: Browser) -> None:
    now = timezone.now()
    said = sign(new_key()[0], cast.outsider.officer.id, "login", "0", "47", now)
    body = {
        "device_id": str(said.device_id),
        "purpose": "login",
        "subject": said.subject,
        "match_number": "47",
        "at": now.isoformat(),
        "signature": said.signature,
    }
    answer = browser(None).post(
        reverse("login-scan-answer"), json.dumps(body), content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "UNKNOWN_DEVICE")
    for junk in ("", "[]", "{}", json.dumps(body | {"at": "2026-11-22T10:00:00"})):
        assert (
            browser(None)
            .post(reverse("login-scan-answer"), junk, content_type="application/json")
            .status_code
            == 400
        )


def test_the_simulated_card_is_there_in_the_demo_only(database: None, browser: Browser) -> None:
    assert browser(None).get(reverse("ecard")).status_code == 404
    for route in ("ecard-scan", "ecard-bind", "ecard-reset"):
        assert browser(None).post(reverse(route), {"card": "x"}).status_code == 404


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
            "last_on": "2027-06-30",
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


def test_a_ticket_of_two_people_sets_the_first_password_through_the_pages(
    cast: Cast, browser: Browser
) -> None:
    officer = cast.handler.officer
    browser(cast.auditor).post(reverse("officer-ticket"), {"officer": str(officer.id), "kind": "password"})
    page = browser(cast.approver).get(reverse("officers")).content.decode()
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    shown = browser(cast.approver).post(reverse("officer-ticket"), {"ticket": ticket}).content.decode()
    code = shown.split('class="digits">')[1].split("<")[0]

    done = browser(None).post(
        reverse("ticket-redeem"),
        {"username": officer.username, "ticket": code, "password": PASSWORD, "again": PASSWORD},
    )

    secret = done.content.decode().split('<code class="digits">')[1].split("<")[0]
    answer = browser(None).post(
        reverse("login"), {"username": officer.username, "password": PASSWORD, "code": code_now(secret)}
    )
    assert answer.status_code == 302
    assert LoginAttempt.objects.get(username=officer.username).outcome == "success"


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
            until_on="2027-01-01",
            state="active",
            is_founding=True,
        )
    client = browser(member)
    assert client.get(reverse("my-account")).context["actor"].scope == cast.intake.actor.scope

    client.post(reverse("my-place"), {"place": second})

    assert client.get(reverse("my-account")).context["actor"].scope == second


def test_pages_of_a_second_district_do_not_mix(database: None) -> None:
    assert a_cast("360734", next_county="150404").handler.actor.scope.startswith("360000/")
