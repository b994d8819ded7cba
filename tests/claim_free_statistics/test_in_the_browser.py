"""The programme's pages in a browser: drawn at both widths, nothing for axe-core, every figure a click away from its people."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.claim_free_statistics.county import DISTRICT, a_month
from tests.support.browser import Desk

MONTH = 2025 * 12
AT = datetime(2025, 1, 26, 2, 0, tzinfo=UTC)
PAGES = {
    "claim-free-statistics": "?month=2025-01",
    "claim-free-figure": "?month=2025-01&figure=waiting",
    "claim-free-forecast": "",
    "claim-free-tasks": "?month=2025-01&on=2025-01-12",
    "claim-free-dispatch": "?month=2025-01",
    "claim-free-bulletin": "?month=2025-01",
    "claim-free-roles": "",
}


@pytest.fixture
def county(desk: Desk) -> Desk:
    """The live site with a month of the programme; made by the first test that asks."""
    if "programme" in desk.seeded:
        return desk
    with desk.records():
        from jubao.services.claim_free.dispatches import dispatch_send
        from jubao.services.claim_free.month_tasks import tasks_create
        from jubao.services.claim_free.summary import bulletin_make, bulletin_publish, summary_freeze

        villages, handler = desk.seeded["villages"], desk.seeded["cast"].handler.actor
        a_month(
            {
                villages[0]: {"completed": 7, "in_process": 2, "waiting": 3, "waived": 1},
                villages[1]: {"completed": 2, "unverified": 1, "revoked": 2},
                villages[3]: {"completed": 4, "expired": 1, "unsent": 2},
            },
            month=MONTH, birth=date(1965, 2, 20),
        )  # fmt: skip
        known = {"actor": handler, "district_code": DISTRICT, "month": MONTH}
        tasks_create(**known)
        summary_freeze(**known, today=date(2025, 1, 26), now=AT)
        made = bulletin_make(**known, today=date(2025, 1, 26), now=AT)
        bulletin_publish(actor=handler, bulletin_id=made.pk, today=date(2025, 1, 26), now=AT)
        township = villages[0].path[: -len(villages[0].code) - 1]
        dispatch_send(
            actor=handler, township=township, month=MONTH, due_on=date(2025, 1, 18), today=date(2025, 1, 15)
        )
    desk.seeded["programme"] = True
    return desk


@pytest.mark.parametrize("route", PAGES)
def test_a_page_of_the_programme_has_no_fault(county: Desk, route: str) -> None:
    page = county.as_("500110-handler")

    page.goto(county.address(route, query=PAGES[route]))

    county.keep(page, f"programme-{route}")
    assert county.faults(page) == []
    assert county.problems(page) == []


def test_from_the_district_down_to_the_people_behind_a_figure(county: Desk) -> None:
    page = county.as_("500110-handler")
    page.goto(county.address("claim-free-statistics", query="?month=2025-01"))
    extracted = page.locator("a.figure", has_text="提取").locator(".value").inner_text()
    assert extracted == "25"

    page.locator("table.list tbody tr[data-row] td a[data-open]").first.click()
    page.locator("h1", has_text="免申即享统计").wait_for()
    page.locator("a.figure", has_text="未确认").click()
    page.locator("table.list tbody tr[data-row]").first.wait_for()

    assert page.locator("table.list tbody tr[data-row]").count() == 4
    county.keep(page, "programme-behind-a-figure", widths=(1280,))
    assert county.faults(page) == []


def test_the_print_view_has_neither_menu_nor_filters(county: Desk) -> None:
    page = county.as_("500110-handler")
    page.goto(county.address("claim-free-statistics", query="?month=2025-01"))

    page.emulate_media(media="print")

    assert not page.locator("aside.side").is_visible()
    assert not page.locator("form.filters").is_visible()
    assert page.locator("table.list").first.is_visible()
    county.keep(page, "programme-print", widths=(1024,))
