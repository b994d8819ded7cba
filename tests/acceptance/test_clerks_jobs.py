"""The jobs a county clerk had to script himself, done at the desk on a demo district: A12, A13, C1–C2, D1–D9, E1–E3, K1.

Worked example: 办理岗 uploads 信访名单.xlsx with six numbers and gets the same six rows back with state, village and one reason
each why nobody of them was paid; the district's two closed months are those of the demo.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.demo_district import DemoDatabase

PAID = "2026-10"
KEY = "身份证号码"


@pytest.fixture(scope="module")
def demo(test_cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDatabase]:
    """A demo district with two months paid and closed."""
    from tests.support.database import django_ready

    django_ready()
    from jubao.jobs.demo_history import pay_months
    from jubao.jobs.progress import JobKey, running
    from tests.support.demo_district import CODE, MONTH, clock, seeded, write_demo_packs

    folder = tmp_path_factory.mktemp("clerk")
    with seeded(test_cluster, folder / "data", write_demo_packs(folder / "packs")) as own:
        with running(JobKey("test_clerk", CODE), now=clock) as progress:
            pay_months(CODE, MONTH, progress)
        own.see_everything()
        yield own


@pytest.fixture
def handler(demo: DemoDatabase) -> Client:
    """办理岗 of the district, logged in."""
    return logged_in("handler")


def logged_in(post: str) -> Client:
    from types import SimpleNamespace

    from jubao.staff.models import Officer
    from tests.staff.browsing import open_browser

    officer = Officer.objects.get(username=f"500110-{post}")
    return open_browser(SimpleNamespace(officer=officer))  # type: ignore[arg-type]


def some_people(demo: DemoDatabase, *, drawing: bool = True, most: int = 5) -> list[tuple[str, str]]:
    """Number and name of people of the district."""
    from jubao.people.models import EnrolmentStatus
    from jubao.people.numbers import numbers_of

    demo.see_everything()
    found = EnrolmentStatus.objects.filter(kind="drawing" if drawing else "active", until_month=None)
    people = [one.enrolment.person for one in found.select_related("enrolment__person").order_by("id")[:most]]
    numbers = numbers_of([one.pk for one in people])
    return [(numbers[one.pk], one.name) for one in people]


def workbook(*rows: tuple[str, ...]) -> io.BytesIO:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "名单.xlsx"
    return stream


def filled(client: Client, *rows: tuple[str, ...], **sent: Any) -> bytes:
    """What 填我的表 gives back."""
    from django.urls import reverse

    fields = {"file": workbook(*rows), "purpose": "信访答复", "month": PAID, **sent}
    answer = client.post(reverse("spreadsheets"), fields)
    assert answer.status_code == 200, client.get(reverse("spreadsheets")).content.decode()[-3000:]
    return bytes(answer.content)


def table(content: bytes) -> list[tuple[Any, ...]]:
    import openpyxl

    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_a12_any_spreadsheet_comes_back_with_the_state_of_each_person(
    demo: DemoDatabase, handler: Client
) -> None:
    people = some_people(demo)

    rows = table(filled(handler, (KEY, "姓名"), *people, ("509901196001010018", "无此人"), groups=["state"]))

    assert [row[:2] for row in rows[1:6]] == people
    assert len(rows) == 7 and len(rows[0]) > 2
    assert all(any(row[2:]) for row in rows[1:])


def test_a13_township_and_village_in_columns_of_their_own(demo: DemoDatabase, handler: Client) -> None:
    rows = table(filled(handler, ("地址",), ("綦江区古南街道新民村",), ("外省某县",), do="place", header=""))

    assert "古南街道" in rows[1] and any("新民村" in str(cell) for cell in rows[1])
    assert len(rows) == 3 and any(rows[2][1:])


@pytest.mark.parametrize("what", ["notice", "single", "checking", "calculation", "failed", "back_pay"])
def test_c1_c2_d1_d3_d8_sheets_per_village_in_one_package(
    demo: DemoDatabase, handler: Client, what: str
) -> None:
    from django.urls import reverse

    fields = {"what": what, "month": PAID, "purpose": "发给镇街"}
    answer = handler.post(reverse("payment-sheets"), fields)

    if what == "notice":
        names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()  # type: ignore[attr-defined]
        assert names and all(name.endswith(".pdf") and "/" in name for name in names)
        return
    # Nobody failed, was paid back or determined in the month: said in words, on the page that follows.
    said = handler.post(reverse("payment-sheets"), fields, follow=True)
    assert said.status_code == 200
    assert answer.status_code == 200 or "没有要印的人员" in said.content.decode()


def test_the_roster_is_exported_without_a_file_to_fill(demo: DemoDatabase, handler: Client) -> None:
    from django.urls import reverse

    sent = {"do": "roster", "form": "xlsx", "purpose": "月末备查", "groups": ["state"], "month": PAID}
    answer = handler.post(reverse("spreadsheets"), sent)

    assert answer.status_code == 200, handler.get(reverse("spreadsheets")).content.decode()[-2000:]
    assert len(table(answer.content)) > 500


def test_d2_d6_the_payment_list_has_all_parts_and_is_the_same_every_time(
    demo: DemoDatabase, handler: Client
) -> None:
    from django.urls import reverse

    from jubao.payments.models import PaymentRun

    demo.see_everything()
    run = PaymentRun.objects.filter(state="closed").order_by("-benefit_month")[0]
    both = [
        b"".join(
            handler.post(
                reverse("payment-run-list", args=[run.pk]), {"format": "csv", "purpose": "对账"}
            ).streaming_content  # type: ignore[attr-defined]
        )
        for _twice in range(2)
    ]

    lines = both[0].decode("utf-8-sig").splitlines()
    assert both[0] == both[1]
    assert len(lines) == run.line_count + 1
    assert all(
        part in lines[0] for part in ("费款所属期", "实付年月", "总额", "基础养老金", "个人账户养老金")
    )


def test_d7_d9_one_reason_a_row_and_the_account_of_each(demo: DemoDatabase, handler: Client) -> None:
    people = some_people(demo, drawing=False) + some_people(demo)

    whole = table(filled(handler, (KEY, "姓名"), *people, groups=["why_not_paid", "account"]))

    heads = [str(one) for one in whole[0]]
    at = next(n for n, head in enumerate(heads) if "原因" in head)
    assert any("账" in head for head in heads), heads
    assert len(whole) == len(people) + 1
    assert all(row[at] for row in whole[1:6]), heads


@pytest.mark.parametrize("key", ["returned", "no-account", "held", "not-certified", "reaching-sixty"])
def test_c3_d1_d9_e1_standing_lists_show_and_export(demo: DemoDatabase, handler: Client, key: str) -> None:
    from django.urls import reverse

    page = handler.get(reverse("standing-list", args=[key]))
    made = handler.post(reverse("standing-list-export", args=[key]), {"purpose": "核对"})

    assert page.status_code == 200
    assert made.status_code == 200 and made.content[:2] == b"PK"


def test_e2_every_pause_with_month_and_reason_on_the_persons_page(
    demo: DemoDatabase, handler: Client
) -> None:
    from django.urls import reverse

    from jubao.benefits.models import PaymentStatus

    demo.see_everything()
    paused = PaymentStatus.objects.filter(kind="suspended").select_related("entitlement__enrolment")[0]
    page = handler.get(reverse("person-history", args=[paused.entitlement.enrolment.person_id]))

    assert page.status_code == 200 and "暂停" in page.content.decode()


def test_e3_a_trial_of_deaths_gives_the_net_and_writes_nothing(demo: DemoDatabase, handler: Client) -> None:
    from tests.support.demo_district import rows_of

    people = some_people(demo)
    tables = ("ledger_transfer", "cases_case", "people_deathreport", "benefits_paymentstatus")
    before = rows_of(*tables)

    rows = table(
        filled(
            handler,
            (KEY, "姓名", "死亡年月"),
            *((number, name, "2026.9") for number, name in people),
            do="recovery",
        )
    )

    demo.see_everything()
    assert rows_of(*tables) == before
    heads = [str(one) for one in rows[0]]
    assert any("多发" in one for one in heads) and any("净额" in one or "追回" in one for one in heads)
    assert all(any(row[3:]) for row in rows[1:])


def test_k1_a_list_becomes_one_workbook_per_village(demo: DemoDatabase, handler: Client) -> None:
    people = some_people(demo, most=12)

    package = zipfile.ZipFile(io.BytesIO(filled(handler, (KEY, "姓名"), *people, do="split")))

    books = [name for name in package.namelist() if name.endswith(".xlsx")]
    rows = sum(
        sum(any(str(cell) in dict(people) for cell in row) for row in table(package.read(name)))
        for name in books
        if "/" in name
    )
    assert rows == len(people), books


@pytest.fixture(autouse=True)
def shanghai_day(demo: DemoDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's day is the demo's."""
    from tests.support.demo_district import TODAY

    for module in ("spreadsheets", "payment_prints", "standing", "person"):
        monkeypatch.setattr(f"jubao.workbench.views.{module}.today", lambda: TODAY)
