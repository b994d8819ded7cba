"""Make-up payments: the form of the township, the slip at the village, the move to the tax account; the district's hall.

Worked example: 王秀兰 makes up 2019 and 2020 at 500.00: the form says 1 000.00 and the account; slip JZ-7
waits until it is moved.
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import Contribution, MakeUpMove, MakeUpPayment
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from tests.support.collecting import ASSISTANT, DISTRICT_HANDLER, FINANCE, OFFICE, Collecting
from tests.support.counter import a_file, pdf_text
from tests.support.residents import system

PAGE = "make-ups"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    desk = Collecting(monkeypatch)
    for kind, number in (("make_up", "0601000001"), ("tax", "0601000002")):
        desk.post(
            FINANCE, PAGE, do="account", kind=kind, holder="松山区社保局", bank="农业银行", number=number
        )
    return desk


@pytest.fixture
def who(here: Collecting) -> Enrolment:
    """Somebody who paid every year from 2010 to 2023 but 2019 and 2020."""
    found = here.person("王秀兰")
    with unit_of_work(system(), "test"):
        for year in {*range(2009, 2024)} - {2019, 2020}:
            Contribution.objects.create(
                enrolment=found, year=year, tier_fen=20000, amount_fen=20000, treasury_on=date(year, 5, 6),
                receipt_number=f"R{year}",
            )  # fmt: skip
    return found


def issue(here: Collecting, who: Enrolment, by: str = OFFICE, **more: object) -> str:
    sent: dict[str, object] = {"year": ["2019", "2020"], "tier-2019": "500.00", "tier-2020": "500.00", **more}
    return here.post(by, PAGE, do="issue", who=who.id, **sent)


def the_case() -> Case:
    return Case.objects.get(kind="make_up_contribution")


def form_text(here: Collecting, by: str) -> str:
    form = CaseMaterial.objects.get(kind="make_up_detail_form")
    return pdf_text(here.get(by, "document", form.document_id).content)


def register(here: Collecting, **about: object) -> str:
    sent = {
        "slip_number": "JZ-7",
        "amount": "1000",
        "paid_on": "2024-05-18",
        "slip": a_file("进账单"),
        **about,
    }
    return here.post(ASSISTANT, PAGE, do="register", case=the_case().id, **sent)


@pytest.mark.requirement("SS-08-3")
def test_the_form_carries_both_years_tier_total_and_account(here: Collecting, who: Enrolment) -> None:
    number = numbers_of([who.person_id])[who.person_id]
    found = here.post(OFFICE, PAGE, do="find", number=number)
    years = found.partition("可补缴年度")[2].partition("未划转税务专户")[0]
    assert "2019" in years and "2020" in years and "2021" not in years

    assert "合计 1000.00 元" in issue(here, who)

    paper = form_text(here, OFFICE)
    for word in (
        "补缴明细表",
        "王秀兰",
        "2019",
        "2020",
        "500.00",
        "1,000.00",
        "壹仟元整",
        "0601000001",
        "农业银行",
    ):
        assert word in paper


def test_every_fault_of_the_years_is_named(here: Collecting, who: Enrolment) -> None:
    wrong: dict[str, object] = {"year": ["2018", "2019"], "tier-2018": "500.00", "tier-2019": "123.00"}
    said = issue(here, who, OFFICE, **wrong)

    assert "MAKE_UP_YEARS_WRONG" in said and "2018年已经缴费" in said and "2019年没有 123.00 元的档次" in said
    assert not Case.objects.filter(kind="make_up_contribution").exists()


@pytest.mark.requirement("SS-08-4")
def test_without_a_slip_it_is_refused_with_one_number_and_scan_are_kept(
    here: Collecting, who: Enrolment
) -> None:
    issue(here, who)
    assert "SLIP_NUMBER_MISSING" in register(here, slip_number=" ")
    assert "MATERIAL_MISSING" in register(here, slip="")
    assert "AMOUNT_DIFFERS" in register(here, amount="900")
    assert not MakeUpPayment.objects.exists()

    assert "已登记" in register(here)

    paid = MakeUpPayment.objects.get()
    assert (paid.slip_number, paid.amount_fen, str(paid.paid_on)) == ("JZ-7", 100000, "2024-05-18")
    assert CaseMaterial.objects.filter(case=the_case(), kind="bank_credit_slip").count() == 1
    assert the_case().state == "registered"


@pytest.mark.requirement("SS-10-2")
def test_a_move_is_recorded_and_unmoved_money_is_listed(here: Collecting, who: Enrolment) -> None:
    issue(here, who)
    register(here)
    before = here.text(OFFICE, PAGE)
    assert "1,000.00" in before.partition("未划转税务专户")[2].partition("已划转")[0]
    paid = MakeUpPayment.objects.get()
    assert "MOVED_BEFORE_PAID" in here.post(
        OFFICE, PAGE, do="move", payment=[str(paid.id)], moved_on="2024-05-17", voucher="HZ-12"
    )

    said = here.post(OFFICE, PAGE, do="move", payment=[str(paid.id)], moved_on="2024-05-20", voucher="HZ-12")

    assert "已登记划转 1 笔，1000.00 元" in said and "没有未划转的补缴款" in said
    moved = said.partition("已划转")[2]
    assert "2024-05-20" in moved and "HZ-12" in moved and "王秀兰 1,000.00" in moved
    move = MakeUpMove.objects.get()
    assert (move.amount_fen, move.account_number, the_case().state) == (100000, "0601000002", "moved")
    assert "ALREADY_MOVED" in here.post(
        OFFICE, PAGE, do="move", payment=[str(paid.id)], moved_on="2024-05-20", voucher="HZ-13"
    )


def test_the_districts_hall_sends_to_the_tax_hall_and_settles_from_its_list(
    here: Collecting, who: Enrolment
) -> None:
    issue(here, who, by=DISTRICT_HANDLER)
    paper = form_text(here, DISTRICT_HANDLER)
    assert "区税务大厅" in paper and the_case().proposal["number"] in paper and "0601000001" not in paper

    case = the_case()
    sent = {"action": "settle", "version": case.version, "digest": case.digest}
    assert "YEARS_NOT_PAID" in here.post(DISTRICT_HANDLER, "case-action", case.id, **sent)
    with unit_of_work(system(), "test"):
        for year in (2019, 2020):
            Contribution.objects.create(
                enrolment=who, year=year, tier_fen=50000, amount_fen=50000, treasury_on=date(2024, 5, 20),
                receipt_number=f"N{year}", is_make_up=True,
            )  # fmt: skip
    here.post(DISTRICT_HANDLER, "case-action", case.id, **sent)
    assert the_case().state == "settled"
