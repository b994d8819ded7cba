"""Caps of a region: 2 000 persons a file, two levels of approval, several files that look like one are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jubao.cases.models import Case, ImportBatch
from jubao.certification.models import CertificationEvent
from jubao.kernel.errors import DomainError
from jubao.people.models import Division
from jubao.people.numbers import numbers_of
from jubao.services.benefits.death_reports import death_report
from jubao.services.imports import batches as imports
from tests.support.cast import Cast, a_cast
from tests.support.importing import a_csv, approved, staged
from tests.support.residents import TODAY, a_beneficiary, an_enrolment, number_of, some_villages

HEAD = ("姓名", "公民身份号码", "户籍地址")
LIMIT = 2000


@pytest.fixture
def nanao(database: None) -> Cast:
    some_villages("440523")
    return a_cast("440523", next_county="500110")


def people(count: int, *, start: int = 0) -> bytes:
    """A file of so many newcomers of 后宅镇."""
    rows = [
        (
            "王小英",
            number_of(449905, date(1970, 1, 1) + timedelta(days=(start + n) // 400), (start + n) % 400 * 2),
            "后宅镇新民村",
        )
        for n in range(count)
    ]
    return a_csv(HEAD, *rows)


def certified(count: int) -> list[tuple[object, ...]]:
    """Rows of so many people found alive."""
    return [
        (
            "王小英",
            number_of(449906, date(1960, 1, 1) + timedelta(days=n // 400), n % 400 * 2),
            "2026-10-03",
            "火车",
        )
        for n in range(count)
    ]


def brought(cast: Cast, content: bytes) -> ImportBatch:
    return staged(cast, "participants", content, district_code="440523")


@pytest.mark.requirement("GD-9-09")
def test_two_thousand_are_taken_and_one_more_refuses_the_whole_file(nanao: Cast) -> None:
    with pytest.raises(DomainError, match="IMPORT_TOO_LARGE"):
        brought(nanao, people(LIMIT + 1))

    with pytest.raises(DomainError, match="IMPORT_TOO_LARGE"):
        alive(nanao, *certified(LIMIT + 1))
    assert not ImportBatch.objects.exists()
    assert brought(nanao, people(LIMIT)).accepted_count == LIMIT
    assert alive(nanao, *certified(LIMIT)).row_count == LIMIT


def test_a_double_row_does_not_count_as_a_person(nanao: Cast) -> None:
    content = people(LIMIT)

    batch = brought(nanao, content + content.splitlines(keepends=True)[1])

    assert (batch.accepted_count, batch.summary["problems"]) == (LIMIT, {"DUPLICATE_ROW": 1})


def test_several_files_of_one_person_are_shown_as_a_split(
    nanao: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "check_cap", lambda *_given: None)
    first = brought(nanao, people(1200))

    second = brought(nanao, people(1200, start=1200))

    assert first.summary["warnings"] == []
    assert "疑似拆分" in second.summary["warnings"][0]
    assert Case.objects.get(id=second.case_id).proposal["warnings"] == second.summary["warnings"]


CERTIFIED_HEAD = ("姓名", "身份证号码", "认证日期", "数据来源")


def alive(cast: Cast, *rows: tuple[object, ...]) -> ImportBatch:
    return staged(
        cast,
        "certifications",
        a_csv(CERTIFIED_HEAD, *rows),
        district_code="440523",
        actor=cast.certifier.actor,
    )


@pytest.mark.requirement("GD-9-10")
def test_two_others_approve_before_a_certification_changes(nanao: Cast) -> None:
    village = Division.objects.filter(code__startswith="440523", level="village").first()
    drawing = a_beneficiary(village=village, name="张桂芳")
    number = numbers_of([drawing.person.id])[drawing.person.id]
    batch = alive(nanao, ("张桂芳", number, "2026-10-03", "火车"))

    once = approved(nanao, batch, actor=nanao.certification_reviewer.actor)
    assert once.state == "staged" and not CertificationEvent.objects.exists()
    with pytest.raises(DomainError, match=r"DECIDED_BEFORE|SELF_APPROVAL|POST_REQUIRED"):
        approved(nanao, batch, actor=nanao.certification_reviewer.actor, action="approve_second")
    with pytest.raises(DomainError, match=r"POST_REQUIRED|SELF_APPROVAL"):
        approved(nanao, batch, actor=nanao.certifier.actor, action="approve_second")

    twice = approved(nanao, batch, actor=nanao.approver.actor, action="approve_second")

    event = CertificationEvent.objects.get()
    assert twice.state == "applied" and (event.channel, event.source) == ("comparison", "火车")


def test_the_known_dead_are_not_certified(nanao: Cast) -> None:
    village = Division.objects.filter(code__startswith="440523", level="village").first()
    dead, payer = a_beneficiary(village=village, name="张桂芳"), an_enrolment(village=village, name="李四")
    people_ids = [dead.person.id, payer.person_id]
    numbers = numbers_of(people_ids)
    death_report(
        actor=nanao.handler.actor,
        person_id=dead.person.id,
        died_on=date(2026, 9, 1),
        source="村报",
        today=TODAY,
    )

    batch = alive(
        nanao,
        ("张桂芳", numbers[people_ids[0]], "2026-10-03", ""),
        ("李四", numbers[people_ids[1]], "2026-10-03", ""),
    )

    assert batch.summary["problems"] == {"DEATH_REPORTED": 1, "NOT_DRAWING": 1} and batch.state == "refused"
