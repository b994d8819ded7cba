"""The simulated electronic social-security card in a real browser: two windows, the desk and the phone, one log-in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jubao.database.embedded import Cluster
from tests.support.browser import Desk, serving
from tests.support.database import OwnDatabase, copy_of_template

USERNAME = "440523-handler"


def seed(desk: Desk) -> None:
    """The cast, and a card for the officer of the county where only the card lets in."""
    from django.conf import settings

    from jubao.services.staff.ecard import cards_bind
    from tests.support.cast import a_cast

    desk.seeded["cast"] = a_cast()
    settings.DEMO = True
    try:
        cards_bind([USERNAME], now=datetime.now(UTC))
    finally:
        settings.DEMO = False


@pytest.fixture(scope="module")
def demo_desk(
    desk_of_run: Desk, test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A site of the demo, in the browser of the run."""
    os.environ["JUBAO_DEMO"] = "1"
    try:
        with copy_of_template(test_cluster) as name:
            folder = Path(tmp_path_factory.mktemp("demo"))
            made = Desk(OwnDatabase(name, test_cluster, folder), desk_of_run.browser, "")
            with made.records():
                seed(made)
            with serving(made.database) as root:
                made.root = root
                yield made
            made.close_pages()
    finally:
        del os.environ["JUBAO_DEMO"]


@pytest.mark.requirement("GD-9-07")
def test_the_officer_scans_with_the_simulated_card_and_is_in(demo_desk: Desk) -> None:
    screen, phone = demo_desk.nobody(), demo_desk.nobody(width=390)
    screen.goto(demo_desk.address("login-scan"))
    screen.fill("#username", USERNAME)
    screen.click("main button.btn-primary")
    number = screen.inner_text(".match-number strong")
    link = str(screen.get_attribute("a[href*='/ecard/']", "href"))

    phone.goto(f"{demo_desk.root}{link}")
    assert "不是真实的电子社保卡" in phone.inner_text("main")
    demo_desk.keep(phone, "ecard")
    assert demo_desk.faults(phone) == []
    phone.fill("#match", number)
    phone.click("main form[action$='/ecard/scan/'] button")
    phone.wait_for_selector("text=已确认")

    screen.wait_for_url("**/workbench/")
    assert USERNAME.split("-")[0] not in screen.url


def test_a_wrong_number_on_the_phone_stops_the_log_in(demo_desk: Desk) -> None:
    screen, phone = demo_desk.nobody(), demo_desk.nobody(width=390)
    screen.goto(demo_desk.address("login-scan"))
    screen.fill("#username", USERNAME)
    screen.click("main button.btn-primary")
    number = screen.inner_text(".match-number strong")
    phone.goto(f"{demo_desk.root}{screen.get_attribute('a[href*=ecard]', 'href')}")

    phone.fill("#match", "10" if number != "10" else "11")
    phone.click("main form[action$='/ecard/scan/'] button")

    phone.wait_for_selector("text=数字与电脑上显示的不一致")
    screen.wait_for_selector("text=重新显示二维码")
    demo_desk.keep(screen, "login-scan-stopped")
    assert demo_desk.faults(screen) == []
