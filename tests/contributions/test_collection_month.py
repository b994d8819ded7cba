"""A month of collecting: the assistant's book and list, the township's check and ledger, the report and the money received.

Worked example: 王秀兰 500.00 and 刘桂英 300.00 by POS in May; the book has 200.00 for 刘桂英: the list comes back with her name.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from jubao.cases.models import Case
from jubao.contributions.models import TaxRecord, TownshipLedger, VillageLine
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.oversight.models import AccessEvent
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from tests.support.collecting import (
    ASSISTANT,
    DAY,
    DISTRICT_HANDLER,
    FINANCE,
    JUNE,
    MAY,
    OFFICE,
    SONGSHAN,
    Collecting,
)
from tests.support.counter import pdf_text
from tests.support.residents import system

BOOK, LISTS = "village-contributions", "contribution-lists"


class May(Collecting):
    """Two payments of May at the village's terminal."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch)
        self.terminal()
        self.first, self.second = self.person("王秀兰"), self.person("刘桂英")
        self.pos(self.line(self.first, "000017"), self.line(self.second, "000018", "300.00", on="2024-05-08"))

    def book(self, **sent: object) -> str:
        """An action on the assistant's page of May."""
        return self.post_to(ASSISTANT, BOOK, MAY, **sent)

    def check(self) -> str:
        """核对 by the township."""
        return self.post_to(OFFICE, LISTS, MAY, do="check", case=self.list().id)

    def list(self) -> Case:
        """The latest list."""
        return Case.objects.filter(kind="village_contribution_list").order_by("-id")[0]

    def entered(self) -> None:
        """Taken in, sent, checked."""
        self.book(do="take-in")
        self.book(do="send")
        assert "已录入" in self.check()

    def archived(self) -> TownshipLedger:
        """The ledger of May made in June."""
        self.entered()
        self.on(JUNE)
        self.post_to(OFFICE, LISTS, MAY, do="archive")
        return TownshipLedger.objects.get()


@pytest.fixture
def may(database: None, monkeypatch: pytest.MonkeyPatch) -> May:
    return May(monkeypatch)


def number(who: Enrolment) -> str:
    return numbers_of([who.person_id])[who.person_id]


def received(who: Enrolment, fen: int, receipt: str) -> None:
    with unit_of_work(system(), "test"):
        TaxRecord.objects.create(
            district_code=SONGSHAN, month=Month(2024, 5).index, receipt_number=receipt, enrolment_id=who.id, year=2024,
            amount_fen=fen, treasury_on=date(2024, 5, 20),
        )  # fmt: skip


@pytest.mark.requirement("SS-08-2")
def test_an_assistant_who_records_cash_is_refused_and_it_is_logged(may: May) -> None:
    said = may.book(
        do="record",
        number=number(may.first),
        year="2024",
        amount="500",
        means="cash",
        voucher="无",
        paid_on="2024-05-10",
    )

    assert "不得以任何理由收取现金" in said and "第八条" in said
    assert not VillageLine.objects.exists()
    assert AccessEvent.objects.filter(was_refused=True, fields="village_cash").exists()


@pytest.mark.requirement("SS-03-3-1c", "SS-09-1")
def test_the_list_of_may_equals_the_pos_transactions_and_its_sums_the_lines(may: May) -> None:
    assert "取入 2 笔" in may.book(do="take-in")
    assert "取入 0 笔" in may.book(do="take-in")

    said = may.book(do="send")

    assert "2 人，2 笔，800.00 元" in said
    sent = may.list().proposal
    assert [(row["name"], row["amount_fen"], row["voucher"]) for row in sent["rows"]] == [
        ("王秀兰", 50000, "000017"), ("刘桂英", 30000, "000018"),
    ]  # fmt: skip
    assert (sent["persons"], sent["total_fen"]) == (2, sum(row["amount_fen"] for row in sent["rows"]))
    assert "LIST_SENT" in may.book(do="take-in")
    assert "800.00" in may.text(OFFICE, LISTS, query=MAY)


@pytest.mark.requirement("SS-09-2", "SS-03-2-2d")
def test_a_list_that_differs_from_the_terminal_comes_back_with_the_difference(may: May) -> None:
    may.book(
        do="record",
        number=number(may.second),
        year="2024",
        amount="200",
        means="pos",
        voucher="000018",
        paid_on="2024-05-08",
    )
    may.book(do="take-in")
    may.book(do="send")
    assert "刘桂英 2024：200.00 / 300.00" in may.text(OFFICE, LISTS, query=MAY)

    said = may.check()

    assert "已退回并写明差异" in said and may.list().state == "returned"
    shown = may.text(ASSISTANT, BOOK, query=MAY)
    assert "刘桂英 2024年：明细表 200.00，POS机 300.00" in shown

    wrong = VillageLine.objects.get(voucher_number="000018")
    may.book(do="edit", line=wrong.id, amount="300")
    may.book(do="send")
    assert "已录入" in may.check() and may.list().state == "entered"
    assert set(VillageLine.objects.values_list("case_id", flat=True)) == {may.list().id}


@pytest.mark.requirement("SS-09-3")
def test_an_archived_ledger_is_unchangeable_and_corrections_are_later_lines(may: May) -> None:
    ledger = may.archived()
    assert (ledger.person_count, ledger.line_count, ledger.amount_fen) == (2, 2, 80000)
    paper = may.get(OFFICE, "contribution-ledger-file", ledger.id)
    assert all(word in pdf_text(paper.content) for word in ("缴费明细原始台账", "王秀兰", "300.00", "800.00"))

    line = VillageLine.objects.get(voucher_number="000018")
    assert "LEDGER_ARCHIVED" in may.book(do="edit", line=line.id, amount="200")
    assert "LEDGER_ARCHIVED" in may.book(do="withdraw", line=line.id)
    for rows in (VillageLine.objects.filter(id=line.id), TownshipLedger.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(system(), "test"):
            rows.update(amount_fen=1)

    assert "更正已记入 2024-06" in may.book(do="correct", line=line.id, amount="200", reason="小票为200元")
    later = VillageLine.objects.get(corrects=line)
    assert (later.month, later.amount_fen) == (Month(2024, 6).index, -10000)
    assert may.text(OFFICE, LISTS, query=MAY).count("800.00") >= 2


@pytest.mark.requirement("SS-10-1")
def test_a_report_is_reconciled_with_the_money_received_by_person(may: May) -> None:
    ledger = may.archived()
    received(may.first, 50000, "R1")
    received(may.second, 28000, "R2")
    assert ledger.amount_fen == 80000
    may.post_to(OFFICE, LISTS, MAY, do="report")
    report = Case.objects.get(kind="township_contribution_report")

    assert "1 人有差异" in may.post_to(FINANCE, LISTS, MAY, do="reconcile", case=report.id)

    shown = may.text(FINANCE, LISTS, query=MAY)
    assert "上报（元） 800.00 · 实收（元） 780.00 · 差额（元） 20.00" in shown and "刘桂英" in shown
    assert "DIFFERENCES_UNEXPLAINED" in may.post_to(FINANCE, LISTS, MAY, do="accept", case=report.id)
    from jubao.contributions.models import TownshipDifference

    one = TownshipDifference.objects.get()
    may.post_to(FINANCE, LISTS, MAY, do="explain", difference=one.id, explanation="手续费，税务已补入")
    assert "已对账" in may.post_to(FINANCE, LISTS, MAY, do="accept", case=report.id)
    report.refresh_from_db()
    assert (report.outcome, report.is_open) == ("accepted", False)


def test_a_ledger_waits_for_every_list_and_the_end_of_the_month(may: May) -> None:
    may.book(do="take-in")
    assert "MONTH_NOT_OVER" in may.post_to(OFFICE, LISTS, MAY, do="archive")
    may.on(JUNE)
    assert "LISTS_NOT_ENTERED" in may.post_to(OFFICE, LISTS, MAY, do="archive")
    assert "LEDGER_MISSING" in may.post_to(OFFICE, LISTS, MAY, do="report")
    may.on(DAY)
    assert "缴费核对上报" not in may.text(ASSISTANT, "home")
    assert "LEVEL_REQUIRED" in may.post_to(DISTRICT_HANDLER, LISTS, MAY, do="archive")
