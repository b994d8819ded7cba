"""A comparison in the system: feeds kept with their counts, lists without overlap, life certifies, repeats add nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jubao.certification.models import CertificationEvent
from jubao.comparison.models import ComparisonRun, Evidence, FeedFile, JudgedSubject
from jubao.jobs.month_comparison import compare_month
from jubao.jobs.month_extraction import extract_month
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.month import Month
from jubao.people.numbers import numbers_of
from jubao.services.certification.feeds import feed_import, feed_undo, feeds_of
from tests.support.residents import TODAY, Beneficiary, a_beneficiary, an_enrolment, some_villages, system

pytestmark = pytest.mark.usefixtures("database")
DISTRICT, MONTH = "500110", Month.containing(TODAY)
ACTOR = system("500000/500110/")


def number_of(who: Beneficiary) -> str:
    return numbers_of([who.person.id])[who.person.id]


def a_feed(folder: Path, source: str, *rows: tuple[str, str, str]) -> tuple[FeedFile, bool]:
    """Import a file of number, name and day."""
    path = folder / f"{source}.csv"
    lines = ["身份证号码,姓名,日期", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return feed_import(actor=ACTOR, source=source, district_code=DISTRICT, month=MONTH.index, path=path)


def compared() -> ComparisonRun:
    compare_month(actor=ACTOR, district_code=DISTRICT, month=MONTH, today=TODAY, is_dry_run=False)
    return ComparisonRun.objects.order_by("-created_at")[0]


def test_a_feed_is_kept_once_with_what_could_not_be_read(tmp_path: Path) -> None:
    some_villages()
    who = a_beneficiary(name="张桂芳")
    rows = (
        (number_of(who), "张桂芳", "2026-11-02"),
        ("509901196001010016", "李大山", "2026-11-03"),
        ("50990119600101", "王五", "2026-11-04"),
    )

    feed, is_new = a_feed(tmp_path, "TRAIN", *rows)
    again, is_new_again = a_feed(tmp_path, "TRAIN", *rows)

    assert (is_new, is_new_again, again.id) == (True, False, feed.id)
    assert (feed.row_count, feed.accepted_count + feed.rejected_count) == (3, 3)
    assert feed.rejected_count >= 1
    assert (feed.data_from, feed.data_until) == (date(2026, 11, 2), date(2026, 11, 3))


def test_an_unknown_source_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as refused:
        a_feed(tmp_path, "HOROSCOPE", ("1", "2", "3"))

    assert refused.value.code == "SOURCE_UNKNOWN"
    assert not FeedFile.objects.exists()


def test_a_file_that_is_no_list_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "TRAIN.csv"
    path.write_text("完全不是名单\n", encoding="utf-8")

    with pytest.raises(InputRefused):
        feed_import(actor=ACTOR, source="TRAIN", district_code=DISTRICT, month=MONTH.index, path=path)

    assert not FeedFile.objects.exists()


@pytest.mark.requirement("CQ-10-11", "CQ-11-4")
def test_a_trip_of_today_certifies_within_the_run(tmp_path: Path) -> None:
    who = a_beneficiary(name="张桂芳")
    feed, _new = a_feed(tmp_path, "TRAIN", (number_of(who), "张桂芳", TODAY.isoformat()))

    run = compared()

    judged = JudgedSubject.objects.get(run=run, enrolment_id=who.enrolment.id)
    event = CertificationEvent.objects.get(enrolment=who.enrolment)
    assert event.evidence_id is not None
    evidence = Evidence.objects.get(id=event.evidence_id)
    assert (judged.list_name, event.channel, event.source, event.certified_on) == (
        "eligible",
        "comparison",
        "TRAIN",
        TODAY,
    )
    assert (evidence.feed_file_id, evidence.file_name, evidence.used) == (feed.id, "TRAIN.csv", "used")


@pytest.mark.requirement("CQ-11-3", "CQ-14-2")
def test_everybody_is_on_one_list_and_contradictions_are_for_people(tmp_path: Path) -> None:
    alive, dead, both, unseen = (
        a_beneficiary(name=name) for name in ("张桂芳", "李大山", "王秀英", "陈建国")
    )
    a_feed(
        tmp_path,
        "TRAIN",
        (number_of(alive), "张桂芳", "2026-11-02"),
        (number_of(both), "王秀英", "2026-11-02"),
    )
    a_feed(
        tmp_path,
        "CREMATION",
        (number_of(dead), "李大山", "2026-10-20"),
        (number_of(both), "王秀英", "2026-10-20"),
    )

    run = compared()

    lists = dict(JudgedSubject.objects.filter(run=run).values_list("enrolment_id", "list_name"))
    assert lists == {
        alive.enrolment.id: "eligible",
        dead.enrolment.id: "lost",
        both.enrolment.id: "to_verify",
        unseen.enrolment.id: "to_verify",
    }
    assert JudgedSubject.objects.get(enrolment_id=both.enrolment.id).headline_reason == "CONFLICT"
    shown = Evidence.objects.filter(run=run, enrolment_id=both.enrolment.id).values_list("source", flat=True)
    assert set(shown) == {"TRAIN", "CREMATION"}


def test_the_same_content_is_one_run(tmp_path: Path) -> None:
    who = a_beneficiary(name="张桂芳")
    a_feed(tmp_path, "TRAIN", (number_of(who), "张桂芳", TODAY.isoformat()))

    first, second = compared(), compared()

    assert first.id == second.id
    assert ComparisonRun.objects.count() == CertificationEvent.objects.count() == 1


def test_a_feed_taken_back_is_not_read_any_more(tmp_path: Path) -> None:
    who = a_beneficiary(name="张桂芳")
    feed, _new = a_feed(tmp_path, "TRAIN", (number_of(who), "张桂芳", TODAY.isoformat()))

    assert feed_undo(actor=ACTOR, feed_id=feed.id)

    assert feeds_of(DISTRICT, MONTH.index) == []
    assert not feed_undo(actor=ACTOR, feed_id=feed.id)


@pytest.mark.requirement("SS-21-1")
def test_the_list_of_the_month_has_those_who_turn_sixty_in_the_next() -> None:
    village = some_villages("150404")[0]
    wanted = [an_enrolment(village=village, name=name, birth=date(1966, 12, day)) for name, day in
              (("张桂芳", 1), ("李大山", 15), ("王秀英", 20), ("陈建国", 31))]  # fmt: skip
    an_enrolment(village=village, name="赵玉兰", birth=date(1966, 11, 30))
    an_enrolment(village=village, name="周福生", birth=date(1967, 1, 1))

    found = extract_month(actor=system(village.path[:21]), district_code="150404", month=MONTH)

    assert {one[0] for one in found.people} == {str(enrolment.id) for enrolment in wanted}
    assert found.figures()["about_to_qualify"] == 4


def test_a_day_that_has_not_come_certifies_nobody(tmp_path: Path) -> None:
    who = a_beneficiary(name="张桂芳")
    a_feed(tmp_path, "TRAIN", (number_of(who), "张桂芳", "2026-11-29"))

    compared()

    assert not CertificationEvent.objects.exists()
