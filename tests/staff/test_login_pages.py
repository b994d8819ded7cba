"""Log-in through the pages, as a browser sends them: password, scan, the door of the card platform, tickets."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from jubao.services.staff.ecard import cards_bind
from jubao.staff.models import LoginAttempt, LoginChallenge
from jubao.staff.phones import new_key, sign
from tests.staff.browsing import PASSWORD, Browser, code_now, with_password
from tests.support.cast import Cast


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


def test_the_simulated_phone_shows_the_one_time_code_of_a_demo_officer(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    secret = with_password(cast.reviewer)

    shown = browser(None).get(reverse("ecard"), {"card": cast.reviewer.officer.username}).content.decode()

    assert any(code_now(secret, later) in shown for later in (0, -30))
