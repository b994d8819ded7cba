"""When a month is paid: the region's days are kept, a day outside is refused with its article, a late run is marked.

Worked example: 綦江, 2024-06: a batch dated the 21st is refused, the 18th is accepted, a draft of the 25th is 迟发.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jubao.kernel.month import Month
from jubao.payments.models import PaymentRun
from jubao.services.payments.days import pay_day_for, pay_window
from tests.payments.month import a_payee
from tests.staff.browsing import open_browser
from tests.support.cast import Cast

JUNE = Month(2024, 6)


def draft(browser: Client, today: date, pay_on: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ask for the draft of June 2024 on the page; what the page shows then."""
    for view in ("payment_actions", "payment_runs"):
        monkeypatch.setattr(f"jubao.workbench.views.{view}.today", lambda: today)
    form = {"month": "2024-06", "kind": "regular", "pay_on": pay_on}
    return browser.post(reverse("payment-run-draft"), form, follow=True).content.decode()


@pytest.mark.requirement("QJ-A1-9-n4b")
def test_the_21st_is_refused_and_the_18th_accepted(
    database: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_payee(certified_on=date(2024, 3, 1))
    handler = open_browser(cast.handler)

    refused = draft(handler, date(2024, 6, 12), "2024-06-21", monkeypatch)
    assert "应在 2024-06-15 至 2024-06-20 发放，不能是 2024-06-21" in refused and "PAY_DAY_OUTSIDE" in refused
    assert "办理须知4" in refused, "the article is named"
    assert not PaymentRun.objects.exists()

    accepted = draft(handler, date(2024, 6, 12), "2024-06-18", monkeypatch)
    assert PaymentRun.objects.get().pay_on == date(2024, 6, 18)
    assert "发放日 2024-06-18" in accepted and "迟发" not in accepted


def test_a_draft_after_the_last_day_is_made_and_marked(
    database: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_payee(certified_on=date(2024, 3, 1))
    page = draft(open_browser(cast.handler), date(2024, 6, 21), "2024-06-21", monkeypatch)
    assert "发放日 2024-06-21" in page and "迟发" in page


def test_days_come_from_the_pack() -> None:
    """No day given: the first that is left. A region without days: whatever is asked, and no window."""
    about: dict[str, Any] = {"month": JUNE.index, "kind": "regular"}
    assert pay_day_for(district_code="500110", asked=None, today=date(2024, 6, 3), **about) == date(
        2024, 6, 15
    )
    assert pay_day_for(district_code="500110", asked=None, today=date(2024, 6, 17), **about) == date(
        2024, 6, 17
    )
    assert pay_window("360734", JUNE.index) is None
    assert pay_day_for(
        district_code="360734", asked=date(2024, 6, 28), today=date(2024, 6, 3), **about
    ) == date(2024, 6, 28)
