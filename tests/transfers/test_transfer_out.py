"""转出 and 户籍变更 behind their pages: who may leave, the letter, the form, the money sent, the account closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.ledger.balances import balance_of, reserved_of
from jubao.notices.models import OutboxMessage
from jubao.payments.models import OneOffPayment
from jubao.pension_transfers.models import PensionTransfer
from jubao.people.models import Division, Enrolment, EnrolmentStatus
from jubao.services.oversight.selfaudit import run_selfaudit
from tests.support.residents import some_villages
from tests.transfers.desk import DAY, LETTER, RATE, Desk, scan

MONEY = {"own_payment": 280_000, "subsidy": 40_000}


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def leaving(here: Desk, *, letter: bool = True) -> tuple[Enrolment, Case]:
    who = here.contributor(money=MONEY, years=(2024, 2025))
    here.apply("intake", "out", who, place="红山区", register_moved="1", papers=("id_document",))
    case = here.case(who, "transfer_out")
    here.act("intake", case, "check")
    if letter:
        here.act("handler", case, "letter", file=scan(), **LETTER)
    return who, case


@pytest.mark.requirement("SS-32-1")
def test_a_beneficiary_s_rights_never_move(here: Desk) -> None:
    someone = here.someone()
    page = here.apply(
        "intake", "out", someone.enrolment, place="红山区", register_moved="1", papers=("id_document",)
    )

    assert "OBSTACLES_FOUND" in page and "无论户籍是否迁移" in page and "第三十二条" in page
    assert not Case.objects.filter(kind="transfer_out").exists()


@pytest.mark.requirement("SS-33-2")
def test_a_contributor_who_moved_out_may_take_the_rights_along(here: Desk) -> None:
    who = here.contributor(money=MONEY)
    stays = here.apply("intake", "out", who, place="红山区", papers=("id_document",))
    assert "OBSTACLES_FOUND" in stays and "户籍变更登记" in stays

    moved = here.apply("intake", "out", who, place="红山区", register_moved="1", papers=("id_document",))

    assert "已提出" in moved
    assert here.case(who, "transfer_out").due_on == date(2026, 3, 16)


@pytest.mark.requirement("SS-33-3")
def test_without_the_other_place_s_letter_no_form_is_printed(here: Desk) -> None:
    _who, case = leaving(here, letter=False)
    page = here.act("handler", case, "form", **RATE)
    assert "LETTER_MISSING" in page and "关系转入接收函" in page

    assert "MATERIAL_MISSING" in here.act("handler", case, "letter", **LETTER)
    case.refresh_from_db()
    assert case.state == "checked" and not case.materials.filter(kind="transfer_out_form").exists()


@pytest.mark.requirement("SS-33-4")
def test_the_form_is_printed_the_money_leaves_and_the_account_is_closed(here: Desk) -> None:
    who, case = leaving(here)
    assert "RATE_NOT_PUBLISHED" in here.act("handler", case, "form")

    here.act("handler", case, "form", **RATE)
    case.refresh_from_db()
    total = sum(balance_of(who.pk).values())
    form = here.printed(case, "transfer_out_form")
    assert case.proposal["amount_fen"] == total > 320_000
    assert (
        "关系转出审批表" in form
        and f"{total // 100}.{total % 100:02d}" in form
        and "红山区社会保险中心" in form
    )
    assert "已转出" in here.decided(case)

    paid = OneOffPayment.objects.get(case_id=case.pk)
    assert (paid.kind, paid.amount_fen, paid.payee_name) == ("transfer_out", total, "红山区社会保险中心")
    assert sum(reserved_of(who.pk).values()) == total
    assert Enrolment.objects.get(pk=who.pk).ended_on == DAY
    assert EnrolmentStatus.objects.get(enrolment=who, until_month=None).reason == "TRANSFERRED_OUT"
    assert "转出" in OutboxMessage.objects.get(case_id=case.pk, purpose="transfer_result").body
    moved = PensionTransfer.objects.get(case=case)
    assert (moved.amount_fen, moved.contribution_months, moved.finished_on) == (total, 24, DAY)
    assert [line for line in run_selfaudit(only=["B17", "B18", "B19"], seals=False) if line.violations] == []


def test_a_form_over_another_amount_is_not_agreed_to(here: Desk) -> None:
    who, case = leaving(here)
    here.act("handler", case, "form", **RATE)
    here.more_money(who, "own_payment", 10_000)

    assert "AMOUNT_MOVED" in here.decided(case)

    here.decided(case, "return", reason="金额变动")
    here.act("handler", case, "form", **RATE)
    assert "已转出" in here.decided(case)
    assert sum(reserved_of(who.pk).values()) == sum(balance_of(who.pk).values())


def test_who_made_the_form_does_not_agree_to_it(here: Desk) -> None:
    _who, case = leaving(here)
    here.act("handler", case, "form", **RATE)

    assert "POST_REQUIRED" in here.decided(case, by="handler")


def test_a_claim_and_a_move_do_not_run_side_by_side(here: Desk) -> None:
    who, case = leaving(here)
    page = here.apply("intake", "in", who, place="翁牛特旗", papers=("id_document", "household_booklet"))

    assert "PARALLEL_BUSINESS" in page and case.number in page


@pytest.mark.requirement("SS-33-1")
def test_a_move_inside_the_district_changes_the_office_and_nothing_else(here: Desk) -> None:
    who = here.contributor(money=MONEY)
    some_villages(here.district)
    other = Division.objects.filter(
        code__startswith=here.district, level="village", valid_until__isnull=True
    ).exclude(parent=here.village.parent).order_by("code")[0]  # fmt: skip
    sent: dict[str, Any] = {
        "village": other.code,
        "moved_on": "2026-02-20",
        "papers": ("household_booklet", "id_document"),
    }
    assert "MATERIAL_MISSING" in here.apply("intake", "move", who, **sent | {"papers": ()})
    before = balance_of(who.pk)

    here.apply("intake", "move", who, **sent)
    case = here.case(who, "register_move")
    here.decided(case)

    moved = Enrolment.objects.get(pk=who.pk)
    assert (moved.division_id, moved.division_path, moved.ended_on) == (other.pk, other.path, None)
    assert balance_of(who.pk) == before
    assert not PensionTransfer.objects.filter(enrolment=who).exists()
    assert other.parent is not None and other.parent.name in here.page("handler", "person", who.person_id)


def test_the_list_filters_counts_and_goes_out_as_a_spreadsheet(here: Desk) -> None:
    _who, case = leaving(here, letter=False)
    assert case.number in here.page("handler", "transfers", query="?state=waiting&kind=transfer_out")
    assert case.number not in here.page("handler", "transfers", query="?state=late")
    assert case.number in here.page("handler", "transfers", query="?q=红山")

    answer = here.browser("handler").post(reverse("transfers-export"), {"purpose": "月度检查"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "transfers-" in answer["Content-Disposition"]
