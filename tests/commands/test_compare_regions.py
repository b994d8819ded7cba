"""What differs by region: who is a subject, which sources count, conflicts of departments, months without a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Trial, person, record


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
        .feed("HUKOU", [record(0, register_status="未注销"), record(1, register_status="注销"),
                        record(3, register_status="正常")], columns=("event_on", "register_status"))
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
