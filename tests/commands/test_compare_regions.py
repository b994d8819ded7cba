"""What differs by region: windows of evidence, until when a certification counts, deadlines, conflicts of departments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Trial, person, record


def until(trial: Trial, who: int = 1) -> tuple[str, str, str]:
    kind, row = trial.run().row_of(who)
    return kind, row["certified_until"], row["due_on"]


@pytest.mark.requirement("CQ-09-4")
def test_rolling_counts_from_the_day_and_never_shortens(tmp_path: Path) -> None:
    first = (
        Trial(tmp_path / "a", "綦江", "2024-08")
        .roster([person(1)])
        .feed("TRAIN", [record(1, event_on="2024-08-01")])
    )
    later = Trial(tmp_path / "b", "綦江", "2024-08").roster([person(1, last_certified_on="2024-08-20")])
    later.feed("TRAIN", [record(1, event_on="2024-08-01")])

    assert until(first) == ("eligible", "2025-08-01", "2025-08-01")
    assert until(later) == ("eligible", "2025-08-20", "2025-08-20")


def test_the_rolling_window_opens_after_the_day_of_the_run_less_the_cycle(tmp_path: Path) -> None:
    days = ["2023-05-31", "2023-06-01", "2024-05-31"]
    rows = [record(i, event_on=day) for i, day in enumerate(days)]
    out = Trial(tmp_path, "500110", "2024-05").roster([person(i) for i in range(3)]).feed("TRAIN", rows).run()

    assert [out.list_of(i) for i in range(3)] == ["to_verify", "eligible", "eligible"]
    assert out.evidence_of(0)[0]["used"] == "ignored: outside the window"


def test_the_counter_counts_in_the_calendar_year_only(tmp_path: Path) -> None:
    rows = [record(1, event_on="2023-12-31"), record(2, event_on="2024-01-01")]
    out = Trial(tmp_path, "500110", "2024-05").roster([person(1), person(2)]).feed("WINDOW", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]


def test_evidence_after_the_day_of_the_run_is_ignored_and_deadlines_count_from_it(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "500110", "2024-03")
        .option("--as-of", "2024-03-15")
        .roster([person(i) for i in (1, 2, 3)])
    )
    out = (
        trial.feed("TRAIN", [record(1, event_on="2024-03-16"), record(2, event_on="2024-03-15")])
        .feed("CREMATION", [record(3, event_on="2024-03-16")])
        .run()
    )

    assert [out.list_of(i) for i in (1, 2, 3)] == ["to_verify", "eligible", "to_verify"]
    assert {out.evidence_of(i)[0]["used"] for i in (1, 3)} == {"ignored: after the run"}
    assert out.row_of(1)[1]["due_on"] == "2024-06-15"


def test_three_months_to_verify_in_chongqing(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "500110", "2024-03").roster([person(1)])

    assert until(trial) == ("to_verify", "", "2024-06-30")


@pytest.mark.requirement("GD-6-01")
def test_guangdong_counts_by_month(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "440523", "2023-06")
        .roster([person(1)])
        .feed("TRAVEL", [record(1, event_on="2023-06-12")])
    )

    assert until(trial) == ("eligible", "2024-06-30", "2024-06-30")


def test_the_guangdong_window_is_twelve_months_with_the_month_of_the_run(tmp_path: Path) -> None:
    rows = [record(1, event_on="2023-05-31"), record(2, event_on="2023-06-01")]
    out = Trial(tmp_path, "440523", "2024-05").roster([person(1), person(2)]).feed("TRAVEL", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]


def test_guangdong_clears_within_the_month(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "440523", "2024-05").option("--as-of", "2024-05-06").roster([person(1)])

    assert until(trial) == ("to_verify", "", "2024-05-31")


@pytest.mark.requirement("GD-2-01")
def test_suspended_persons_are_subjects_in_guangdong(tmp_path: Path) -> None:
    people = [person(1, payment_state="暂停"), person(2, payment_state="终止")]
    out = (
        Trial(tmp_path, "440523", "2024-05")
        .roster(people)
        .feed("TRAVEL", [record(1, event_on="2024-05-02")])
        .run()
    )

    assert [out.list_of(i) for i in (1, 2)] == ["eligible", "not_subject"]


@pytest.mark.requirement("GD-11-01", "GD-11-02", "GD-11-03", "GD-11-04", "GD-11-07", "GD-11-08")
def test_the_monthly_loss_sources_of_guangdong(tmp_path: Path) -> None:
    sources = ["PENSIONERS", "HUKOU", "FUNERAL", "MEDICAL_DEATH", "PRISON"]
    trial = Trial(tmp_path, "440523", "2024-05").roster([person(i) for i in range(6)])
    for i, source in enumerate(sources):
        trial.feed(source, [record(i, event_on="2024-04-02")])
    out = trial.run()

    assert [(out.list_of(i), out.headline_of(i)) for i in range(5)] == [
        ("lost", source) for source in sources
    ]
    assert out.list_of(5) == "to_verify"


@pytest.mark.requirement("GD-11-05", "GD-11-06", "GD-6-03")
def test_the_five_kinds_of_activity_of_guangdong(tmp_path: Path) -> None:
    sources = ["TRAVEL", "TREATMENT", "HEALTH_CHECK", "VACCINATION", "NUCLEIC_ACID"]
    trial = Trial(tmp_path, "440523", "2022-10").roster([person(i) for i in range(6)])
    for i, source in enumerate(sources):
        trial.feed(source, [record(who, event_on="2022-09-02") for who in (i, 5)])
    out = trial.run()

    assert [(out.list_of(i), out.headline_of(i)) for i in range(5)] == [
        ("eligible", source) for source in sources
    ]
    assert {row["source"] for row in out.evidence_of(5) if row["used"] == "used"} == set(sources)


@pytest.mark.requirement("GD-12-10", "GD-12-11")
def test_a_register_that_says_alive_beside_a_death_is_a_conflict_of_departments(tmp_path: Path) -> None:
    out = (
        Trial(tmp_path, "440523", "2024-05")
        .roster([person(i) for i in range(5)])
        .feed("HUKOU", [record(0, register_status="未注销"), record(1, register_status="注销"), record(3, register_status="正常")],
              columns=("event_on", "register_status"))
        .feed("PROV_HUKOU", [record(1, register_status="健在")], columns=("event_on", "register_status"))
        .feed("MEDICAL_DEATH", [record(i, event_on="2024-04-02") for i in (0, 2)])
        .feed("PENSIONERS", [record(3, event_on="2024-04-02")])
        .run()
    )  # fmt: skip

    assert [(out.list_of(i), out.headline_of(i)) for i in (0, 1)] == [("to_verify", "CONFLICTING_STATUS")] * 2
    assert len(out.evidence_of(1)) == 2
    assert out.list_of(2) == "lost"
    assert out.list_of(3) == "lost"
    assert out.list_of(4) == "to_verify"


@pytest.mark.requirement("SS-19-1")
def test_songshan_lists_who_was_cremated(tmp_path: Path) -> None:
    sources = ["CREMATION", "CDC_DEATH", "HUKOU_CANCEL", "SENTENCE"]
    trial = Trial(tmp_path, "150404", "2024-05").roster([person(i) for i in range(4)])
    for i, source in enumerate(sources):
        row = (
            record(i, event_on="2024-04-02", reason="死亡")
            if source == "HUKOU_CANCEL"
            else record(i, event_on="2024-04-02")
        )
        trial.feed(source, [row])
    out = trial.run()

    assert [(out.list_of(i), out.headline_of(i)) for i in range(4)] == [
        ("lost", source) for source in sources
    ]


@pytest.mark.requirement("SS-26-2")
def test_songshan_counts_the_calendar_year(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "150404", "2024-12")
        .roster([person(1)])
        .feed("TEMPLATE", [record(1, event_on="2024-02-01")])
    )
    old = (
        Trial(tmp_path / "old", "150404", "2024-05")
        .roster([person(1)])
        .feed("TEMPLATE", [record(1, event_on="2023-12-31")])
    )

    assert until(trial) == ("eligible", "2024-12-31", "2024-12-31")
    assert until(old) == ("to_verify", "", "2024-06-30")


@pytest.mark.requirement("XW-2-2-3")
def test_xunwu_counts_its_window_and_is_due_in_the_next(tmp_path: Path) -> None:
    trial = (
        Trial(tmp_path, "360734", "2021-05")
        .roster([person(1)])
        .feed("SELF_FACE", [record(1, event_on="2021-03-01")])
    )

    assert until(trial) == ("eligible", "2022-06-30", "2022-06-30")


def test_after_its_end_the_xunwu_window_is_that_of_the_year(tmp_path: Path) -> None:
    rows = [
        record(1, event_on="2021-06-30"),
        record(2, event_on="2021-07-01"),
        record(3, event_on="2020-12-31"),
    ]
    out = (
        Trial(tmp_path, "360734", "2021-08")
        .roster([person(i) for i in (1, 2, 3)])
        .feed("SELF_FACE", rows)
        .run()
    )

    assert [out.list_of(i) for i in (1, 2, 3)] == ["eligible", "to_verify", "to_verify"]


@pytest.mark.requirement("XW-2-2-2")
def test_the_first_window_of_xunwu_was_april_to_june_2020(tmp_path: Path) -> None:
    rows = [record(1, event_on="2020-03-30"), record(2, event_on="2020-06-30")]
    out = Trial(tmp_path, "360734", "2020-06").roster([person(1), person(2)]).feed("SELF_FACE", rows).run()

    assert [out.list_of(i) for i in (1, 2)] == ["to_verify", "eligible"]


@pytest.mark.requirement("XW-2-2-1")
def test_suspended_persons_are_no_subjects_in_xunwu(tmp_path: Path) -> None:
    out = Trial(tmp_path, "360734", "2021-05").roster([person(1, payment_state="暂停待遇")]).run()

    assert (out.list_of(1), out.headline_of(1)) == ("not_subject", "PAYMENT_STATE")


def test_the_photo_way_ended_with_2021(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trial = (
        Trial(tmp_path, "360734", "2022-05")
        .roster([person(1)])
        .feed("PHOTO", [record(1, event_on="2022-01-04")])
    )

    assert trial.run().code == 4
    assert "PHOTO" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("region", "month"),
    [("500110", "2018-05"), ("440523", "2019-05"), ("150404", "2020-05"), ("360734", "2019-05")],
)
def test_a_month_that_no_text_covers_is_refused(
    tmp_path: Path, region: str, month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Trial(tmp_path, region, month).roster([person(1)]).run()

    assert out.code == 4
    assert region in capsys.readouterr().err


def test_a_certification_on_the_roster_is_evidence_of_life(tmp_path: Path) -> None:
    people = [
        person(1, last_certified_on="2024-02-10"),
        person(2, last_certified_on="2022-02-10"),
        person(3, last_certified_on="2024-06-02"),
    ]
    out = Trial(tmp_path, "500110", "2024-05").roster(people).feed("CREMATION", []).run()

    assert [(out.list_of(i), out.headline_of(i)) for i in (1, 2, 3)] == [
        ("eligible", "ROSTER_CERTIFICATION"), ("to_verify", "NO_EVIDENCE"), ("to_verify", "NO_EVIDENCE"),
    ]  # fmt: skip
    assert out.row_of(1)[1]["certified_until"] == "2025-02-10"
    assert out.row_of(2)[1]["certified_until"] == "2023-02-10"
    assert out.evidence_of(3)[0]["used"] == "ignored: after the run"


def test_sentences_that_pay_on_or_have_ended_do_not_count(tmp_path: Path) -> None:
    kinds = [
        "有期徒刑",
        "拘役",
        "管制",
        "有期徒刑三年宣告缓刑四年",
        "监外执行",
        "",
        "有期徒刑",
        "有期徒刑",
        "假释",
        "没见过的刑种",
    ]
    rows = [
        record(
            i,
            sentence_kind=kind,
            sentence_from="2023-01-10",
            sentence_until="2024-05-30" if i == 6 else "2024-05-31" if i == 7 else "",
        )
        for i, kind in enumerate(kinds)
    ]
    out = (
        Trial(tmp_path, "150404", "2024-05")
        .roster([person(i) for i in range(10)])
        .feed("SENTENCE", rows, columns=("sentence_kind", "sentence_from", "sentence_until"))
        .run()
    )

    on = [out.list_of(i) for i in range(10)]
    assert on == ["lost", "lost", *["to_verify"] * 3, "lost", "to_verify", "lost", "to_verify", "to_verify"]
    assert out.evidence_of(2)[0]["used"] == "ignored: this kind of sentence pays on"
    assert out.evidence_of(6)[0]["used"] == "ignored: sentence ended"
    assert out.headline_of(9) == "EVIDENCE_UNCLEAR"
