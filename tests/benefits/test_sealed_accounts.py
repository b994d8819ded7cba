"""封存 and 启封 behind the pages: whom the run proposes, what a sealed account refuses, who may have it reopened where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.nightly import nightly
from jubao.kernel.month import Month
from jubao.ledger.models import Account, InterestYear, Transfer
from jubao.people.models import (
    CustodyPeriod,
    DesignatedPayee,
    Enrolment,
    PayoutAccount,
    Person,
    PersonChange,
    Phone,
)
from jubao.people.numbers import number_add, numbers_of
from jubao.services.accounts.interest_years import GivenRate, interest_year_settle
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.seal_accounts import sealing_run
from tests.benefits.county import at_ten
from tests.benefits.sealing import DAY, DISTRICT, Sealing
from tests.support.residents import Beneficiary, number_of, system


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Sealing:
    return Sealing(monkeypatch)


def proposed(who: Beneficiary) -> bool:
    """Whether a sealing of the person waits."""
    return Case.objects.filter(kind="sealing", subject_id=who.entitlement_id, is_open=True).exists()


@pytest.mark.requirement("GD-9-12")
def test_after_two_years_without_an_application_the_run_proposes(here: Sealing) -> None:
    due, asking, early = here.drawing(), here.drawing(), here.drawing()
    for who, since in ((due, Month(2024, 3)), (asking, Month(2024, 3)), (early, Month(2024, 4))):
        here.suspended(who, since)
    resumption_propose(actor=here.cast.handler.actor, entitlement_id=asking.entitlement_id, ground="本人申请",
                       today=DAY, evidence={"note": "来窗口"})  # fmt: skip

    page = here.page(here.cast.data, "long-suspended")
    assert "提出到期的封存" in page and "有业务在办" in page
    assert "提出了 1 人的封存" in here.sent(here.cast.data, "sealing-run")

    assert proposed(due) and not proposed(asking) and not proposed(early)
    assert "提出了 0 人的封存" in here.sent(here.cast.data, "sealing-run")


def test_the_very_days_of_the_text(here: Sealing) -> None:
    someone = here.drawing()
    here.suspended(someone, Month(2022, 3))
    run = Actor.system("nightly", scope=here.path)

    assert sealing_run(actor=run, today=date(2024, 2, 29)) == []
    assert len(sealing_run(actor=run, today=date(2024, 3, 1))) == 1
    assert proposed(someone)


def test_the_night_proposes_once_a_month_and_again_after_a_refusal(
    here: Sealing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jubao.jobs.nightly.refuse_strange_day", lambda _today: None)
    someone = here.drawing()
    here.suspended(someone, Month(2024, 3))
    assert nightly(today=DAY, now=lambda: at_ten(DAY))["sealings"] == {DISTRICT: 1}
    case = Case.objects.get(kind="sealing", subject_id=someone.entitlement_id)
    here.decide(case, on=DAY, action="reject", reason="正在联系家属")

    run = Actor.system("nightly", scope=here.path)
    assert sealing_run(actor=run, today=DAY) == []
    assert len(sealing_run(actor=run, today=date(2026, 4, 1))) == 1


@pytest.mark.requirement("GD-9-15")
def test_prisoners_are_not_proposed(here: Sealing) -> None:
    by_reason, by_record = here.drawing(), here.drawing()
    here.suspended(by_reason, Month(2023, 9), "IN_CUSTODY")
    here.suspended(by_record, Month(2023, 9))
    with unit_of_work(system(), "test"):
        CustodyPeriod.objects.create(person=by_record.person, kind="imprisonment", from_on=date(2023, 8, 1))

    assert "不封存" in here.page(here.cast.data, "long-suspended")
    assert "提出了 0 人的封存" in here.sent(here.cast.data, "sealing-run")


@pytest.mark.requirement("GD-9-13")
def test_the_account_reads_sealed_with_date_reason_and_officer(here: Sealing) -> None:
    someone = here.sealed()

    page = here.page(here.cast.handler, "person-account", someone.person.pk)

    assert "SEALED" in page and "未按期认证" in page and here.cast.reviewer.person.name in page
    assert f"{PaymentStatus.objects.get(kind='sealed').recorded_at:%Y-%m-%d}" in page
    assert "ACTIVE" in here.page(here.cast.handler, "person-account", here.drawing().person.pk)


@pytest.mark.requirement("GD-9-14")
def test_every_business_but_the_reopening_is_refused(here: Sealing) -> None:
    someone = here.sealed()
    number = numbers_of([someone.person.pk])[someone.person.pk]

    refused = {
        "contribution": here.sent(
            here.cast.handler, "contribution-record", number=number, year="2026", amount="200", payer="own",
            treasury_on="2026-03-01", receipt_number="T-SEALED-1",
        ),
        "data change": here.sent(
            here.cast.intake, "person-change", someone.person.pk, do="data", name="张桂花", reason="改名", file=paper()
        ),
        "resumption": here.sent(
            here.cast.handler, "benefit-new", someone.person.pk, do="resume", note="恢复", file=paper()
        ),
    }  # fmt: skip

    assert "NOT_SUSPENDED" in refused.pop("resumption")
    assert ["ACCOUNT_SEALED" in page for page in refused.values()] == [True, True]
    assert not Contribution.objects.filter(receipt_number="T-SEALED-1").exists()
    assert not Case.objects.filter(person=someone.person, is_open=True).exists()
    assert "已提出" in here.asks(here.cast.intake, someone)


@pytest.mark.requirement("GD-9-14")
def test_a_year_of_interest_asked_for_on_the_page_leaves_the_sealed_out(here: Sealing) -> None:
    someone, other = here.drawing(), here.drawing()
    for who in (someone, other):
        opened(who)
    here.seal(someone)

    here.sent(here.cast.finance, "interest-propose", year="2024", rate="2.40", source="测试利率")
    case = Case.objects.get(kind="interest_year")
    here.decide(case, on=DAY, by=here.cast.finance_reviewer.actor)

    assert (years_of(someone), years_of(other)) == ([], [2024])


PERSONAL = {
    "name": lambda who: Person.objects.filter(pk=who.person.pk).update(name="张桂花"),
    "birth": lambda who: Person.objects.filter(pk=who.person.pk).update(birth_date=date(1950, 1, 1)),
    "place": lambda who: Enrolment.objects.filter(pk=who.enrolment.pk).update(participation_identity="disabled"),
    "number": lambda who: number_add(
        person_id=who.person.pk, kind="id_card", number=number_of(509904, date(1959, 8, 15), who.person.pk.int % 900),
        valid_from=DAY, case_id=None,
    ),
    "account": lambda who: PayoutAccount.objects.filter(person=who.person).update(holder_name="他人"),
    "phone": lambda who: Phone.objects.create(person=who.person, number="13800000001", from_on=DAY),
    "payee": lambda who: DesignatedPayee.objects.create(person=who.person, name="他人", from_on=DAY),
}  # fmt: skip
"""What is known of a person, written past every service."""


@pytest.mark.parametrize("what", ["contribution", "transfer_in", "interest", "line", "change", *PERSONAL])
def test_money_contribution_payment_and_data_are_refused_by_the_database_too(
    here: Sealing, what: str
) -> None:
    someone, other = here.sealed(), here.drawing()

    writing(here, other, what)
    with pytest.raises(DatabaseError, match="ACCOUNT_SEALED"), transaction.atomic():
        writing(here, someone, what)


def test_what_is_written_again_is_no_change_and_the_reopening_may_change(here: Sealing) -> None:
    someone, other = here.sealed(), here.drawing()
    everybody = Person.objects.filter(pk__in=[someone.person.pk, other.person.pk])
    with unit_of_work(system(), "by_hand"):
        everybody.update(name=F("name"), personal_number=F("personal_number"))
    with (
        pytest.raises(DatabaseError, match="ACCOUNT_SEALED"),
        transaction.atomic(),
        unit_of_work(system(), "by_hand"),
    ):
        everybody.update(name="何秀")

    here.asks(here.cast.intake, someone)
    case = here.taken(someone)
    assert "已同意" in here.approved(case, here.city)
    writing(here, someone, "name")

    assert Person.objects.get(pk=someone.person.pk).name == "张桂花"


def writing(here: Sealing, who: Beneficiary, what: str) -> Any:
    """Write past every service."""
    enrolment = who.enrolment
    with unit_of_work(system(), "by_hand"):
        if what in PERSONAL:
            return PERSONAL[what](who)
        if what == "contribution":
            return Contribution.objects.create(
                enrolment=enrolment, year=2026, tier_fen=20000, amount_fen=20000, treasury_on=DAY,
                receipt_number=f"T{enrolment.pk.hex[:12]}",
            )  # fmt: skip
        if what == "change":
            return PersonChange.objects.create(
                person=who.person, field="name", old_value="甲", new_value="乙"
            )
        if what == "line":
            return line_of(here, who)
        part, fund = (
            ("interest", "interest_fund") if what == "interest" else ("transferred_in", "transfer_fund")
        )
        debit, _new = Account.objects.get_or_create(kind=fund, district_code=DISTRICT, enrolment=None)
        credit, _new = Account.objects.get_or_create(kind=part, district_code=DISTRICT, enrolment=enrolment)
        return Transfer.objects.create(
            debit_account=debit, credit_account=credit, amount_fen=100, code=what, value_date=DAY
        )


def line_of(here: Sealing, who: Beneficiary) -> Any:
    """A line of a draft for somebody."""
    from jubao.payments.models import PaymentLine, PaymentRun

    run = PaymentRun.objects.filter(number="T-1").first()
    if run is None:
        case = Case.objects.create(
            number="T-RUN", kind="payment_run", district_code=DISTRICT, division_path=here.path
        )
        run = PaymentRun.objects.create(
            district_code=DISTRICT, benefit_month=Month(2026, 3).index, number="T-1", division_path=here.path,
            cut_off_on=DAY, case=case,
        )  # fmt: skip
    return PaymentLine.objects.create(
        run=run, line_number=PaymentLine.objects.count() + 1, enrolment_id=who.enrolment.pk,
        entitlement_id=who.entitlement_id, division_path=here.path, benefit_month=Month(2026, 3).index, kind="monthly",
        base_pension_fen=100, amount_fen=100, payout_account_id=who.account.pk,
    )  # fmt: skip


def test_the_interest_of_the_sealed_years_comes_with_the_reopening(here: Sealing) -> None:
    someone, other = here.drawing(), here.drawing()
    for who in (someone, other):
        opened(who)
    here.seal(someone)
    rate = GivenRate(24000, "测试利率")
    system_here = Actor.system("interest", scope=here.path)
    settle = {"actor": system_here, "district_code": DISTRICT, "today": DAY, "given_rate": rate}

    for year in (2024, 2025):
        interest_year_settle(year=year, **settle)
    assert years_of(other) == [2024, 2025] and years_of(someone) == []

    here.asks(here.cast.intake, someone)
    case = here.taken(someone)
    assert "已同意" in here.approved(case, here.city)
    for year in (2024, 2025):
        interest_year_settle(year=year, **settle)
    assert years_of(other) == [2024, 2025]
    assert years_of(someone) == [2024, 2025]


def opened(who: Beneficiary) -> None:
    """1000 yuan in the account since the beginning of 2024."""
    with unit_of_work(system(), "test"):
        debit, _new = Account.objects.get_or_create(
            kind="transfer_fund", district_code=DISTRICT, enrolment=None
        )
        credit = Account.objects.create(
            kind="transferred_in", district_code=DISTRICT, enrolment=who.enrolment
        )
        Transfer.objects.create(
            debit_account=debit, credit_account=credit, amount_fen=100_000, code="transfer_in",
            value_date=date(2024, 1, 1),
        )  # fmt: skip


def years_of(who: Beneficiary) -> list[int]:
    """The years of interest posted."""
    return list(
        InterestYear.objects.filter(enrolment=who.enrolment, is_live=True)
        .order_by("year")
        .values_list("year", flat=True)
    )


def paper() -> Any:
    """A scan for a form."""
    from tests.benefits.sealing import scan

    return scan()
