"""One's own pages: the pension month by month, the account, who looked, certification; and what the family reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case
from jubao.people.models import DeathReport
from jubao.people.numbers import numbers_of
from jubao.services.access.log import access_record
from jubao.services.cases.engine import advance
from tests.support.cast import Cast
from tests.support.claim_free_world import at_ten
from tests.support.portal import Clock, Phone, words
from tests.support.residents import a_beneficiary, an_enrolment, number_of

TODAY = date(2024, 3, 12)
SON = number_of(509904, date(1988, 2, 3), 31)
MOBILE = "13896745521"


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def a_pensioner() -> tuple[Any, str]:
    made = a_beneficiary(name="张桂芳", birth=date(1963, 8, 15), mobile=MOBILE)
    return made, numbers_of([made.person.pk])[made.person.pk]


def test_the_pension_says_amount_months_and_why(clock: Clock) -> None:
    _made, number = a_pensioner()
    phone = Phone(clock)
    phone.login("张桂芳", number)

    page = phone.text("portal:pension")

    assert (
        "163.02" in page
        and "2024-03" in page
        and "2023-09" in page
        and "待发" in page
        and "原系统发放" in page
    )
    assert number not in page


def test_the_account_and_the_certification_open(clock: Clock) -> None:
    _made, number = a_pensioner()
    phone = Phone(clock)
    phone.login("张桂芳", number)

    assert "个人账户储存额" in phone.text("portal:account")
    page = phone.text("portal:certification")
    assert "下次认证截止日期" in page
    assert all(way in page for way in ("窗口", "村（社区）", "上门"))


def test_who_does_not_draw_is_told_so(clock: Clock) -> None:
    person = an_enrolment(name="张桂芳", birth=date(1970, 8, 15), mobile=MOBILE).person
    phone = Phone(clock)
    phone.login("张桂芳", numbers_of([person.pk])[person.pk])

    assert "没有领取养老金" in phone.text("portal:pension")
    assert "现在不用认证" in phone.text("portal:certification")


def test_who_is_in_no_register_is_led_to_helping(clock: Clock) -> None:
    phone = Phone(clock)
    phone.login("张小军", SON, "13900000031")

    for route in ("portal:pension", "portal:account", "portal:looked", "portal:certification"):
        answer = phone.get(route)
        assert answer.status_code == 422 and "帮家人办" in words(answer), route
    assert phone.get("portal:family").status_code == 200


def test_who_looked_is_told_with_reason(clock: Clock, cast: Cast) -> None:
    made, number = a_pensioner()
    access_record(actor=cast.handler.actor, person_id=made.person.pk, fields=["name"], purpose="待遇咨询")
    phone = Phone(clock)
    phone.login("张桂芳", number)

    page = phone.text("portal:looked")

    assert cast.handler.person.name in page and "待遇咨询" in page


def reported(phone: Phone, number: str, **given: str) -> Any:
    typed = {
        "what": "death", "name": "张桂芳", "number": number, "relation": "子女", "happened_on": "2024-03-10", "note": "",
    }  # fmt: skip
    return phone.post("portal:report", **(typed | given))


@pytest.mark.requirement("QJ-A1-9-n5b")
@pytest.mark.parametrize("what", ["death", "custody", "benefit_elsewhere"])
def test_what_the_family_reports_is_a_case_of_the_responsible_district(
    clock: Clock, cast: Cast, what: str
) -> None:
    made, number = a_pensioner()
    phone = Phone(clock)
    phone.login("张小军", SON, "13900000031")

    answer = reported(phone, number, what=what)

    case = Case.objects.get(kind="resident_report")
    assert answer.status_code == 302 and case.number in phone.text("portal:reported", case.pk)
    assert (case.district_code, case.person_id, case.state) == ("500110", made.person.pk, "reported")
    assert case.proposal | {
        "what": what, "reporter": "张小军", "relation": "子女", "happened_on": "2024-03-10", "reported_on": "2024-03-12",
    } == case.proposal  # fmt: skip
    assert not DeathReport.objects.exists()
    advance(
        actor=cast.handler.actor, case_id=case.pk, action="confirm", reason="电话核实", expected_version=case.version,
        today=TODAY, now=at_ten(TODAY),
    )  # fmt: skip
    assert DeathReport.objects.filter(is_decisive=False).exists() is (what == "death")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"what": ""}, "REPORT_KIND"),
        ({"relation": ""}, "RELATION_MISSING"),
        ({"happened_on": ""}, "DATE_MISSING"),
        ({"happened_on": "2024-03-13"}, "DATE_IN_FUTURE"),
        ({"happened_on": "春天"}, "DATE_UNREADABLE"),
        ({"name": "张桂花"}, "NAME_NUMBER_MISMATCH"),
        ({"what": "complaint"}, "NOTE_MISSING"),
        ({"note": "长" * 501}, "NOTE_TOO_LONG"),
    ],
)
def test_a_report_that_lacks_something_keeps_what_was_typed(
    clock: Clock, given: dict[str, str], code: str
) -> None:
    _made, number = a_pensioner()
    phone = Phone(clock)
    phone.login("张小军", SON, "13900000031")

    answer = reported(phone, number, **given)

    assert code in words(answer) and f'value="{number}"' in answer.content.decode()
    assert not Case.objects.filter(kind="resident_report").exists()


def test_the_person_reported_does_not_read_who_told(clock: Clock) -> None:
    _made, number = a_pensioner()
    son, mother = Phone(clock), Phone(clock)
    son.login("张小军", SON, "13900000031")
    reported(son, number, what="benefit_elsewhere")
    case = Case.objects.get(kind="resident_report")
    mother.login("张桂芳", number)

    assert case.number not in mother.text("portal:progress")
    assert mother.get("portal:case", case.pk).status_code == 409
    assert mother.get("portal:reported", case.pk).status_code == 409


def test_guessing_names_is_slow(clock: Clock) -> None:
    _made, number = a_pensioner()
    phone = Phone(clock)
    phone.login("张小军", SON, "13900000031")

    said = [words(reported(phone, number, name=f"张{n}")) for n in range(11)]

    assert all("NAME_NUMBER_MISMATCH" in one for one in said[:10]) and "TOO_MANY_GUESSES" in said[10]
