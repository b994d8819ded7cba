"""The page 确认个人信息 with the person of the manual's screenshot: every field, every amount, every 为什么."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case
from jubao.claim_free.models import OnlineConfirmation
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.residents.models import Account, FaceCheck, FaceSession
from tests.support.claim_free_world import World
from tests.support.portal import Clock, Phone
from tests.support.residents import system

BORN = date(1963, 8, 15)


def face_passed(enrolment: Enrolment, clock: Clock) -> OnlineConfirmation:
    """A confirmation whose face passed and whose only child is 是: no text covers a list of 2023, so it is put there."""
    account, person = Account.objects.get(), enrolment.person
    with unit_of_work(system(), "test"):
        case = Case.objects.create(
            number="500110-2024-900001", kind="claim_free", district_code="500110",
            division_path=enrolment.division_path, person=person, subject_id=enrolment.pk, state="notified",
        )  # fmt: skip
        session = FaceSession.objects.create(
            account=account, person=person, purpose="claim_free", case_id=case.pk, provider="http", token="t",
            expires_at=clock.at, started_at=clock.at,
        )  # fmt: skip
        check = FaceCheck.objects.create(
            session=session, person=person, provider="http", outcome="pass", at=clock.at
        )
        return OnlineConfirmation.objects.create(
            case=case, account_id=account.pk, agreed_at=clock.at, face_check_id=check.pk, is_only_child=True
        )


@pytest.mark.requirement("QJ-A2-3-1-1.3", "QJ-A2-3-1-img4")
def test_the_page_shows_the_data_and_the_budget_of_the_screenshot(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, here = Clock(monkeypatch), World()
    enrolment = here.candidate(
        birth=BORN,
        balance_fen=250473,
        name="张桂芳",
        mobile="13896745521",
        enrolled_on=date(2009, 12, 17),
        months=168,
    )
    phone = Phone(clock)
    number = numbers_of([enrolment.person_id])[enrolment.person_id]
    phone.login("张桂芳", number)
    online = face_passed(enrolment, clock)

    page = phone.text("portal:data", online.pk)

    for shown in (
        "163.02",
        "135.00",
        "18.02",
        "10.00",
        "0.00",
        "2,504.73",
        "2009-12-17",
        "2023-09",
        "女",
        "重庆农村商业银行",
    ):
        assert shown in page, shown
    assert enrolment.person.personal_number in page and "138****5521" in page
    assert number not in page and page.count("为什么") == 5
    assert "139" in page
