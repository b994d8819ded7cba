"""待遇领取告知 at the township's desk in 松山: the list is matched, rights records drawn, notices made and brought.

Worked example: four people turn sixty in 2024-06; one draws an employee pension; three notices are made, none for him.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import tests.support.cast as cast_module
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment, OtherSchemeRecord
from tests.support.counter import Counter, pdf_text
from tests.support.residents import system

OFFICE, ASSISTANT = "songshan-township", "150404-village_assistant"
MAY = "?month=2024-05"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    desk.on(date(2024, 5, 13))
    township = desk.world.cast.intake.actor.scope
    cast_module.an_officer("handler", path=township, username=OFFICE, from_on=cast_module.FROM)
    return desk


def four(here: Counter) -> list[Enrolment]:
    """Four who turn sixty in June 2024; the last draws an employee pension. A fifth turns sixty in July."""
    people = [
        here.world.candidate(birth=date(1964, 6, 3 + n), name=name, balance_fen=250473, bank="")
        for n, name in enumerate(("王秀兰", "刘桂英", "陈国强", "赵德明"))
    ]
    here.world.candidate(birth=date(1964, 7, 1), name="孙玉梅", balance_fen=100, bank="")
    with unit_of_work(system(), "test"):
        OtherSchemeRecord.objects.create(
            person=people[3].person, scheme="employee_pension", kind="benefit", place="赤峰市红山区", state="normal",
            from_month=2023 * 12, known_on=date(2024, 4, 1),
        )  # fmt: skip
    return people


def notice_of(who: Enrolment) -> Case:
    return Case.objects.get(kind="benefit_notice", subject_id=who.pk)


@pytest.mark.requirement("SS-21-2", "SS-21-3", "SS-21-4", "SS-03-2-3a")
def test_the_list_is_matched_and_three_of_four_are_told(here: Counter) -> None:
    people = four(here)

    shown = here.text(OFFICE, "benefit-notices", query=MAY)
    assert "4 人" in shown and "已在领取其他基本养老保险待遇" in shown and "2,504.73" in shown

    answer = here.post_to(OFFICE, "benefit-notices", MAY, do="all")

    assert "已下达 3 份告知书" in answer and "有妨碍没有下达 1 人" in answer
    marked = notice_of(people[3])
    assert marked.state == "listed" and marked.proposal["obstacles"][0]["code"] == "DRAWS_OTHER_PENSION"
    assert not OutboxMessage.objects.filter(person_id=people[3].person_id, purpose="benefit_notice").exists()
    for who in people[:3]:
        case = notice_of(who)
        assert case.state == "informed"
        assert case.proposal["account_balance_fen"] == 250473 and case.proposal["contribution_months"] == 180
        text = pdf_text(here.get(OFFICE, "benefit-notice-file", case.pk).content)
        assert (
            "2024年6月" in text
            and "2024年6月30日" in text
            and "身份证" in text
            and "15年" in text
            and "2504.73" in text
        )
    assert OutboxMessage.objects.filter(purpose="benefit_notice").count() == 3

    again = here.post_to(OFFICE, "benefit-notices", MAY, do="all")
    assert "已下达 0 份告知书；早先已下达 3 份" in again
    assert OutboxMessage.objects.filter(purpose="benefit_notice").count() == 3


def test_the_marked_one_cannot_be_informed_by_the_case_page_either(here: Counter) -> None:
    people = four(here)
    here.post_to(OFFICE, "benefit-notices", MAY, do="all")
    case = notice_of(people[3])

    answer = here.post(OFFICE, "case-action", case.pk, action="inform", version=case.version)

    assert "OBSTACLES_FOUND" in answer and "国发〔2014〕8号" in answer
    assert notice_of(people[3]).state == "listed"


def test_the_village_brings_the_notice_and_nobody_above_or_below_draws_the_list(here: Counter) -> None:
    people = four(here)
    here.post_to(OFFICE, "benefit-notices", MAY, do="chosen", row=[str(people[0].pk)])
    case = notice_of(people[0])
    assert Case.objects.filter(kind="benefit_notice").count() == 1

    assert case.number in here.text(ASSISTANT, "village-claims")
    assert here.get(ASSISTANT, "benefit-notice-file", case.pk).status_code == 200
    said = here.post(ASSISTANT, "village-claims", do="brought", case=str(case.pk))

    assert "已登记送达" in said
    case = notice_of(people[0])
    assert (case.state, case.outcome) == ("done", "delivered")
    assert OutboxMessage.objects.get(case_id=case.pk).state == "delivered"
    assert "LEVEL_REQUIRED" in here.post_to("150404-handler", "benefit-notices", MAY, do="all")
    assert here.get(ASSISTANT, "benefit-notices").status_code == 403


def test_a_region_without_notices_says_so(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Counter(monkeypatch)

    assert "本地区不按月下达" in desk.text("500110-handler", "benefit-notices")
    assert "不由村级收件" in desk.text("500110-village_assistant", "village-claims")


def test_an_unreadable_month_is_this_month(here: Counter) -> None:
    answer: Any = here.get(OFFICE, "benefit-notices", query="?month=2024-99")

    assert answer.status_code == 200


def test_a_standard_not_published_yet_keeps_nobody_from_being_told(here: Counter) -> None:
    here.on(date(2026, 11, 12))
    who = here.world.candidate(birth=date(1966, 12, 3), name="王秀兰", balance_fen=250473, bank="")

    shown = here.text(OFFICE, "benefit-notices")
    assert "暂不能计算" in shown and "2,504.73" in shown
    here.post(OFFICE, "benefit-notices", do="all")

    assert notice_of(who).state == "informed" and notice_of(who).proposal["account_balance_fen"] == 250473
