"""What the phone shows when something went wrong: the portal's own page for every status, the desk's for the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.support.portal import words

pytestmark = pytest.mark.usefixtures("database")
DESK_404 = "这条记录不在您的管辖范围内"


def asked(path: str, **cookies: str) -> Any:
    client = Client(raise_request_exception=False)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client.get(path)


@pytest.mark.parametrize(
    "path", ["/portal/pensoin/", "/portal/claim-free/no-such-id/", "/portal/pensoin", "/q/"]
)
def test_an_unknown_address_of_the_portal_is_its_own_page(path: str) -> None:
    answer = asked(path)

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "没有这个页面" in page and "portal/portal.css" in page and 'href="/portal/"' in page
    for way in ("到窗口", "请村（社区）帮忙", "上门办理"):
        assert way in page
    assert DESK_404 not in page and "workbench" not in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_an_unknown_address_elsewhere_is_the_desks_page() -> None:
    answer = asked("/workbench/pensoin/")

    assert answer.status_code == 404 and DESK_404 in words(answer)


def test_large_type_stays() -> None:
    assert 'class="care"' in asked("/portal/pensoin/", care="1").content.decode()
    assert 'class="care"' not in asked("/portal/pensoin/").content.decode()


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (RuntimeError("x"), 500, "系统出错，这一步没有办理"),
        (OperationalError("x"), 503, "系统现在很忙"),
        (PermissionDenied("x"), 403, "这个页面不对您开放"),
        (SuspiciousOperation("x"), 400, "发来的内容读不出来"),
    ],
)
def test_every_status_has_the_page_of_the_portal_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int, said: str
) -> None:
    def breaks(*_args: object, **_more: object) -> None:
        raise problem

    monkeypatch.setattr("jubao.portal.views.home.shown", breaks)

    answer = asked(reverse("portal:home"))

    page = words(answer)
    assert answer.status_code == status and said in page and "还可以这样办" in page
    assert ("编号" in page) is (status >= 500)
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert "portal/portal.css" in answer.content.decode()


def test_a_form_without_its_token_is_told_to_reload() -> None:
    client = Client(enforce_csrf_checks=True)

    answer: Any = client.post(reverse("portal:login"), {"name": "张桂芳"})
    desk: Any = client.post(reverse("login"), {"username": "x"})

    assert answer.status_code == desk.status_code == 403
    assert "页面已经过期" in words(answer) and "刷新后再提交" in words(answer)
    assert "portal/portal.css" in answer.content.decode() and "页面已经过期" not in words(desk)
