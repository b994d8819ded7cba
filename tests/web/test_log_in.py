"""Log-in in a real browser: password and code, the scan with its number, own account, grants, officers; axe finds nothing."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.support.browser import Desk

PASSWORD = "春天的第一列火车开往重庆"


def give_password(desk: Desk, username: str) -> str:
    """A password and an authenticator; its secret."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from jubao.database.actor import Actor
    from jubao.database.unit_of_work import unit_of_work
    from jubao.staff.keys import seal
    from jubao.staff.models import Officer
    from jubao.staff.one_time_codes import new_secret

    with desk.records(), unit_of_work(Actor.system("test", scope="%"), "test"):
        officer, secret = Officer.objects.get(username=username), new_secret()
        # The site is a process of its own with the real hasher; the tests' quick one is not known to it.
        officer.password = Argon2PasswordHasher().encode(PASSWORD, "saltsaltsaltsalt")
        officer.one_time_code_secret = seal(secret, about=officer.id)
        officer.save()
    return secret


def give_card(desk: Desk, username: str) -> tuple[UUID, str]:
    """A bound electronic social-security card; its id and private key."""
    from jubao.database.actor import Actor
    from jubao.database.unit_of_work import unit_of_work
    from jubao.staff.models import Device, Officer
    from jubao.staff.phones import new_key

    private, public = new_key()
    with desk.records(), unit_of_work(Actor.system("test", scope="%"), "test"):
        officer = Officer.objects.get(username=username)
        device = Device.objects.create(
            natural_person=officer.natural_person,
            kind="e_card",
            label="电子社保卡",
            public_key=public,
            bound_at=datetime.now(UTC),
        )
    return device.id, private


def say(desk: Desk, card: tuple[UUID, str], challenge: str, number: str) -> dict[str, Any]:
    """What the card platform sends, and the answer."""
    from jubao.staff.phones import sign

    said = sign(card[1], card[0], "login", challenge, number, datetime.now(UTC))
    body = {
        "device_id": str(said.device_id),
        "purpose": "login",
        "subject": challenge,
        "match_number": number,
        "at": said.at.isoformat(),
        "signature": said.signature,
    }
    request = urllib.request.Request(
        desk.address("login-scan-answer"),
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.loads(answer.read()))


def test_password_and_code_let_in_and_a_wrong_one_says_so(desk: Desk) -> None:
    from jubao.staff.one_time_codes import code_at

    secret = give_password(desk, "500110-auditor")
    page = desk.nobody()
    page.goto(desk.address("grants"))
    desk.keep(page, "login")
    assert desk.faults(page) == []
    page.fill("#username", "500110-auditor")
    page.fill("#password", "not the password")
    page.fill("#code", "000000")
    page.click("main button.btn-primary")
    page.wait_for_selector("text=用户名、密码或验证码不对")
    desk.keep(page, "login-wrong")
    assert desk.faults(page) == []

    page.fill("#password", PASSWORD)
    page.fill("#code", code_at(secret, int(datetime.now(UTC).timestamp())))
    page.click("main button.btn-primary")

    page.wait_for_url("**/workbench/grants/")


@pytest.mark.requirement("GD-9-07")
def test_scanning_with_the_card_lets_the_waiting_page_in(desk: Desk) -> None:
    card = give_card(desk, "440523-handler")
    page = desk.nobody()
    page.goto(desk.address("login-scan"))
    page.fill("#username", "440523-handler")
    page.click("main button.btn-primary")
    number = page.inner_text(".match-number strong")
    challenge = str(page.get_attribute("#scan-state", "hx-get")).split("/scan/")[1].split("/")[0]
    desk.keep(page, "login-scan")
    assert desk.faults(page) == []

    assert say(desk, card, challenge, number)["code"] == "CONFIRMED"

    page.wait_for_url("**/workbench/")


@pytest.mark.parametrize("route", ["my-account", "grants", "officers", "refusals", "confirm-identity"])
def test_pages_of_posts_and_access_have_no_fault(desk: Desk, route: str) -> None:
    username = {"my-account": "500110-handler", "refusals": "500110-auditor"}.get(route, "500110-approver")
    page = desk.as_(username)
    page.goto(desk.address(route, query="?state=active" if route == "grants" else ""))

    desk.keep(page, route)

    assert desk.faults(page) == []
    assert desk.problems(page) == []


def test_the_page_for_a_first_password_has_no_fault(desk: Desk) -> None:
    page = desk.nobody()
    page.goto(desk.address("ticket-redeem"))

    desk.keep(page, "ticket")

    assert desk.faults(page) == []
