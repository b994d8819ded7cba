"""缴费明细台账 at the township: one line per payment of the month, the same on the page and in the spreadsheet.

Worked example: three payments of May 2024, one of June; the ledger of May has three lines and 1 700.00 yuan.
"""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from jubao.contributions.models import Contribution
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Enrolment
from tests.support.counter import Counter
from tests.support.residents import an_enrolment, system

INTAKE = "150404-intake_clerk"
MAY = "?month=2024-05"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    desk.on(date(2024, 6, 12))
    first, second = (an_enrolment(village=desk.world.villages[0], name=name) for name in ("王秀兰", "刘桂英"))
    paid(first, 2023, 50000, date(2024, 5, 6), "R1")
    paid(first, 2024, 100000, date(2024, 5, 31), "R2")
    paid(second, 2024, 20000, date(2024, 5, 1), "R3")
    paid(second, 2023, 20000, date(2024, 6, 1), "R4")
    return desk


def paid(who: Enrolment, year: int, fen: int, on: date, receipt: str) -> None:
    with unit_of_work(system(), "test"):
        Contribution.objects.create(
            enrolment=who, year=year, tier_fen=fen, amount_fen=fen, treasury_on=on, receipt_number=receipt, means="pos",
            is_make_up=year < on.year,
        )  # fmt: skip


@pytest.mark.requirement("SS-03-2-5a")
def test_the_ledger_of_may_has_one_line_per_payment(here: Counter) -> None:
    shown = here.text(INTAKE, "contribution-ledger", query=MAY)
    assert all(receipt in shown for receipt in ("R1", "R2", "R3")) and "R4" not in shown
    assert "1,700.00" in shown

    answer = here.client(INTAKE).post(f"/workbench/contributions/ledger/export/{MAY}", {"purpose": "存档"})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert sorted(row[-1] for row in rows) == ["R1", "R2", "R3"]
    assert "存档" in str(sheet["A1"].value)


def test_an_export_says_what_for_and_an_outsider_sees_nothing(here: Counter) -> None:
    refused = here.client(INTAKE).post(f"/workbench/contributions/ledger/export/{MAY}", {"purpose": ""})

    assert refused.status_code == 302
    other = here.world.cast.outsider.officer.username
    assert "R1" not in here.text(other, "contribution-ledger", query=MAY)
