"""核查 on the phone: asked for oneself, answered, agreed to or refused; nobody else's."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import Contribution
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import speaking
from jubao.people.models import Phone as Telephone
from jubao.people.numbers import numbers_of, person_by_number
from jubao.services.accounts.account_checks import account_check_open
from jubao.services.documents.store import document_open
from tests.benefits.test_objection_pages import DAY, HANDLER, INTAKE, REVIEWER, drawing, here, redetermined
from tests.ledger.test_account_check_pages import paid
from tests.support.counter import Counter, pdf_text
from tests.support.portal import Clock, Phone, words
from tests.support.residents import Beneficiary, number_of, system

__all__ = ["here", "paid"]


def phone_of(here: Counter, monkeypatch: pytest.MonkeyPatch, name: str, number: str) -> Phone:
    """Logged in on the day of the desk; a participant's code goes to the telephone in the register."""
    clock = Clock(monkeypatch)
    clock.at = here.at
    if (person := person_by_number(number)) is not None:
        with unit_of_work(system(), "test"):
            Telephone.objects.create(
                person=person, number="13896745521", is_mobile=True, from_on=date(2020, 1, 1)
            )
    phone = Phone(clock)
    phone.login(name, number, "13900000022")
    return phone


def her_phone(here: Counter, monkeypatch: pytest.MonkeyPatch, someone: Beneficiary) -> Phone:
    return phone_of(here, monkeypatch, "王秀兰", numbers_of([someone.person.id])[someone.person.id])


@pytest.fixture
def someone(here: Counter) -> Beneficiary:
    return drawing(here)


def asked(phone: Phone, what: str = "amount") -> Case:
    assert phone.post("portal:check", what=what, asked="账户少记了一笔").status_code == 302
    return Case.objects.get(kind="amount_objection" if what == "amount" else "ledger_correction")


@pytest.mark.requirement("SS-23-1", "SS-23-3")
def test_an_amount_is_asked_for_agreed_to_and_decided(
    here: Counter, someone: Beneficiary, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = her_phone(here, monkeypatch, someone)
    assert "ASKED_EMPTY" in words(phone.post("portal:check", what="amount", asked=" "))
    case = asked(phone)
    assert case.channel == "portal" and case.number in here.text(HANDLER, "inbox")
    redetermined(here, case)
    case.refresh_from_db()

    page = phone.text("portal:case", case.pk)
    assert "重新核定如下" in page and "我已核对，同意" in page
    phone.post("portal:check-answer", case.pk, agrees="yes", version=case.version)

    case.refresh_from_db()
    letter = CaseMaterial.objects.get(case=case, kind="amount_confirmation").document
    assert case.state == "confirmed" and "在线确认" in pdf_text(document_open(letter.pk))
    here.review(case, by=REVIEWER, points=())
    page = phone.text("portal:case", case.pk)
    assert "确有误，已更正" in page and "再次申请核查" in page
    assert phone.get("portal:check-letter", case.pk).content.startswith(b"%PDF")


def test_who_does_not_agree_says_why_and_the_district_looks_again(
    here: Counter, someone: Beneficiary, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = her_phone(here, monkeypatch, someone)
    case = asked(phone)
    redetermined(here, case)
    case.refresh_from_db()

    assert "REASON_REQUIRED" in words(
        phone.post("portal:check-answer", case.pk, agrees="no", version=case.version)
    )
    phone.post("portal:check-answer", case.pk, agrees="no", reason="还少一笔", version=case.version)

    case.refresh_from_db()
    assert case.state == "accepted"
    assert not CaseMaterial.objects.filter(case=case, kind="amount_confirmation").exists()


@pytest.mark.requirement("SS-16-1")
def test_an_account_is_checked_and_the_answer_read(
    here: Counter, paid: Contribution, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = paid.enrolment.person
    phone = phone_of(here, monkeypatch, person.name, numbers_of([person.pk])[person.pk])
    assert "申请核查账户记录" in phone.text("portal:account")
    case = asked(phone, "account")

    here.post(
        INTAKE, "case-action", case.pk, action="explain", version=case.version, reason="税票金额就是500元"
    )

    page = phone.text("portal:case", case.pk)
    assert "已核查，没有错误" in page and "再次申请核查" in page
    assert "税票金额就是500元" in pdf_text(phone.get("portal:check-letter", case.pk).content)


def test_somebody_elses_check_is_as_if_it_did_not_exist(
    here: Counter, someone: Beneficiary, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = asked(her_phone(here, monkeypatch, someone))
    redetermined(here, case)
    case.refresh_from_db()
    stranger = phone_of(here, monkeypatch, "李小梅", number_of(509904, date(1990, 4, 1), 22))

    assert "NOT_YOURS" in words(
        stranger.post("portal:check-answer", case.pk, agrees="yes", version=case.version)
    )
    assert "NOT_ENROLLED" in words(stranger.post("portal:check", what="amount", asked="多少"))
    case.refresh_from_db()
    assert case.state == "handled"


def test_the_title_is_chinese_under_an_english_screen(here: Counter, paid: Contribution) -> None:
    with speaking("en"):
        case = account_check_open(
            actor=here.world.cast.intake.actor, enrolment_id=paid.enrolment_id, asked="为什么", today=DAY
        )

    assert case.title.startswith("个人账户核查：")
