"""缴费管理 and 个人账户 in a real browser: a payment by hand, a month closed, interest proposed, a correction proposed.

Worked example: the handler books 500.00, both entries stand on the account page; finance reconciles the month and closes it.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from jubao.contributions.models import Contribution, TaxRecord
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from tests.support.browser import Desk
from tests.support.residents import an_enrolment, system

MAY = Month(2026, 5)


@pytest.fixture
def payer(desk: Desk) -> tuple[Enrolment, str]:
    with desk.records():
        who = an_enrolment(village=desk.seeded["villages"][0], name="周永福", gender="male")
        return who, numbers_of([who.person_id])[who.person_id]


@pytest.mark.requirement("SS-13-1", "SS-03-6-1d", "SS-11-1", "SS-03-6-1g")
def test_a_payment_is_booked_and_its_month_closed(desk: Desk, payer: tuple[Enrolment, str]) -> None:
    who, number = payer
    page = desk.as_("500110-handler")
    page.goto(desk.address("contributions"))
    page.get_by_role("button", name="登记一笔缴费").click()
    for name, value in (
        ("number", number),
        ("year", "2026"),
        ("amount", "500"),
        ("treasury_on", "2026-05-06"),
        ("receipt_number", "R88"),
    ):
        page.fill(f"[name={name}]", value)
    page.select_option("[name=means]", "mobile")
    page.get_by_role("button", name="记账").click()
    text = page.locator("main").inner_text()
    assert "500.00" in text and "70.00" in text and "R88" in text and "2026-05-06" in text
    assert desk.faults(page) == []
    with desk.records(), unit_of_work(system(), "test"):
        TaxRecord.objects.create(
            district_code="500110", month=MAY.index, receipt_number="R88", year=2026, amount_fen=50000,
            treasury_on=date(2026, 5, 6),
        )  # fmt: skip
        TaxRecord.objects.create(
            district_code="500110", month=MAY.index, receipt_number="R89", year=2026, amount_fen=20000,
            treasury_on=date(2026, 5, 9),
        )  # fmt: skip

    page = desk.as_("500110-finance_officer")
    page.goto(desk.address("contribution-month", MAY.index))
    page.get_by_role("button", name="结账").click()
    assert "还有 1 处差异没有说明" in page.locator("main").inner_text()
    page.get_by_role("button", name="对账").click()
    page.fill("[name=explanation]", "外区人员，已退回税务")
    page.get_by_role("button", name="记下").click()
    desk.keep(page, "contribution-month")
    assert desk.faults(page) == []
    page.get_by_role("button", name="结账").click()
    assert "已结" in page.locator("main").inner_text()
    page.goto(desk.address("contributions"))
    desk.keep(page, "contributions")
    assert desk.faults(page) == []
    assert who.pk


@pytest.mark.requirement("SS-15-1", "SS-14-2")
def test_accounts_show_balances_missing_statements_and_take_a_proposal_of_interest(
    desk: Desk, payer: tuple[Enrolment, str]
) -> None:
    from jubao.services.contributions.records import contribution_record

    with desk.records():
        contribution_record(
            actor=system(), enrolment_id=payer[0].pk, year=2025, tier_fen=50000, amount_fen=50000, means="mobile",
            treasury_on=date(2025, 5, 6), receipt_number="R77", today=date(2026, 11, 20),
        )  # fmt: skip
    page = desk.as_("500110-finance_officer")
    page.goto(desk.address("accounts"))
    desk.keep(page, "accounts")
    assert desk.faults(page) == []
    page.get_by_role("button", name="试算并提出").click()
    assert "没有公布" in page.locator("main").inner_text()
    page.fill("[name=rate]", "2.49")
    page.fill("[name=source]", "渝人社发〔2026〕1号")
    page.get_by_role("button", name="试算并提出").click()
    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url)
    assert "2025 年个人账户结息" in page.locator("main").inner_text()


@pytest.mark.requirement("SS-16-4")
def test_a_correction_is_proposed_from_the_account_page(desk: Desk, payer: tuple[Enrolment, str]) -> None:
    from jubao.services.contributions.records import contribution_record

    with desk.records():
        paid: Contribution = contribution_record(
            actor=system(), enrolment_id=payer[0].pk, year=2025, tier_fen=50000, amount_fen=50000,
            treasury_on=date(2025, 5, 6), receipt_number="R66", today=date(2026, 11, 20),
        )  # fmt: skip
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("account-correct", paid.pk))
    page.fill("[name=amount]", "1000")
    page.fill("[name=reason]", "税票金额录错")
    page.set_input_files(
        "[name=evidence]", {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    desk.keep(page, "account-correct")
    assert desk.faults(page) == []
    page.get_by_role("button", name="提出更正").click()
    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url)
