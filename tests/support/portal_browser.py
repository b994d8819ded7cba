"""A phone in a real Chromium on the live site: 390 px wide, logged in as somebody, the code read from the outbox.

Worked example: `page = log_in(desk, a_phone(desk), "张桂芳", number)` stands on the first page of the portal.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import monotonic, sleep
from uuid import UUID

from playwright.sync_api import Page

from tests.support.browser import PATIENCE_MS, PATIENCE_SECONDS, Desk

WIDTHS = (390, 320)
REFUSED = re.compile("status of 4(01|03|04|09|22)")
"""A refused step and an unknown address have their own status, which the console mentions; the demo service has no icon."""


def a_phone(desk: Desk, *, width: int = 390, script: bool = True) -> Page:
    """A page on a phone of its own."""
    context = desk.browser.new_context(
        viewport={"width": width, "height": 844}, locale="zh-CN", java_script_enabled=script
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    desk._pages[page] = found
    return page


def log_in(desk: Desk, page: Page, name: str, number: str, phone: str = "13900000001") -> Page:
    """By the pages, as everybody does."""
    from tests.support.portal import last_code

    page.goto(desk.address("portal:login"))
    page.get_by_label("姓名").fill(name)
    page.get_by_label("身份证号码").fill(number)
    page.get_by_label("手机号码").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("短信里的 6 位数字").wait_for()
    with desk.records():
        code = last_code()
    page.get_by_label("短信里的 6 位数字").fill(code)
    page.get_by_role("button", name="登录").click()
    page.get_by_text(f"{name}，您好").wait_for()
    return page


def look(desk: Desk, page: Page, name: str) -> None:
    """Screenshots at both widths, then large; nothing scrolls sideways, axe finds nothing, nobody complained."""
    desk.keep(page, f"portal-{name}", widths=WIDTHS, is_outcome=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert desk.faults(page) == [], name
    page.evaluate("document.documentElement.classList.add('care')")
    desk.keep(page, f"portal-{name}-care", widths=WIDTHS, is_outcome=True)
    page.set_viewport_size({"width": 390, "height": 844})
    low = page.evaluate(
        "[...document.querySelectorAll('.weui-btn, .tool, .choice, .field, summary')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 60).map(e => e.outerHTML.slice(0, 90))"
    )
    assert low == [], name
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    page.evaluate("document.documentElement.classList.remove('care')")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18
    assert [one for one in desk.problems(page) if not REFUSED.search(one)] == [], name


def a_mobile(person_id: UUID | None, number: str) -> None:
    """A mobile telephone in the register."""
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import Phone
    from tests.support.residents import system

    assert person_id is not None
    with unit_of_work(system(), "test"):
        Phone.objects.create(person_id=person_id, number=number, from_on=date(2020, 1, 1))


@contextmanager
def face_counterpart(secret: str) -> Iterator[str]:
    """The 实人认证 service of the demo, whose page lets one choose; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "jubao.demo.counterparts.face_service",
        "--port",
        str(port),
        "--secret",
        secret,
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = monotonic() + PATIENCE_SECONDS
        while monotonic() < end and not _listens(port):
            sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(PATIENCE_SECONDS)


def _listens(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
